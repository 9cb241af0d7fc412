"""Hive's type spellings to Trino's and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.catalog.types import columns_from_glue, columns_to_glue, from_hive, to_hive, trino_spelling
from local_athena.errors import AthenaError
from local_athena.model import trino_type

PAIRS = [
    ("int", "integer"), ("bigint", "bigint"), ("smallint", "smallint"), ("tinyint", "tinyint"), ("float", "real"), ("double", "double"),
    ("string", "varchar"), ("varchar(10)", "varchar(10)"), ("char(3)", "char(3)"), ("binary", "varbinary"), ("boolean", "boolean"),
    ("date", "date"), ("timestamp", "timestamp(3)"), ("decimal(10,2)", "decimal(10,2)"), ("array<int>", "array(integer)"),
    ("map<string,array<double>>", "map(varchar, array(double))"), ("struct<a:int,b:array<struct<c:date>>>", "row(a integer, b array(row(c date)))"),
]  # fmt: skip


@pytest.mark.parametrize(("hive", "trino"), PAIRS)
def test_hive_to_trino_and_back(hive: str, trino: str) -> None:
    assert trino_spelling(hive) == trino
    assert to_hive(trino_type(trino)) == hive


@pytest.mark.parametrize(
    ("hive", "trino"),
    [("DECIMAL", "decimal(10,0)"), (" Array < Int > ", "array(integer)"), ("decimal(5)", "decimal(5,0)")],
)
def test_other_spellings(hive: str, trino: str) -> None:
    assert trino_spelling(hive) == trino


@pytest.mark.parametrize("hive", ["nonsense", "array<>", "map<int>", "struct<a>", "uniontype<int,string>", "", "decimal(39,2)", "decimal(5,6)", "decimal(0)",
                                  "varchar(65536)", "char(256)", "char(0)", "array<char(300)>"])  # fmt: skip
def test_what_athena_does_not_read(hive: str) -> None:
    with pytest.raises(AthenaError, match="HIVE_UNSUPPORTED_FORMAT: Unsupported Hive type"):
        from_hive(hive)


@pytest.mark.parametrize(
    "trino", ["time(3)", "timestamp(3) with time zone", "json", "uuid", "varchar(65536)", "char(256)"]
)
def test_what_hive_cannot_hold(trino: str) -> None:
    with pytest.raises(
        AthenaError, match=r"NOT_SUPPORTED: Unsupported Hive type: " + trino.replace("(", r"\(").replace(")", r"\)")
    ):
        to_hive(trino_type(trino))


_names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
_primitive = st.one_of(
    st.sampled_from(
        ["int", "bigint", "smallint", "tinyint", "float", "double", "string", "binary", "boolean", "date", "timestamp"]
    ),
    st.tuples(st.integers(1, 38), st.integers(0, 38))
    .filter(lambda size: size[1] <= size[0])
    .map(lambda size: f"decimal({size[0]},{size[1]})"),
    st.integers(1, 65535).map(lambda size: f"varchar({size})"),
)
_types = st.recursive(
    _primitive,
    lambda inner: st.one_of(
        inner.map(lambda item: f"array<{item}>"),
        st.tuples(_primitive, inner).map(lambda pair: f"map<{pair[0]},{pair[1]}>"),
        st.lists(st.tuples(_names, inner), min_size=1, max_size=3, unique_by=lambda field: field[0]).map(
            lambda fields: f"struct<{','.join(f'{name}:{kind}' for name, kind in fields)}>"
        ),
    ),
    max_leaves=5,
)


@given(_types)
def test_every_hive_type_round_trips(hive: str) -> None:
    assert to_hive(from_hive(hive)) == hive


@given(st.lists(st.tuples(_names, _types, st.none() | st.text(min_size=1)), max_size=3))
def test_glue_columns_round_trip(columns: list[tuple[str, str, str | None]]) -> None:
    glue = [
        {"Name": name, "Type": kind, **({"Comment": comment} if comment else {})} for name, kind, comment in columns
    ]
    assert columns_to_glue(columns_from_glue(glue, "db.t")) == glue


@pytest.mark.parametrize("hive", ["decimal(24, 16)", "map<string, string>", "array< int>", " int", "struct<a: int>", "struct<x-y:string>", "struct<a\\:b:int>", "bool",
                                  "integer", "real", "long", "numeric(3)", "double precision", "varchar", "char", "timestamp(6)", "array<int>>", "array<int", "int)", "decimal(39,2)",
                                  "decimal(5,6)", "decimal(0)", "varchar(65536)", "char(256)", "list<int>", "struct<a>", "struct<a:int,,b:int>", "map<int>", ""])  # fmt: skip
def test_glues_types_are_of_hives_grammar(hive: str) -> None:
    """https://github.com/hashicorp/terraform-provider-aws/issues/40867 (a blank),
    https://github.com/aws-solutions-library-samples/cloud-intelligence-dashboards-data-collection/issues/160 (signs in a name),
    https://github.com/dacort/metabase-athena-driver/issues/13, https://github.com/aws/aws-sdk-pandas/issues/251 (other words)"""
    with pytest.raises(AthenaError) as caught:
        columns_from_glue([{"Name": "A", "Type": hive}], "db.t")
    assert str(caught.value) == f"HIVE_INVALID_METADATA: Glue table 'db.t' column 'A' has invalid data type: {hive}"


@pytest.mark.parametrize(("hive", "trino"), [("STRUCT<A b:INT,c.d:String,$e:date>", 'row("A b" integer, "c.d" varchar, "$e" date)'), ("Decimal(5)", "decimal(5,0)"), ("decimal", "decimal(10,0)")])  # fmt: skip
def test_glues_types_with_blanks_and_dots_in_names(hive: str, trino: str) -> None:
    (column,) = columns_from_glue([{"Name": "a", "Type": hive}], "db.t")
    assert column.type == trino_type(trino)
