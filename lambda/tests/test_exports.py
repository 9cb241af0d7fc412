"""Exports are written whole or not at all, once in a run, and told as the run's."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from dbt_runner.configuration import Configuration
from dbt_runner.exports import athena, description, folder
from dbt_runner.exports import write as exports
from dbt_runner.exports.description import Export, Table
from dbt_runner.storage.store import Stored

POINTER = "exports/weekly/latest.json"


def export(name="weekly", format="csv", when="each_run", tables=("orders",)):
    return Export(
        f"exposure.a.{name}", name, format, when, True, tuple(Table(f"model.a.{table}", "s", table) for table in tables)
    )


class Aws:
    """S3 and Athena in memory; ``fails`` is what Athena says to a statement with these words in it."""

    def __init__(self):
        self.objects = {}
        self.sent = []
        self.fails = {}
        self.never_ends = False
        self.stopped = []
        self.columns = {"n": "bigint"}

    def get_table(self, DatabaseName, Name):  # noqa: N803
        columns = [{"Name": name, "Type": hive} for name, hive in self.columns.items()]
        gone = {"Name": "gone", "Type": "timestamp", "Parameters": {"iceberg.field.current": "false"}}
        return {"Table": {"StorageDescriptor": {"Columns": [*columns, gone]}}}

    def get_paginator(self, _):
        return self

    def paginate(self, Bucket, Prefix):  # noqa: N803
        keys = [key for key in self.objects if key.startswith(Prefix)]
        return [{"Contents": [{"Key": key, "Size": len(self.objects[key])} for key in keys]}]

    def put_object(self, Bucket, Key, Body, ContentType):  # noqa: N803
        self.objects[Key] = Body

    def copy(self, source, bucket, key):
        self.objects[key] = self.objects[source["Key"]]

    def delete_objects(self, Bucket, Delete):  # noqa: N803
        for one in Delete["Objects"]:
            del self.objects[one["Key"]]

    def start_query_execution(self, QueryString, WorkGroup):  # noqa: N803
        self.sent.append(QueryString)
        number = len(self.sent) - 1
        if QueryString.startswith("unload"):
            place = QueryString.partition(" to 's3://processed/")[2].partition("'")[0]
            self.objects[f"{place}part-0"] = b"PAR1"
            self.objects[f"{place}part-1"] = b"PAR1"
        self.objects[f"queries/{number}.csv"] = f'"n"\n"{number}"\n'.encode()
        return {"QueryExecutionId": str(number)}

    def get_query_execution(self, QueryExecutionId):  # noqa: N803
        sql = self.sent[int(QueryExecutionId)]
        said = next((said for words, said in self.fails.items() if words in sql), None)
        state = "RUNNING" if self.never_ends else "FAILED" if said else "SUCCEEDED"
        status = {"State": state, "StateChangeReason": said}
        place = {"OutputLocation": f"s3://results/queries/{QueryExecutionId}.csv"}
        return {"QueryExecution": {"Status": status, "ResultConfiguration": place}}

    def stop_query_execution(self, QueryExecutionId):  # noqa: N803
        self.stopped.append(QueryExecutionId)


class Memory:
    """The artifacts bucket."""

    def __init__(self):
        self.objects = {}

    def get(self, key):
        return Stored(self.objects[key], "") if key in self.objects else None

    def put(self, key, content):
        self.objects[key] = json.loads(json.dumps(content))


@pytest.fixture
def aws(monkeypatch):
    made = Aws()
    monkeypatch.setattr(folder.client, "s3", lambda: made)
    monkeypatch.setattr(athena.boto3, "client", lambda service: made)
    return made


def write(*wanted, run="run-1", number=1, store=None, seconds=60.0, lost=lambda: False):
    settings = Configuration("dev", "dev", "artifacts", "w", None, processed_bucket="processed")
    return exports.write(wanted, settings, store or Memory(), run, number, time.monotonic() + seconds, lost)


def test_a_csv_export_is_the_result_of_a_query_under_a_pointer(aws):
    (entry,) = write(export()).done
    pointer = json.loads(aws.objects[POINTER])
    assert entry == {"name": "weekly", "uri": pointer["files"][0]["uri"], "files": 1, "bytes": 8, "notify": True}
    assert aws.sent == ['select * from "s"."orders"']
    assert aws.objects[entry["uri"].removeprefix("s3://processed/")] == b'"n"\n"0"\n'
    assert entry["uri"].endswith("-run-1-1/orders/orders.csv")


def test_a_parquet_export_is_unloaded_and_has_a_list_of_files(aws):
    (entry,) = write(export(format="parquet", tables=("orders", "lines"))).done
    listed = json.loads(aws.objects[entry["uri"].removeprefix("s3://processed/")])
    assert (entry["files"], len(listed["files"])) == (4, 4)
    assert all(sql.startswith("unload (select * from ") and sql.endswith("(format = 'PARQUET')") for sql in aws.sent)
    assert listed == json.loads(aws.objects[POINTER])


@pytest.mark.parametrize(
    ("hive", "queried"),
    [
        ("timestamp", "timestamp(3)"),
        ("array<timestamp>", "array(timestamp(3))"),
        ("map<string,timestamp>", "map(varchar,timestamp(3))"),
        (
            "struct<int:int,at:timestamp,of:array<struct<a b:decimal(10,2)>>>",
            'row("int" integer,"at" timestamp(3),"of" array(row("a b" decimal(10,2))))',
        ),
    ],
)
def test_timestamps_are_unloaded_with_milliseconds(aws, hive, queried):
    aws.columns = {"n": "bigint", "at": hive}
    write(export(format="parquet"))
    (sql,) = aws.sent
    assert f'select "n", cast("at" as {queried}) as "at" from "s"."orders"' in sql


def test_a_failure_leaves_the_last_export_and_the_others_are_written(aws):
    write(export())
    before = aws.objects[POINTER]
    aws.fails = {'"lines"': "PERMISSION_DENIED: no"}
    written = write(export(tables=("orders", "lines")), export("other"), run="run-2")
    assert aws.objects[POINTER] == before
    assert [one["name"] for one in written.done] == ["other"]
    (failed,) = written.failed
    assert failed["unique_id"] == "exposure.a.weekly" and failed["message"].endswith("PERMISSION_DENIED: no")


def test_a_round_writes_what_the_last_one_has_not(aws):
    store = Memory()
    first = write(export(), store=store)
    second = write(export(), export("other"), store=store, number=2)
    assert second.done[0] == first.done[0]
    assert len(aws.sent) == 2


def test_an_export_that_has_no_time_is_stopped_and_left(aws):
    store = Memory()
    aws.never_ends = True
    written = write(export(), export("other"), store=store, seconds=0.05)
    assert (written.done, written.left, aws.stopped) == ([], 2, ["0"])
    assert POINTER not in aws.objects
    aws.never_ends = False
    assert len(write(export(), export("other"), store=store, number=2).done) == 2


def test_a_run_that_has_lost_the_environment_writes_nothing_more(aws):
    assert write(export(), lost=lambda: True).left == 1
    assert aws.sent == []


def test_three_versions_stay(aws):
    for number in range(5):
        write(export(), run=f"run-{number}")
    versions = {key.split("/")[2] for key in aws.objects if key.startswith("exports/weekly/") and key != POINTER}
    assert {version.split("-", 1)[1] for version in versions} == {"run-2-1", "run-3-1", "run-4-1"}


def test_a_bucket_that_refuses_is_told_as_the_exports(aws, monkeypatch):
    def refuse(*_, **__):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")

    monkeypatch.setattr(aws, "put_object", refuse)
    (failed,) = write(export()).failed
    assert "Cannot write s3://processed/exports/weekly/" in failed["message"]


@pytest.mark.parametrize(
    ("when", "built", "whole", "due"),
    [
        ("each_run", ["model.a.orders"], False, True),
        ("each_run", ["model.a.other"], False, False),
        ("whole_build", ["model.a.orders"], False, False),
        ("whole_build", ["model.a.orders"], True, True),
    ],
)
def test_an_export_is_due_after_runs_of_what_it_depends_on(when, built, whole, due):
    assert bool(exports.due([export(when=when)], built, whole)) is due


def test_names_of_resources_are_those_of_the_environment(tmp_path):
    file = tmp_path / "dev.exports.json"
    assert description.read(file, {}) == []
    one = {"unique_id": "exposure.a.w", "name": "w", "format": "csv", "when": "each_run", "notify": False}
    table = {"unique_id": "model.a.m", "schema": "${GLUE_DATABASE_NAME}_marts", "table": "m"}
    file.write_text(json.dumps([{**one, "tables": [table]}]))
    (read,) = description.read(file, {"GLUE_DATABASE_NAME": "acme_dev"})
    assert read.tables[0].schema == "acme_dev_marts"
