"""Which tables need upkeep, what Athena is sent, and when it is sent again. No AWS."""

import gzip
import io
import json
import time
from types import SimpleNamespace

import pytest
from dbt_runner import options
from dbt_runner.errors import TerminalError
from dbt_runner.event import Request
from dbt_runner.rounds.deadline import Deadline
from dbt_runner.upkeep import asked, metadata, needs, statements
from dbt_runner.upkeep.metadata import Snapshot, State, Table
from dbt_runner.upkeep.needs import Files

NOW = 1_800_000_000.0
DAY = 86_400
TABLE = Table("db", "t", "s3://processed/tables/t/metadata/1.json")


def state(*days, properties=(), files=1, deletes=0, held=()):
    """A table with a snapshot for each of *days* ago, the last one current."""
    snapshots = tuple(
        Snapshot(number, number - 1 if number > 1 else None, int((NOW - ago * DAY) * 1000))
        for number, ago in enumerate(days, 1)
    )
    current = len(snapshots) or None
    return State(
        current, snapshots, frozenset({*held, *([current] if current else [])}), dict(properties), files, deletes, 1
    )


@pytest.mark.parametrize(
    ("found", "open_"),
    [
        (state(files=0), False),
        (state(1, files=4), False),
        (state(1, files=5), True),
        (state(1, files=4, deletes=2), True),
        (state(1, files=4, deletes=1), False),
        (state(1, files=3, properties={"optimize_rewrite_data_file_threshold": "3"}), True),
        (state(1, files=None), True),  # a writer that tells no totals
        (state(files=None), False),
    ],
)
def test_files_are_looked_at_only_where_the_totals_leave_it_open(found, open_):
    assert needs.may_need_optimize(found) is open_


@pytest.mark.parametrize(
    ("found", "files", "why"),
    [
        (state(1, files=500), Files(small=500, spared=0), ""),  # a small file in each of 500 partitions
        (state(1, files=5), Files(small=5, spared=4), "5 files below 384 MB, of which OPTIMIZE spares 4"),
        (state(1, files=9), Files(small=4, spared=3), ""),
        (state(1, deletes=2), Files(0, 0), "2 delete files, which each query reads"),
        (state(1, properties={"optimize_rewrite_data_file_threshold": "50"}), Files(small=40, spared=39), ""),
    ],
)
def test_optimize_where_files_can_be_spared_or_rows_are_marked_as_deleted(found, files, why):
    assert needs.optimize(found, files) == why


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (state(), ""),
        (state(400), ""),  # the only one
        (state(*range(5, 0, -1)), ""),  # none older than five days
        (state(*range(11, 0, -1)), ""),  # six, and none of them a week late
        (state(*[6] * 10, 1), "10 of 11 snapshots are older than 5 days"),
        (state(12.5, 1), "1 of 2 snapshots are older than 5 days"),  # a week late
        (state(12.5, 1, held={1}), ""),  # a tag
        (state(30, 20, 10, 1, properties={"vacuum_min_snapshots_to_keep": "4"}), ""),
        (
            state(30, 20, 10, 1, properties={"vacuum_min_snapshots_to_keep": "3"}),
            "1 of 4 snapshots are older than 5 days",
        ),
        (
            state(9, 1, properties={"vacuum_max_snapshot_age_seconds": "3600"}),
            "1 of 2 snapshots are older than 3,600 s",
        ),
    ],
)
def test_vacuum_where_enough_snapshots_have_expired_or_one_long_ago(found, why):
    assert needs.vacuum(found, NOW) == why


def test_a_look_is_good_until_another_snapshot_or_another_property():
    one = needs.looked_at(state(2, 1))
    assert one == needs.looked_at(state(9, 1))
    assert one != needs.looked_at(state(3, 2, 1))
    assert one != needs.looked_at(state(2, 1, properties={"optimize_rewrite_data_file_threshold": "2"}))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_metadata_file_is_read(pack):
    content = {
        "current-snapshot-id": 2,
        "properties": {"vacuum_min_snapshots_to_keep": "3"},
        "refs": {"main": {"snapshot-id": 2}, "audit": {"snapshot-id": 1}},
        "snapshots": [
            {"snapshot-id": 1, "timestamp-ms": 5},
            {
                "snapshot-id": 2,
                "parent-snapshot-id": 1,
                "timestamp-ms": 6,
                "summary": {"total-data-files": "7", "total-delete-files": "1", "total-files-size": "900"},
            },
        ],
    }
    asked_for = []

    def get_object(**place):
        asked_for.append(place)
        return {"Body": io.BytesIO(pack(json.dumps(content).encode()))}

    found = metadata.read(SimpleNamespace(get_object=get_object), TABLE)
    assert asked_for == [{"Bucket": "processed", "Key": "tables/t/metadata/1.json"}]
    assert found.told() == {"files": 7, "delete_files": 1, "bytes": 900, "snapshots": 2}
    assert found.referenced == {1, 2}
    assert found.snapshots[1] == Snapshot(2, 1, 6)


