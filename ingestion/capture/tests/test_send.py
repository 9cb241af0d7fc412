"""The way of records: ends of snapshots, large changes, and what is told of them."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from lakeloop_capture.bodies import Packer
from lakeloop_capture.columns import Field, shape
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.send import Sender
from lakeloop_capture.translate import Translator
from lakeloop_changes import Pointer, decode
from test_translate import envelope

SHAPE = shape([Field("id", "INT64", optional=False)])
EMPTY = shape([Field("id", "STRING", source="UUID", optional=False)])


class Kept:
    """A transport that keeps its records, or fails."""

    limit = 1000

    def __init__(self):
        self.records = []
        self.fails = False

    def append(self, records):
        if self.fails:
            raise CaptureFailed("full")
        self.records += records

    @property
    def changes(self):
        return [decode(record.data) for record in self.records]


def sender(transport, completed):
    translator = Translator("shop", "first", None, lambda: datetime.now(UTC))
    tables = ("s.t", "s.empty")
    return Sender(transport, Packer(transport.limit, None), translator, tables, lambda schema, table: EMPTY, completed)


def read(number, snapshot="true"):
    return json.dumps({"id": number}), envelope("r", None, 100, None, {"id": number}, snapshot), lambda: SHAPE


def test_the_end_of_a_snapshot_counts_the_rows_of_every_table_also_of_an_empty_one():
    transport, completed = Kept(), []
    made = sender(transport, completed.append)
    made.change(*read(1))
    made.flush()
    assert completed == []
    made.change(*read(2, "last"))
    assert completed == [] and len(transport.records) == 1
    made.flush()
    assert completed == [100]
    ends = {change.table: change for change in transport.changes if change.op == "s"}
    assert {table: end.rows for table, end in ends.items()} == {"t": 2, "empty": 0}
    assert ends["empty"].columns == EMPTY.columns and ends["t"].columns == SHAPE.columns
    assert {end.snapshot for end in ends.values()} == {"first"}
    assert made.told()[0] == Counter({"s.t": 3, "s.empty": 1})


def test_the_first_change_may_come_in_the_batch_that_ends_the_snapshot():
    transport, completed = Kept(), []
    made = sender(transport, completed.append)
    made.change(*read(1, "last"))
    made.change('{"id": 1}', envelope("c", None, 160, None, {"id": 1}), lambda: SHAPE)
    made.flush()
    assert [change.op for change in transport.changes] == ["r", "s", "s", "c"] and completed == [100]


def test_a_snapshot_whose_end_is_not_in_the_stream_is_not_complete():
    transport, completed = Kept(), []
    made = sender(transport, completed.append)
    made.change(*read(1, "last"))
    transport.fails = True
    with pytest.raises(CaptureFailed):
        made.flush()
    assert completed == []


def test_a_change_before_the_end_of_the_snapshot_ends_the_capture():
    made = sender(Kept(), lambda begin: None)
    made.change(*read(1))
    with pytest.raises(CaptureFailed, match="before the end of the snapshot"):
        made.change(None, envelope("c", 150, 160, None, {"id": 1}), lambda: SHAPE)


class Bucket:
    def __init__(self):
        self.objects = {}

    def put_object(self, Bucket, Key, Body):  # noqa: N803 - boto3's names
        self.objects[f"s3://{Bucket}/{Key}"] = Body


def large():
    translator = Translator("shop", "first", 0, lambda: datetime(2026, 11, 30, tzinfo=UTC))
    columns = shape([Field("id", "STRING", optional=False)])
    return translator.change('{"id": "1"}', envelope("c", 1, 2, None, {"id": "x" * 900}), lambda: columns)


def test_a_change_that_is_too_large_lies_in_the_folder_and_a_pointer_goes():
    bucket, change = Bucket(), large()
    packer = Packer(1000, "s3://raw/oversize/", lambda: bucket)
    record = packer.record(change)
    pointer = decode(record.data)
    assert isinstance(pointer, Pointer) and pointer.body.startswith("s3://raw/oversize/s_t/")
    assert decode(bucket.objects[pointer.body]) == change
    assert packer.record(change) == record and len(bucket.objects) == 1


def test_without_a_folder_it_ends_the_capture_by_name():
    with pytest.raises(
        CaptureRefused, match=r"s\.t .* is a record of 1\d{3} bytes, and the stream takes 1000.*CAPTURE_BODIES"
    ):
        Packer(1000, None).record(large())
    assert len(Packer(10_000, None).record(large()).data) > 1000
