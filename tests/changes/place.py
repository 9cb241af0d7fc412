"""The function that writes the changelog in the emulator, behind a Kinesis stream; and what a test puts there and reads back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from lakeloop_changes import Change, Column, partition_key
from lakeloop_layer import of_host

from tests import zips

BUCKET, DATABASE, STREAM = "lake-raw", "lake_changes", "lake-changes"
ROLE = "arn:aws:iam::000000000000:role/changes"
_AT_ONCE = 500
_BEGIN = datetime(2026, 11, 30, 2, tzinfo=UTC)
COLUMNS = {"id": "bigint", "word": "varchar"}


class Source:
    """A database whose log rises with each change."""

    def __init__(self) -> None:
        self._place = 1000

    def change(
        self, table: str, op: str, row: Mapping[str, Any] | None, types: Mapping[str, str] = COLUMNS, **members: Any
    ) -> Change:
        """The next change of *table*; *row* is the image after it, of a delete that before it, None of t and s."""
        self._place += 7
        image = None if row is None else dict(row)
        shaped: dict[str, Any] = {
            "source": "shop",
            "schema": "sales",
            "table": table,
            "op": op,
            "key": None if image is None else {"id": image["id"]},
            "before": image if op == "d" else None,
            "after": None if op == "d" else image,
            "columns": tuple(Column(name, types[name], name != "id") for name in image or ()),
            "commit_lsn": self._place,
            "lsn": self._place,
            "rank": 0,
            "snapshot": None,
            "rows": None,
            "tx": self._place,
            "committed_at": _BEGIN + timedelta(seconds=self._place),
            "captured_at": _BEGIN + timedelta(seconds=self._place, milliseconds=200),
        }
        return Change(**{**shaped, **members})


class Place:
    """Clients of the emulator's services, and what is in the changelog."""

    def __init__(self) -> None:
        self._kinesis = boto3.client("kinesis")
        self._athena = boto3.client("athena")
        self._functions = boto3.client("lambda")
        self.s3 = boto3.client("s3")

    def make(self, shards: int) -> None:
        """Bucket, database and stream."""
        self.s3.create_bucket(Bucket=BUCKET)
        boto3.client("glue").create_database(DatabaseInput={"Name": DATABASE})
        self._kinesis.create_stream(StreamName=STREAM, ShardCount=shards)
        self._kinesis.get_waiter("stream_exists").wait(StreamName=STREAM, WaiterConfig={"Delay": 1})
        self.s3.upload_file(str(zips.small("cdc_apply")), BUCKET, "code.zip")

    def function(self, name: str) -> None:
        """A function *name*, and the mapping that gives it the stream's records."""
        processor = of_host()
        assert processor is not None
        self._functions.create_function(
            FunctionName=name,
            Role=ROLE,
            Runtime="python3.12",
            Architectures=[processor.name],
            Handler="cdc_apply.handler.handle",
            Code={"S3Bucket": BUCKET, "S3Key": "code.zip"},
            Timeout=120,
            MemorySize=1024,
            Environment={"Variables": {"CHANGES_DATABASE": DATABASE, "RAW_BUCKET_NAME": BUCKET}},
        )
        self._functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        stream = self._kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamARN"]
        self._functions.create_event_source_mapping(
            EventSourceArn=stream,
            FunctionName=name,
            StartingPosition="TRIM_HORIZON",
            BatchSize=200,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=-1,
        )

    def put(self, changes: Iterable[Change | bytes]) -> None:
        """Put *changes* into the stream, in their order; bytes as they are, under a key of their own."""
        entries = [
            {"Data": one, "PartitionKey": "poison"}
            if isinstance(one, bytes)
            else {"Data": one.encode(), "PartitionKey": partition_key(one)}
            for one in changes
        ]
        for begin in range(0, len(entries), _AT_ONCE):
            answer = self._kinesis.put_records(StreamName=STREAM, Records=entries[begin : begin + _AT_ONCE])
            assert answer["FailedRecordCount"] == 0

    def ask(self, sql: str) -> list[list[str | None]]:
        """Athena's answer to *sql*, as texts."""
        query, status = self._run(sql)
        assert status["State"] == "SUCCEEDED", status
        pages = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
        rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
        return [[cell.get("VarCharValue") for cell in row] for row in rows[1:]]

    def optimize(self, table: str) -> bool:
        """Put files of *table* together; whether that could be done before somebody else wrote."""
        _, status = self._run(f"optimize sales_{table} rewrite data using bin_pack")
        assert status["State"] == "SUCCEEDED" or "ICEBERG_COMMIT_ERROR" in status["StateChangeReason"], status
        return bool(status["State"] == "SUCCEEDED")

    def _run(self, sql: str) -> tuple[str, dict[str, Any]]:
        query = self._athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": DATABASE},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
        )["QueryExecutionId"]
        while True:
            status = self._athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                return query, status

    def written(self, table: str) -> list[tuple[str | None, ...]]:
        """The changes in the changelog of *table*: kind, key, place."""
        return [tuple(row) for row in self.ask(f"select _op, _key, _commit_lsn from sales_{table}")]

    def await_(self, table: str, count: int, seconds: float = 240) -> None:
        """Wait until the changelog of *table* has *count* rows."""
        last, found = time.monotonic() + seconds, -1
        while True:
            if (
                self._is_there(table)
                and (found := int(str(self.ask(f"select count(*) from sales_{table}")[0][0]))) >= count
            ):
                return
            assert time.monotonic() < last, f"{found} of {count} changes of {table} are there"

    def await_apart(self, table: str, seconds: float = 120) -> dict[str, Any]:
        """Wait until a record of *table* is in quarantine; what is told of it."""
        last = time.monotonic() + seconds
        while True:
            found = [told for key, told in self.apart().items() if key.split("/")[2] == table]
            if found:
                (one,) = found  # however often it came
                return one
            assert time.monotonic() < last, f"no record of {table} was set apart"

    def apart(self) -> dict[str, dict[str, Any]]:
        """Records in quarantine, by key."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="quarantine/changes/")
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        return {key: json.loads(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys}

    @staticmethod
    def _is_there(table: str) -> bool:
        found = boto3.client("glue").get_tables(DatabaseName=DATABASE)["TableList"]
        return any(one["Name"] == f"sales_{table}" for one in found)


def told(changes: Sequence[Change]) -> list[tuple[str, str | None, str]]:
    """*changes* as ``Place.written`` tells them."""
    return [
        (one.op, None if one.key is None else json.dumps(one.key, separators=(",", ":")), str(one.commit_lsn))
        for one in changes
    ]


@contextmanager
def place(folder: Path, shards: int) -> Iterator[Place]:
    """A stream and its place in an emulator, until the block ends."""
    from tests import local_aws

    with local_aws.running(folder) as aws, local_aws.pointed_at(aws):
        made = Place()
        made.make(shards)
        yield made
