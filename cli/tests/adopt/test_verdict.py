"""Reasons read from what engines say, and what follows from them."""

import pytest
from lakeloop.adopt.child import Result, results_of
from lakeloop.adopt.command import read
from lakeloop.adopt.reasons import ATHENA, DUCKDB, explain
from lakeloop.adopt.source_columns import federated, gather
from lakeloop.adopt.verdict import judge, selections
from lakeloop.errors import UserError
from lakeloop.sources import Column, Kind, SourceTable, parse_type

ERROR = "Runtime Error in model m (models/m.sql)\n  {}\n  compiled code at target/run/m.sql"


@pytest.mark.parametrize(
    ("engine", "message", "sql", "why"),
    [
        (ATHENA, "SYNTAX_ERROR: line 1:9: mismatched input ':'", "select a::date", "`::` is no cast on Athena"),
        (
            ATHENA,
            "SYNTAX_ERROR: line 1:9: mismatched input 'x'",
            "select 'a::b' -- ::",
            "SYNTAX_ERROR: line 1:9: mismatched",
        ),
        (
            ATHENA,
            "FUNCTION_NOT_FOUND: line 1:8: Function 'dateadd' not registered",
            "",
            "Athena has no function dateadd",
        ),
        (
            ATHENA,
            "NOT_SUPPORTED: 'ST_Distance' is not supported by local Athena (see x)",
            "",
            "ST_Distance: AWS has it",
        ),
        (
            ATHENA,
            'Timestamp precision (3) not supported for Iceberg. Use "timestamp(6)"',
            "",
            "timestamp(3) in an Iceberg",
        ),
        (
            ATHENA,
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.crm.people' does not exist",
            "",
            "no table awsdata",
        ),
        (
            DUCKDB,
            "Catalog Error: Scalar Function with name date_parse does not exist!",
            "",
            "DuckDB has no function date_parse",
        ),
        (
            DUCKDB,
            "Binder Error: No function matches the given name and argument types 'date_diff(A, B)'",
            "",
            "DuckDB's date_diff",
        ),
        (DUCKDB, 'Parser Error: syntax error at or near "max"', "", "DuckDB's SQL has no `max` there"),
        (DUCKDB, "Catalog Error: Table with name x.y does not exist", "", "no table x.y"),
        (DUCKDB, 'Catalog Error: Table with name "x.y" does not exist', "", "no table x.y"),
        (DUCKDB, "something else\nentirely", "", "something else entirely"),
    ],
)
def test_a_message_becomes_a_reason(engine, message, sql, why):
    assert explain(engine, ERROR.format(message), sql).why.startswith(why)


def test_a_guess_is_blamed_for_what_guesses_break():
    message = "Runtime Error\n  COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"
    guessed = explain(ATHENA, message, guessed=True)
    assert (
        guessed.why == "columns and types of its sources are guessed: COLUMN_NOT_FOUND: Column 'x' cannot be resolved"
    )
    assert "on=aws" in guessed.todo
    hidden = explain(DUCKDB, 'Binder Error: Referenced column "$path" not found in FROM clause!', "", "crm.people")
    assert hidden.why == "$path is a hidden column of Athena's"
    assert "function" in explain(ATHENA, "FUNCTION_NOT_FOUND: Function 'x' not registered", "", "crm.people").why


def node(name, kind="model", **more):
    return {"name": name, "resource_type": kind, "fqn": ["shop", "marts", name], **more}


MANIFEST = {
    "nodes": {
        "model.shop.a": node("a"),
        "model.shop.b": node("b"),
        "model.shop.c": node("c"),
        "model.other.c": {**node("c"), "fqn": ["other", "c"]},
        "model.shop.d.v2": node("d", version=2),
        "test.shop.t.1": node("t", "test"),
        "test.shop.u.1": node("u", "test"),
    },
    "child_map": {"model.shop.a": ["model.shop.b", "test.shop.t.1"], "model.shop.b": ["model.shop.c"]},
    "parent_map": {"test.shop.t.1": ["model.shop.a"], "model.shop.a": ["source.shop.crm.people"], "test.shop.u.1": []},
}


def judged(*results, empty=()):
    given = {one.unique_id: one for one in results}
    return judge(ATHENA, given, MANIFEST, set(), set(empty))