def test_only_iceberg_tables_in_the_environments_own_buckets():
    ours = {"table_type": "ICEBERG", "metadata_location": "s3://processed/a.json"}
    listed = [
        {"Name": "ours", "Parameters": ours},
        {"Name": "theirs", "Parameters": {**ours, "metadata_location": "s3://processed-of-others/a.json"}},
        {"Name": "hive", "Parameters": {"classification": "parquet"}},
        {"Name": "view"},
    ]
    captured = [{"Name": "captured", "Parameters": {**ours, "metadata_location": "s3://raw/changes/a.json"}}]
    of = {"db": listed, "changes": [*captured, *listed]}
    pages = SimpleNamespace(paginate=lambda DatabaseName: [{"TableList": of[DatabaseName]}])  # noqa: N803
    found = metadata.tables(
        SimpleNamespace(get_paginator=lambda name: pages),
        [("db", "processed"), ("db", "processed"), ("changes", "raw")],
    )
    assert [table.full_name for table in found] == ["changes.captured", "db.ours"]


@pytest.mark.parametrize("words", [("--full-refresh",), ("plans",), ("plan", "--table"), ("--table", "--table", "t")])
def test_words_that_mean_nothing_are_refused(words):
    with pytest.raises(TerminalError, match=r"`upkeep` does not know .*It takes: `upkeep` or `upkeep plan`"):
        asked.read(Request(("upkeep",), words))


def test_tables_are_named_with_or_without_their_database():
    words = asked.read(Request(("upkeep", "plan"), ("--table", "T", "--table", "db.u")))
    others = [Table("db", name, "") for name in "uv"]
    assert words.plan
    assert words.chosen([TABLE, *others]) == [TABLE, others[0]]
    with pytest.raises(TerminalError, match=r"No Iceberg table 't' in .*There are: db\.u, db\.v\."):
        words.chosen(others)


def test_it_is_among_what_the_runner_runs():
    with pytest.raises(TerminalError, match=r"It runs: .*upkeep\."):
        options.check(Request(("optimize",), ()))


class Athena:
    """Ends each query as *ends* say, one after the other; without an end, it runs for ever."""

    def __init__(self, *ends):
        self.ends, self.sent, self.stopped = list(ends), [], []

    def start_query_execution(self, QueryString, WorkGroup, QueryExecutionContext):  # noqa: N803
        assert (WorkGroup, QueryExecutionContext) == ("dev", {"Database": "db"})
        self.sent.append(QueryString)
        return {"QueryExecutionId": str(len(self.sent))}

    def get_query_execution(self, QueryExecutionId):  # noqa: N803
        at = int(QueryExecutionId) - 1
        if at >= len(self.ends):
            return {"QueryExecution": {"Status": {"State": "RUNNING"}}}
        state = "FAILED" if self.ends[at] else "SUCCEEDED"
        return {"QueryExecution": {"Status": {"State": state, "StateChangeReason": self.ends[at]}}}

    def stop_query_execution(self, QueryExecutionId):  # noqa: N803
        self.stopped.append(QueryExecutionId)


def sent_by(athena, *, seconds=60.0, noted=None):
    now = time.monotonic()
    store = SimpleNamespace(put=lambda key, content: (noted if noted is not None else []).append((key, content)))
    limit = Deadline(last_start=now + seconds, cancel=now + seconds, end=now + seconds)
    return statements.Statements(athena, "dev", store, "run", limit)


MORE = "ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED: Processed 100 partitions in this round of optimization"
REST = "ICEBERG_VACUUM_MORE_RUNS_NEEDED: Removed 1000 files in this round of vacuum"


def test_as_often_as_athena_says_that_there_is_more():
    athena = Athena(MORE, MORE, "", REST, "")
    sent, noted = sent_by(athena, noted=(written := [])), written
    sent.optimize(TABLE)
    sent.vacuum(TABLE)
    assert athena.sent == ["OPTIMIZE db.t REWRITE DATA USING BIN_PACK"] * 3 + ["VACUUM db.t"] * 2
    assert noted[-1] == ("runs/run/statement.json", {"query": "5"})


def test_names_that_want_quotes_have_those_that_each_statement_takes():
    athena = Athena("", "")
    sent, table = sent_by(athena), Table("db", "_t", "")
    sent.optimize(table)
    sent.vacuum(table)
    assert athena.sent == ['OPTIMIZE db."_t" REWRITE DATA USING BIN_PACK', "VACUUM db.`_t`"]


def test_another_failure_is_told_and_nothing_sent_again():
    athena = Athena("ICEBERG_COMMIT_ERROR: conflict")
    with pytest.raises(statements.Failed, match=r"VACUUM db\.t: ICEBERG_COMMIT_ERROR"):
        sent_by(athena).vacuum(TABLE)
    assert len(athena.sent) == 1


def test_more_for_ever_has_an_end():
    athena = Athena(*[MORE] * 200)
    with pytest.raises(statements.Failed, match="more than 100 runs"):
        sent_by(athena).optimize(TABLE)


def test_a_statement_is_stopped_when_the_time_or_the_lease_is_over():
    athena = Athena()
    with pytest.raises(statements.Cut):
        sent_by(athena, seconds=0.01).optimize(TABLE)
    sent = sent_by(athena)
    sent.lost = "another run has it"
    with pytest.raises(statements.Cut):
        sent.vacuum(TABLE)
    assert (len(athena.sent), athena.stopped) == (1, ["1"])
