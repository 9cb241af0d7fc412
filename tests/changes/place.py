"""The function that writes the changelog in the emulator; what a test gives it as an event source mapping would, and reads back.

The mapping here is a test's own, so that it can cut batches anywhere and give them again; tests/e2e/test_capture.py has Lambda's.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_changes import Change, Column, partition_key
from lakeloop_layer import of_host

from tests import zips
from tests.e2e.told import await_
from tests.local_aws import LocalAws, pointed_at

BUCKET, DATABASE = "lake-raw", "lake_changes"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/lake-changes"
_FIRST = 49590338271490256608559692538361571095921575989136588898
ROLE = "arn:aws:iam::000000000000:role/changes"
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


class Stream:
    """Shards of records in their order; ``reached`` tells how far each reader is in each shard."""

    def __init__(self, shards: int) -> None:
        self.shards: list[list[bytes]] = [[] for _ in range(shards)]
        self.changed = threading.Condition()
        self.reached: dict[tuple[str, int], int] = defaultdict(int)

    def put(self, changes: Iterable[Change | bytes]) -> None:
        """Put *changes* behind what is there, those of a key in one shard; bytes are put as they are."""
        with self.changed:
            for one in changes:
                data, key = (one, b"") if isinstance(one, bytes) else (one.encode(), partition_key(one).encode())
                self.shards[zlib.crc32(key) % len(self.shards)].append(data)
            self.changed.notify_all()

    def event(self, shard: int, begin: int, end: int) -> dict[str, Any]:
        """The records from *begin* to *end* of *shard* as Lambda gives them."""
        return {
            "Records": [
                {
                    "kinesis": {"sequenceNumber": str(_FIRST + number), "data": base64.b64encode(data).decode()},
                    "eventSource": "aws:kinesis",
                    "eventID": f"shardId-{shard:012}:{_FIRST + number}",
                    "eventSourceARN": STREAM,
                }
                for number, data in enumerate(self.shards[shard][begin:end], begin)
            ]
        }


class Reader(threading.Thread):
    """Gives a function a shard's records, batch after batch, as Lambda's mapping does: what failed comes again.

    So does, now and then, what did not fail: the answer was lost.
    """

    def __init__(self, stream: Stream, function: str, shard: int) -> None:
        super().__init__(daemon=True)
        self._stream, self._function, self._shard = stream, function, shard
        self._chance = random.Random(f"{function} {shard}")
        self._lambda = boto3.client("lambda", config=Config(read_timeout=180, retries={"total_max_attempts": 1}))
        self.ended = False

    def run(self) -> None:
        stream, key = self._stream, (self._function, self._shard)
        while True:
            with stream.changed:
                stream.changed.wait_for(lambda: self.ended or stream.reached[key] < len(stream.shards[self._shard]))
                if self.ended:
                    return
                begin = stream.reached[key]
                end = min(len(stream.shards[self._shard]), begin + self._chance.randint(1, 60))
            next_ = self._give(begin, end)
            with stream.changed:
                stream.reached[key] = begin if self._chance.random() < 0.1 else next_
                stream.changed.notify_all()

    def _give(self, begin: int, end: int) -> int:
        """The beginning of the next batch."""
        event = json.dumps(self._stream.event(self._shard, begin, end))
        try:
            answer = self._lambda.invoke(FunctionName=self._function, Payload=event)
        except (BotoCoreError, ClientError):
            return begin
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            return begin
        failed = [int(one["itemIdentifier"]) - _FIRST for one in payload["batchItemFailures"]]
        return min([end, *failed])


class Place:
    """The emulator's services, a stream with its readers, and what is in the changelog."""

    def __init__(self, shards: int) -> None:
        self._athena = boto3.client("athena")
        self._functions = boto3.client("lambda")
        self._stream = Stream(shards)
        self._readers: list[Reader] = []
        self.s3 = boto3.client("s3")

    def make(self) -> None:
        """Bucket, database and the function's code."""
        self.s3.create_bucket(Bucket=BUCKET)
        boto3.client("glue").create_database(DatabaseInput={"Name": DATABASE})
        self.s3.upload_file(str(zips.small("cdc_apply")), BUCKET, "code.zip")

    def function(self, name: str) -> None:
        """A function *name* that is given the whole stream."""
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
        for shard in range(len(self._stream.shards)):
            self._readers.append(Reader(self._stream, name, shard))
            self._readers[-1].start()

    def put(self, changes: Iterable[Change | bytes]) -> None:
        """Put *changes* into the stream."""
        self._stream.put(changes)

    def drained(self, seconds: float = 240) -> None:
        """Wait until each function has been given all that is in the stream, and did not fail."""
        stream = self._stream
        keys = [(reader._function, reader._shard) for reader in self._readers]
        with stream.changed:
            assert stream.changed.wait_for(
                lambda: all(stream.reached[key] == len(stream.shards[key[1]]) for key in keys), seconds
            ), stream.reached

    def close(self) -> None:
        """End the readers and the functions."""
        with self._stream.changed:
            for reader in self._readers:
                reader.ended = True
            self._stream.changed.notify_all()
        for reader in self._readers:
            reader.join()
        for name in {reader._function for reader in self._readers}:
            self._functions.delete_function(FunctionName=name)

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

        def ended() -> dict[str, Any] | None:
            status = self._athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            return None if status["State"] in ("QUEUED", "RUNNING") else status

        return query, await_(ended)

    def written(self, table: str) -> list[tuple[str | None, ...]]:
        """The changes in the changelog of *table*: kind, key, place."""
        return [tuple(row) for row in self.ask(f"select _op, _key, _commit_lsn from sales_{table}")]

    def set_apart(self, table: str) -> dict[str, Any]:
        """The one record of *table* in quarantine, however often it came."""
        (found,) = [told for key, told in self.apart().items() if key.split("/")[2] == table]
        return found

    def apart(self) -> dict[str, dict[str, Any]]:
        """Records in quarantine, by key."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="quarantine/changes/")
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        return {key: json.loads(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys}


def told(changes: Sequence[Change]) -> list[tuple[str, str | None, str]]:
    """*changes* as ``Place.written`` tells them."""
    return [
        (one.op, None if one.key is None else json.dumps(one.key, separators=(",", ":")), str(one.commit_lsn))
        for one in changes
    ]


@contextmanager
def place(aws: LocalAws, shards: int) -> Iterator[Place]:
    """A place in the emulator *aws*, with a stream of so many *shards*, until the block ends."""
    with pointed_at(aws):
        made = Place(shards)
        made.make()
        try:
            yield made
        finally:
            made.close()
