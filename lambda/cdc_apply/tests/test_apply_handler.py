"""Batches as Lambda's event source mappings give them: what is written, what comes again, what is set apart."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cdc_apply import bodies, configuration, handler, quarantine, tables, transports
from cdc_apply.errors import TerminalError, TransientError
from cdc_apply.tables import Tables
from history import change
from lake import BUCKET, DATABASE, Glue, Lake
from lakeloop_changes import Change, Pointer

STREAM = "arn:aws:kinesis:eu-central-1:000000000000:stream/lake-changes"
FIRST = 49590338271490256608559692538361571095921575989136588898


class Bucket:
    """S3's objects in memory; keys that hold ``fails`` cannot be written or read."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.fails = "\0"

    def put_object(self, Bucket: str, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        self._call(Bucket, Key, "PutObject")
        self.objects[Key] = Body

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._call(Bucket, Key, "GetObject")
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def delete_object(self, Bucket: str, Key: str) -> None:  # noqa: N803
        self._call(Bucket, Key, "DeleteObject")
        self.objects.pop(Key, None)

    def _call(self, bucket: str, key: str, name: str) -> None:
        assert bucket == BUCKET
        if self.fails in key:
            raise ClientError({"Error": {"Code": "SlowDown"}}, name)


class Setting:
    """The function, a lake and a bucket."""

    def __init__(self, lake: Lake, bucket: Bucket) -> None:
        self.lake = lake
        self.bucket = bucket

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        return handler.handle(event, None)

    @property
    def apart(self) -> dict[str, Any]:
        """Objects in quarantine by key."""
        found = {key: json.loads(body) for key, body in self.bucket.objects.items()}
        return {key: told for key, told in found.items() if key.startswith("quarantine/")}


@pytest.fixture
def setting(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Setting:
    found = Setting(Lake(tmp_path), Bucket())
    for module in (bodies, quarantine):
        monkeypatch.setattr(module, "client", lambda service: found.bucket)
    monkeypatch.setattr(handler, "tables", lambda *words: Tables(found.lake.catalog, DATABASE, BUCKET))
    monkeypatch.setattr("cdc_apply.writer._LONGEST_WAIT", 0.0)
    for name, value in {"AWS_REGION": "eu-central-1", "CHANGES_DATABASE": DATABASE, "RAW_BUCKET_NAME": BUCKET}.items():
        monkeypatch.setenv(name, value)
    return found


def kinesis(records: Iterable[bytes], first: int = FIRST) -> dict[str, Any]:
    """An event of a Kinesis mapping."""
    return {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "1",
                    "sequenceNumber": str(first + number),
                    "data": base64.b64encode(data).decode(),
                    "approximateArrivalTimestamp": 1545084650.987,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"shardId-000000000006:{first + number}",
                "eventName": "aws:kinesis:record",
                "eventSourceARN": STREAM,
            }
            for number, data in enumerate(records)
        ]
    }


def kafka(records: Iterable[bytes | None]) -> dict[str, Any]:
    """An event of a mapping of self-managed Kafka."""
    return {
        "eventSource": "SelfManagedKafka",
        "bootstrapServers": "broker:9092",
        "records": {
            "shop.changes-0": [
                {"topic": "shop.changes", "partition": 0, "offset": 15 + number, "timestampType": "CREATE_TIME"}
                | ({} if data is None else {"value": base64.b64encode(data).decode()})
                for number, data in enumerate(records)
            ]
        },
    }


def place(number: int, **members: Any) -> Change:
    return change("c", number, commit_lsn=number, lsn=number, **members)


def test_a_batch_of_kinesis_goes_to_the_tables_that_it_is_of(setting: Setting) -> None:
    event = kinesis([place(101).encode(), place(102, table="payments").encode(), place(103).encode()])
    assert setting.handle(event) == {"batchItemFailures": []}
    assert setting.handle(event) == {"batchItemFailures": []}
    assert [row["id"] for row in setting.lake.rows()] == [101, 103]
    assert [row["id"] for row in setting.lake.rows("sales_payments")] == [102]
    position = json.loads(setting.lake.table().properties["lakeloop.changes.position.shop"])
    assert position["kinesis:lake-changes/shardId-000000000006"]["offset"] == str(FIRST + 2)


def test_a_batch_of_kafka_goes_the_same_way(setting: Setting) -> None:
    event = kafka([place(101).encode(), None, place(103).encode()])
    setting.handle(event)
    setting.handle(event)
    assert [row["id"] for row in setting.lake.rows()] == [101, 103]
    position = json.loads(setting.lake.table().properties["lakeloop.changes.position.shop"])
    assert position["kafka:shop.changes/0"]["offset"] == "17"
    assert list(setting.apart) == ["quarantine/changes/unknown/shop.changes-0-16.json"]


def test_what_is_no_change_is_set_apart_with_its_reason_and_stops_nothing(setting: Setting) -> None:
    of_two = json.dumps({"v": 2, "schema": "sales", "table": "orders"}).encode()
    records = [b"\xff\x00", of_two, place(101).encode()]
    assert setting.handle(kinesis(records)) == {"batchItemFailures": []}
    folder, shard = "quarantine/changes", "lake-changes-shardId-000000000006"
    told = setting.apart
    assert set(told) == {f"{folder}/unknown/{shard}-{FIRST}.json", f"{folder}/sales_orders/{shard}-{FIRST + 1}.json"}
    assert told[f"{folder}/unknown/{shard}-{FIRST}.json"]["record_base64"] == base64.b64encode(b"\xff\x00").decode()
    second = told[f"{folder}/sales_orders/{shard}-{FIRST + 1}.json"]
    assert second["record"] == of_two.decode()
    assert "version is 2" in second["reason"]
    assert [row["id"] for row in setting.lake.rows()] == [101]