def test_an_obstacle_counts_what_is_below_it_and_what_is_skipped_is_none():
    found = judged(
        Result("model.shop.a", "error", "x"), Result("model.shop.b", "skipped"), Result("model.shop.c", "success")
    )
    ((one),) = found.obstacles
    assert (one.name, one.below, found.built("model")) == ("a", 2, 1)


def test_a_test_that_finds_something_is_an_obstacle_only_without_rows():
    failing = (Result("test.shop.t.1", "fail", "Got 1"), Result("test.shop.u.1", "fail", "Got 1"))
    found = judged(*failing, empty=["source.shop.crm.people"])
    assert ([one.name for one in found.obstacles], found.failing) == (["t"], ["u"])
    assert judged(*failing).failing == ["t", "u"]
    assert found.tests == {"fail": 2}


def test_selections_are_spelled_so_that_they_mean_one_node():
    ids = ("model.shop.a", "model.other.c", "model.shop.d.v2", "test.shop.t.1")
    found = judged(*(Result(unique_id, "error", "x") for unique_id in ids))
    assert selections(found.obstacles, MANIFEST) == ["a+", "other.c+", "shop.marts.d+", "t"]


def test_results_are_read_from_dbts_file():
    document = {
        "results": [{"unique_id": "model.shop.a", "status": "error", "message": None, "compiled_code": "select 1"}]
    }
    assert results_of(document) == {"model.shop.a": Result("model.shop.a", "error", "", "select 1")}


def source(*columns, database="awsdatacatalog", kind=Kind.GLUE):
    return SourceTable(
        "source.s.crm.people", "crm", "people", "people_v2", database, "CRM", kind, None, columns, "people", "s.yml"
    )


def test_columns_are_declared_or_named_by_sql_and_types_are_guessed_as_text():
    table = source(Column("Id", parse_type("bigint")), Column("name"))
    known = gather([table], {"crm.people_v2": {"name", "city"}})
    assert known.columns == {"crm.people": {"id": "bigint", "name": "varchar", "city": "varchar"}}
    assert known.guessed == {"crm.people": {"name", "city"}}
    assert gather([source(kind=Kind.RAW), source(database="lambda_catalog")], {}).columns == {}
    assert federated([source(database="lambda_catalog"), source()]) == [source(database="lambda_catalog")]


def test_a_type_that_a_person_has_mended_stays():
    mended = (Column("id", parse_type("bigint")), Column("name", parse_type("varchar")))
    known = gather([source(Column("name"))], {"crm.people_v2": {"id", "city"}}, before={"crm.people": mended})
    assert known.columns == {"crm.people": {"name": "varchar", "city": "varchar", "id": "bigint"}}
    assert known.guessed == {"crm.people": {"name", "city"}}


class Glue:
    def get_table(self, DatabaseName, Name):  # noqa: N803 - boto3's names
        assert (DatabaseName, Name) == ("crm", "people_v2")
        columns = [{"Name": "id", "Type": "bigint"}, {"Name": "deep", "Type": "array<struct<a:int>>"}]
        storage = {"Location": "s3://crm/people", "Columns": columns}
        return {"Table": {"StorageDescriptor": storage, "PartitionKeys": [{"Name": "dt", "Type": "date"}]}}


def test_glue_knows_better():
    known = gather([source(Column("wrong"))], {}, Glue())
    assert known.columns == {"crm.people": {"id": "bigint", "deep": "array(row(a integer))", "dt": "date"}}
    assert (known.guessed, known.locations) == ({}, {"s3://crm/people/"})


def test_the_words_of_the_command():
    asked = read(["../shop", "name=acme", "env.A=b=c", "env.E=", "on=aws"])
    assert (asked.path, asked.words, asked.env) == ("../shop", {"name": "acme", "on": "aws"}, {"A": "b=c", "E": ""})


@pytest.mark.parametrize(
    "words", [[], ["a", "b"], ["a", "nmae=x"], ["a", "--force"], ["a", "name=x", "name=y"], ["a", "--env-file"]]
)
def test_other_words_are_refused(words):
    with pytest.raises(UserError, match="Usage: just adopt PATH"):
        read(words)
