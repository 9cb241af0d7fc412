"""The beginning of a run, upon every state that a database can be found in."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lakeloop_capture.begin import begin
from lakeloop_capture.database import Slot, State
from lakeloop_capture.errors import CaptureRefused

TABLES = ("capture.heartbeat", "sales.orders")
STREAM = "kafka:changes@1"
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
KEPT = State("earlier", 100, True, TABLES, STREAM)
SLOT = Slot(False, "reserved", 200, 0)
STREAMED = json.dumps({"lsn_proc": 250, "lsn_commit": 200, "lsn": 250})
SNAPSHOT_ENDED = json.dumps(
    {"lsn": 200, "snapshot": "INITIAL", "snapshot_completed": True, "last_snapshot_record": True}
)
IN_SNAPSHOT = json.dumps({"lsn": 200, "snapshot": "INITIAL", "snapshot_completed": False})


class Found:
    """A database as it was found; what is done to it is in ``done``."""

    def __init__(self, state=None, slot=None, offset=None, tables=TABLES):
        self._state, self._slot, self._offset, self._tables = state, slot, offset, tables
        self.done = []

    def tables(self):
        return self._tables

    def state(self):
        return self._state

    def slot(self):
        return self._slot

    def offset(self):
        return self._offset

    def drop_slot(self):
        self.done.append("slot dropped")

    def forget_offset(self):
        self.done.append("offset forgotten")

    def beat(self):
        self.done.append("beat")

    def keep(self, state):
        self.done.append(state)


ANEW = ["slot dropped", "offset forgotten", "beat", State("2026-11-30T02:00:00.000000Z", None, False, TABLES, STREAM)]


@pytest.mark.parametrize("offset", [STREAMED, SNAPSHOT_ENDED])
def test_it_goes_on_where_the_last_one_stopped(offset):
    found = Found(KEPT, SLOT, offset)
    assert begin(found, "slot", STREAM, False, NOW).state == KEPT
    assert found.done == []


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Found(), "First start"),
        (Found(State("earlier", None, False, TABLES, STREAM), SLOT, None), "Snapshot earlier was interrupted"),
        (Found(State("earlier", None, False, TABLES, STREAM), None, None), "Snapshot earlier was interrupted"),
        (Found(KEPT, SLOT, IN_SNAPSHOT), "Snapshot earlier was interrupted"),
    ],
)
def test_a_snapshot_is_taken_with_a_slot_and_a_name_of_its_own(found, why):
    began = begin(found, "slot", STREAM, False, NOW)
    assert found.done == ANEW and began.state == ANEW[-1] and began.said.startswith(why)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (Found(None, SLOT), "Slot slot is there and this capture did not make it"),
        (Found(KEPT, None, STREAMED), "Slot slot is gone: changes are lost"),
        (Found(KEPT, Slot(False, "lost", 0, 0), STREAMED), "max_slot_wal_keep_size"),
        (Found(KEPT, Slot(False, "reserved", 251, 0), STREAMED), r"ahead of what was sent \(251 > 250\)"),
        (Found(KEPT, Slot(False, "reserved", 201, 0), SNAPSHOT_ENDED), r"ahead of what was sent \(201 > 200\)"),
        (Found(KEPT, SLOT, None), "debezium_offsets is empty"),
        (Found(KEPT, SLOT, STREAMED, (*TABLES, "sales.refunds")), "no snapshot has: sales.refunds"),
        (
            Found(replace(KEPT, stream="kafka:changes@0"), SLOT, STREAMED),
            r"another one than .*\(kafka:changes@0, now kafka:changes@1\)",
        ),
    ],
)
def test_nothing_is_passed_over_in_silence(found, message):
    """GIVEN changes that are lost WHEN it begins THEN it says so and leaves all as it was; asked for, a snapshot is taken."""
    with pytest.raises(CaptureRefused, match=f"(?s){message}.*again=snapshot"):
        begin(found, "slot", STREAM, False, NOW)
    assert found.done == []
    begin(found, "slot", STREAM, True, NOW)
    assert found.done[:3] == ANEW[:3]


def test_a_table_that_left_the_publication_is_no_reason_to_stop():
    assert begin(Found(KEPT, SLOT, STREAMED, TABLES[:1]), "slot", STREAM, False, NOW).state == KEPT
