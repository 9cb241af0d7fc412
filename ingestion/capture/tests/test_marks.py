"""The offset that Debezium stores: never between changes that share a place, for it begins again behind all of them."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from lakeloop_capture.engine import _Consumer


class Sink:
    """Takes nothing: the records are heartbeats."""

    def flush(self):
        pass


class Committer:
    """Debezium's, which stores the offset of the record that was marked last."""

    def __init__(self):
        self.stored = None

    def markProcessed(self, record):  # noqa: N802 - Debezium's name
        self.stored = record

    def markBatchFinished(self):  # noqa: N802 - Debezium's name
        pass


def record(number, **offset):
    told = SimpleNamespace(sourceOffset=lambda: offset)
    return SimpleNamespace(
        number=number, destination=lambda: "__debezium-heartbeat.x", value=lambda: None, sourceRecord=lambda: told
    )


def consumer():
    return _Consumer(SimpleNamespace(failure=None), Sink())


@given(st.lists(st.integers(1, 4), max_size=12), st.lists(st.integers(1, 5)))
def test_it_is_at_the_last_of_a_place_and_all_but_the_last_place_is_behind_it(sizes, cuts):
    """GIVEN records, some at one place WHEN they come in batches THEN what is stored is the end of the place before the last."""
    places = [place for place, size in enumerate(sizes) for _ in range(size)]
    records = [record(number, lsn=place) for number, place in enumerate(places)]
    made, committer, seen = consumer(), Committer(), 0
    for cut in [*cuts, len(records)]:
        batch = records[seen : seen + cut]
        seen += len(batch)
        if not batch:
            break
        made.handleBatch(batch, committer)
        before = [number for number in range(seen) if places[number] != places[seen - 1]]
        assert (committer.stored and committer.stored.number) == (max(before) if before else None)


def test_a_snapshot_is_done_with_its_last_row():
    rows = [record(number, lsn=5, snapshot="INITIAL") for number in range(3)]
    last = record(3, lsn=5, snapshot="INITIAL", last_snapshot_record="true")
    made, committer = consumer(), Committer()
    made.handleBatch(rows, committer)
    assert committer.stored is None
    made.handleBatch([last], committer)
    assert committer.stored is last
    first = record(4, lsn=9)
    made.handleBatch([first], committer)
    assert committer.stored is last
    made.handleBatch([record(5, lsn=10)], committer)
    assert committer.stored is first
