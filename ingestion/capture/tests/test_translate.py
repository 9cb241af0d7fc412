"""Places, keys and images of changes."""

import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_capture.columns import Field, shape
from lakeloop_capture.errors import CaptureRefused
from lakeloop_capture.translate import Translator
from lakeloop_changes import decode
from recorded import FIELDS, RECORDS

SHAPE = shape([Field("id", "INT64", optional=False)])
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def translator(begin=100):
    return Translator("shop", "first", begin, lambda: NOW)


def envelope(op, commit, lsn, before=None, after=None, snapshot="false"):
    source = {"sequence": json.dumps([commit and str(commit), str(lsn)]), "ts_us": 5, "schema": "s", "table": "t"}
    source |= {"lsn": lsn, "txId": 7, "snapshot": snapshot}
    return json.dumps({"op": op, "before": before, "after": after, "source": source})


def change(made, *words, key='{"id": 1}', **more):
    return made.change(key, envelope(*words, **more), lambda: SHAPE)


def test_recorded_records_are_records_of_the_wire_format():
    made = translator(None)
    columns = shape(FIELDS)
    changes = [made.change(key, value, lambda: columns) for key, value in RECORDS]
    assert [one.op for one in changes] == ["r", "r", "r", "u", "u", "u", "d", "d"]
    assert [decode(one.encode()) for one in changes] == changes
    assert all(one.key == {"id": (one.after or one.before)["id"]} for one in changes)
    assert all(earlier.position < later.position for earlier, later in pairwise(changes[2:]))


def test_changes_at_one_place_of_the_log_are_numbered():
    made = translator()
    row = {"id": 1}
    places = [
        change(made, *words).position
        for words in [
            ("d", 200, 250, row),
            ("c", 200, 250, None, row),
            ("c", 200, 260, None, row),
            ("c", 300, 240, None, row),  # it began before the one that committed first
        ]
    ]
    assert places == [(200, 250, 0), (200, 250, 1), (200, 260, 0), (300, 240, 0)]


def test_the_first_transaction_is_behind_the_snapshot_although_it_wrote_before_it():
    made = translator(None)
    read = change(made, "r", None, 100, None, {"id": 1}, snapshot="last")
    first = change(made, "u", None, 90, {"id": 1}, {"id": 1})
    assert (read.position, first.position) == ((100, 0, 0), (100, 90, 0))
    assert made.last_of_snapshot is False and first.snapshot is None and read.snapshot == "first"


def test_a_log_that_goes_back_ends_the_capture():
    made = translator()
    change(made, "c", 200, 250, None, {"id": 1})
    with pytest.raises(CaptureRefused, match=r"went back.*s\.t.*again=snapshot"):
        change(made, "c", 200, 249, None, {"id": 1})


@pytest.mark.parametrize("op", ["u", "d"])
def test_a_change_without_the_row_before_it_ends_the_capture(op):
    with pytest.raises(CaptureRefused, match=r"ALTER TABLE s\.t REPLICA IDENTITY FULL"):
        change(translator(), op, 200, 250, None, {"id": 1})


def test_a_truncated_table_has_no_row_and_a_message_is_no_change():
    made = translator()
    emptied = change(made, "t", 200, 250, key=None)
    assert (emptied.op, emptied.key, emptied.before, emptied.after) == ("t", None, None, None)
    assert decode(emptied.encode()) == emptied
    assert change(made, "m", 200, 260) is None


@given(st.lists(st.tuples(st.integers(1, 5), st.lists(st.integers(1, 9), min_size=1, max_size=6)), max_size=6))
def test_places_rise_and_are_the_same_when_a_run_begins_at_any_transaction(transactions):
    """GIVEN transactions in the order of their ends WHEN a run begins at any of them THEN their places are the same ones."""
    words, end = [], 100
    for gap, own in transactions:
        words.append([("c", end, 1000 + lsn) for lsn in sorted(own)])
        end += gap
    whole = translator()
    places = [[change(whole, *word, None, {"id": 1}).position for word in group] for group in words]
    flat = [place for group in places for place in group]
    assert flat == sorted(set(flat))
    for start in range(len(words)):
        again = translator()
        assert [
            [change(again, *word, None, {"id": 1}).position for word in group] for group in words[start:]
        ] == places[start:]
