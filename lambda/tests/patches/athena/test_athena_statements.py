"""Statements that are not sent: the row count, the classification. Everything else is a query."""

from __future__ import annotations

import inspect
from pathlib import Path

import boto3
import pytest
from dbt.adapters.athena import connections, impl
from dbt_runner.patches.athena import clients, statements

from bench.fixed_athena import REGION

ROWCOUNT = """SELECT '{"rowcount":3,"data_scanned_in_bytes":12}'"""
CLASSIFY = "alter table `bench`.`t` set tblproperties ('classification' = 'parquet')"


def sent(endpoint) -> list[str]:
    return [query["sql"] for query in endpoint.queries()]


@pytest.mark.parametrize("comment", ["", '-- /* {"app": "dbt"} */\n'])
@pytest.mark.parametrize("text", [ROWCOUNT + ";", ROWCOUNT, ROWCOUNT.lower(), f"\n      {ROWCOUNT};\n  "])
def test_the_count_of_rows_is_read_from_the_statement(cursor, endpoint, comment, text):
    assert cursor.execute(comment + text) is cursor
    response = connections.AthenaConnectionManager.get_response(cursor)
    assert (response.code, response.rows_affected, response.data_scanned_in_bytes) == ("OK", 3, 12)
    assert [column[:2] for column in cursor.description] == [("_col0", "varchar")]
    assert [row[0].lower() for row in cursor.fetchall()] == ['{"rowcount":3,"data_scanned_in_bytes":12}']
    assert not sent(endpoint)


def test_a_comment_may_be_behind_the_statement(cursor, endpoint):
    cursor.execute(f"{ROWCOUNT}\n-- /* appended */;")
    assert connections.AthenaConnectionManager.get_response(cursor).rows_affected == 3
    assert not sent(endpoint)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'SUCCESSFULLY CREATED TABLE t'",
        f"{ROWCOUNT} as stats",
        f"{ROWCOUNT}, 1",
        f"{ROWCOUNT}; select 1",
        f"insert into t {ROWCOUNT}",
        f"{CLASSIFY.replace('classification', 'comment')}",
        f"-- comment\n{CLASSIFY}",
    ],
)
def test_everything_else_is_a_query(cursor, endpoint, sql):
    cursor.execute(sql)
    assert sent(endpoint) == [sql]


@pytest.mark.parametrize("form", ["iceberg", "view", "none"])
def test_the_properties_of_what_is_no_hive_table_are_athenas_to_set(cursor, endpoint, form):
    create = {
        "iceberg": "create table \"bench\".\"t\" with ( table_type='iceberg', location='s3://b/t') as select 1",
        "view": 'create or replace view "bench"."t" as select 1',
        "none": "select 1",
    }
    cursor.execute(create[form])
    cursor.execute(CLASSIFY)
    assert sent(endpoint)[1:] == [CLASSIFY]
    assert "glue.UpdateTable" not in endpoint.calls()


def test_a_table_that_is_changed_meanwhile_is_left_to_athena(cursor, endpoint, credentials, monkeypatch):
    cursor.execute("create table \"bench\".\"t\" with ( table_type='hive', location='s3://b/t') as select 1")
    glue = clients.session(credentials).client(
        "glue", region_name=REGION, config=impl.get_boto3_config(num_retries=credentials.effective_num_retries)
    )
    read = glue.get_table

    def read_then_changed(**request):
        found = read(**request)
        glue.update_table(DatabaseName="bench", TableInput={"Name": "t", "Description": "by somebody else"})
        return found

    monkeypatch.setattr(glue, "get_table", read_then_changed)
    cursor.execute(CLASSIFY)
    assert sent(endpoint)[1:] == [CLASSIFY]
    assert read(DatabaseName="bench", Name="t")["Table"]["Description"] == "by somebody else"


def test_what_a_hive_table_has_is_kept(cursor, endpoint):
    cursor.execute("create table \"bench\".\"t\" with ( table_type='hive', location='s3://b/t') as select 1")
    glue = boto3.client("glue")
    before = glue.get_table(DatabaseName="bench", Name="t")["Table"]
    cursor.execute(CLASSIFY.replace("`t`", "`T`"))
    after = glue.get_table(DatabaseName="bench", Name="t")["Table"]
    assert after.pop("Parameters") == {**before.pop("Parameters"), "classification": "parquet"}
    assert int(after.pop("VersionId")) == int(before.pop("VersionId")) + 1
    assert after == before
    assert len(sent(endpoint)) == 1


def test_another_catalog_is_athenas(cursor, endpoint):
    cursor.execute("create table \"bench\".\"t\" with ( table_type='hive', location='s3://b/t') as select 1")
    cursor._credentials.database = "another"
    cursor.execute(CLASSIFY)
    assert sent(endpoint)[1:] == [CLASSIFY]


def test_the_statements_are_those_of_the_adapters_own_macros():
    """An upgrade that words them otherwise would send them again: no harm, and no gain."""
    macros = Path(impl.__file__).parents[2] / "include" / "athena" / "macros"
    written = {path.name: path.read_text("utf-8") for path in macros.rglob("*.sql")}
    assert "SELECT '{{ query_result }}';" in written["table.sql"]
    assert """build_sql = "select '" ~ query_result ~ "'\"""" in written["incremental.sql"]
    counted = inspect.getsource(impl.AthenaAdapter.run_query_with_partitions_limit_catching)
    assert """f'{{"rowcount":{cursor.rowcount},"data_scanned_in_bytes":{cursor.data_scanned_in_bytes}}}'""" in counted
    assert (
        "alter table {{ relation.render_hive() }} set tblproperties ('classification' = '{{ format }}')"
        in written["relation.sql"]
    )
    assert statements._CLASSIFICATION.fullmatch(CLASSIFY)