def test_a_table_that_cannot_be_written_comes_again_from_its_first_record_and_the_others_stay(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [place(101).encode(), place(102, table="payments").encode(), place(103, table="payments").encode()]
    create = setting.lake.glue.create_table

    def fails(DatabaseName: str, TableInput: Any) -> None:  # noqa: N803
        if TableInput["Name"] == "sales_payments":
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "CreateTable")
        create(DatabaseName=DatabaseName, TableInput=TableInput)

    monkeypatch.setattr(setting.lake.glue, "create_table", fails)
    assert setting.handle(kinesis(records)) == {"batchItemFailures": [{"itemIdentifier": str(FIRST + 1)}]}
    with pytest.raises(TransientError, match="1 tables"):
        setting.handle(kafka(records[1:]))
    monkeypatch.setattr(setting.lake.glue, "create_table", create)
    assert setting.handle(kinesis(records[1:], FIRST + 1)) == {"batchItemFailures": []}
    assert [row["id"] for row in setting.lake.rows()] == [101]
    assert [row["id"] for row in setting.lake.rows("sales_payments")] == [102, 103]


def test_nothing_behind_a_record_that_can_neither_be_read_nor_set_apart_is_taken(setting: Setting) -> None:
    setting.bucket.fails = "quarantine/"
    records = [place(101).encode(), b"no change", place(103).encode()]
    assert setting.handle(kinesis(records)) == {"batchItemFailures": [{"itemIdentifier": str(FIRST + 1)}]}
    assert [row["id"] for row in setting.lake.rows()] == [101]
    setting.bucket.fails = "\0"
    assert setting.handle(kinesis(records)) == {"batchItemFailures": []}
    assert [row["id"] for row in setting.lake.rows()] == [101, 103]


def test_a_change_that_was_too_large_is_read_from_where_it_lies(setting: Setting) -> None:
    body = place(101, word="x" * 2_000_000).encode()
    pointer = Pointer(f"s3://{BUCKET}/oversize/1.json", hashlib.sha256(body).hexdigest())
    setting.bucket.objects["oversize/1.json"] = body
    records = [
        pointer.encode(),
        Pointer(pointer.body, "0" * 64).encode(),
        Pointer(f"s3://{BUCKET}/oversize/2.json", pointer.sha256).encode(),
        Pointer("s3://elsewhere/oversize/1.json", pointer.sha256).encode(),
        Pointer(f"s3://{BUCKET}/orders/1.json", pointer.sha256).encode(),
    ]
    assert setting.handle(kinesis(records)) == {"batchItemFailures": []}
    assert [len(row["word"]) for row in setting.lake.rows()] == [2_000_000]
    reasons = [told["reason"] for told in setting.apart.values()]
    for words, count in (("another content", 1), ("is not there", 1), ("bodies lie in", 2)):
        assert sum(words in reason for reason in reasons) == count


def test_a_body_that_cannot_be_read_now_holds_up_what_comes_after_it(setting: Setting) -> None:
    body = place(101).encode()
    setting.bucket.objects["oversize/1.json"] = body
    setting.bucket.fails = "oversize/"
    records = [
        Pointer(f"s3://{BUCKET}/oversize/1.json", hashlib.sha256(body).hexdigest()).encode(),
        place(102).encode(),
    ]
    assert setting.handle(kinesis(records)) == {"batchItemFailures": [{"itemIdentifier": str(FIRST)}]}
    assert "sales_orders" not in setting.lake.glue.tables


def test_an_event_of_nothing_known_and_missing_settings_are_messages(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    for event in ({}, {"Records": [{"eventSource": "aws:sqs"}]}, {"eventSource": "SelfManagedKafka", "records": 5}):
        with pytest.raises(TerminalError, match="neither Kinesis' nor Kafka's"):
            setting.handle(event)
    monkeypatch.delenv("CHANGES_DATABASE")
    with pytest.raises(TerminalError, match="missing: CHANGES_DATABASE"):
        setting.handle(kinesis([]))


def test_the_earliest_of_several_failures_is_told() -> None:
    event = kinesis([b"a", b"b", b"c"], 9)
    found = transports.records(event)
    assert transports.failed(event, found[1:]) == {"batchItemFailures": [{"itemIdentifier": "10"}]}


def test_s3_is_looked_for_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "client", lambda service: Glue())
    variables = {"AWS_REGION": "eu-central-1", "CHANGES_DATABASE": DATABASE, "RAW_BUCKET_NAME": BUCKET}
    assert configuration.read(variables).endpoint == ""
    everything = {**variables, "AWS_ENDPOINT_URL": "https://all", "AWS_ENDPOINT_URL_S3": "https://s3"}
    found = tables.tables.__wrapped__(configuration.read(everything))
    assert found._catalog.properties["s3.endpoint"] == "https://s3"
    assert configuration.read({**variables, "AWS_ENDPOINT_URL": "https://all"}).endpoint == "https://all"
