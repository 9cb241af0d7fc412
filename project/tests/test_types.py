"""Types of all dialects: what Glue and DuckDB are told, and that no text ends in anything but a type or a message."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_project import UserError
from lakeloop_project.sources import BadType, Type, parse_type
from lakeloop_project.sources.types import typed

SPELT = [
    # as written, as Athena's queries spell it, DuckDB, Glue
    ("varchar", "varchar", "VARCHAR", "string"),
    ("STRING", "varchar", "VARCHAR", "string"),
    ("character varying(20)", "varchar(20)", "VARCHAR", "varchar(20)"),
    ("char(2)", "char(2)", "VARCHAR", "char(2)"),
    ("INT", "integer", "INTEGER", "int"),
    ("long", "bigint", "BIGINT", "bigint"),
    ("float", "real", "FLOAT", "float"),
    ("double precision", "double", "DOUBLE", "double"),
    ("numeric(12, 2)", "decimal(12,2)", "DECIMAL(12,2)", "decimal(12,2)"),
    ("decimal(5)", "decimal(5,0)", "DECIMAL(5,0)", "decimal(5,0)"),
    ("binary", "varbinary", "BLOB", "binary"),
    ("timestamp(6)", "timestamp", "TIMESTAMP", "timestamp"),
    ("timestamp without time zone", "timestamp", "TIMESTAMP", "timestamp"),
    ("array(varchar)", "array(varchar)", "VARCHAR[]", "array<string>"),
    ("bigint[][]", "array(array(bigint))", "BIGINT[][]", "array<array<bigint>>"),
    ("map<string,int>", "map(varchar, integer)", "MAP(VARCHAR, INTEGER)", "map<string,int>"),
    (
        "row(Id bigint, tags array(row(k varchar, v decimal(3,1))))",
        "row(Id bigint, tags array(row(k varchar, v decimal(3,1))))",
        'STRUCT("Id" BIGINT, "tags" STRUCT("k" VARCHAR, "v" DECIMAL(3,1))[])',
        "struct<id:bigint,tags:array<struct<k:string,v:decimal(3,1)>>>",
    ),
    ("struct<a:int,b:map<string,date>>", "row(a integer, b map(varchar, date))",
     'STRUCT("a" INTEGER, "b" MAP(VARCHAR, DATE))', "struct<a:int,b:map<string,date>>"),
]  # fmt: skip
BAD = [
    "", "foo", "decimal", "decimal(39,0)", "decimal(2,3)", "char", "varchar(0)", "int(3)", "row(", "row()", "row(a)",
    "array(int", "array<int)", "map(int)", "map(array(int), int)", "a b", "int)", "row(a-b int)", "row(a int, A int)",
    "timestamp with time", "[]", "int[", "array" + "(array" * 30 + "(int" + ")" * 31,
]  # fmt: skip


@pytest.mark.parametrize(("text", "trino", "duck", "hive"), SPELT, ids=[case[0] for case in SPELT])
def test_a_type_is_spelt_for_each_engine(text, trino, duck, hive):
    kind = parse_type(text)
    assert (str(kind), kind.duckdb, kind.hive) == (trino, duck, hive)
    assert parse_type(hive).hive == hive, "what Glue has is read back as it is"


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_type_is_said_with_those_that_are(text):
    with pytest.raises(UserError, match=r"^models/x\.yml: .* is no type: .+ Types are those of Athena: varchar, "):
        typed(text, "models/x.yml")


def test_a_moment_with_a_zone_is_what_a_text_can_hold_and_no_column_in_glue():
    assert parse_type("timestamp(3) with time zone").duckdb == "TIMESTAMPTZ"
    assert not parse_type("array(timestamp with time zone)").in_glue


@given(st.text('abcdint()<>[],: "0123456789rowmapy', max_size=40) | st.text(max_size=40))
def test_any_text_is_a_type_or_none(text):
    try:
        kind = parse_type(text)
    except BadType:
        return
    assert parse_type(str(kind)) == kind
    duckdb.execute(f"select cast(null as {kind.duckdb})")


SCALARS = st.sampled_from(["varchar", "bigint", "integer", "double", "boolean", "date", "timestamp"]).map(Type)
NESTED = st.recursive(
    SCALARS,
    lambda inner: (
        inner.map(lambda kind: Type("array", of=(kind,)))
        | st.tuples(SCALARS, inner).map(lambda pair: Type("map", of=pair))
        | st.lists(inner, min_size=1, max_size=3).map(
            lambda kinds: Type("row", of=tuple(kinds), names=tuple(f"f{at}" for at in range(len(kinds))))
        )
    ),
    max_leaves=6,
)


@given(NESTED)
def test_a_nested_type_comes_back_from_each_of_its_spellings(kind):
    assert parse_type(str(kind)) == parse_type(kind.hive) == parse_type(kind.duckdb) == kind
