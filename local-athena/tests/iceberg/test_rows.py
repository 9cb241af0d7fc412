"""MERGE, UPDATE and DELETE."""

from __future__ import annotations

import datetime as dt

import pytest

from local_athena.errors import AthenaError

from .conftest import Lake

COLUMNS = {"id": "bigint", "name": "varchar", "n": "integer"}
SOURCE = (
    {"id": "bigint", "name": "varchar", "n": "integer"},
    "SELECT * FROM (VALUES (2, 'two!', 20), (3, NULL, 30), (9, 'nine', 90))",
)


@pytest.fixture
def table(lake: Lake) -> str:
    lake.create("t", COLUMNS, "SELECT * FROM (VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3), (4, 'four', 4))")
    lake.insert("t", "SELECT * FROM (VALUES (5, 'five', 5), (6, NULL, NULL))")
    return "t"


def check(lake: Lake, expected: list[tuple[object, ...]]) -> None:
    assert lake.rows("t") == sorted(expected, key=repr)
    others = lake.other_rows("t")
    assert others["pyiceberg"] == others["duckdb"] == sorted(expected, key=repr)


REST = [(1, "one", 1), (4, "four", 4), (5, "five", 5), (6, None, None)]


def test_merge_updates_and_inserts(lake: Lake, table: str) -> None:
    untouched = {path for path in lake.objects("t/") if path.endswith(".parquet")}
    done = lake.change(
        table,
        """merge into "db"."t" as target using src on (target.id = src.id)
        when matched then update set"name" = src."name","n" = src."n" + target.n
        when not matched then insert ("id", "name", "n") values (src."id", src."name", src."n")""",
        src=SOURCE,
    )
    assert done.rows == 3
    check(lake, [*REST, (2, "two!", 22), (3, None, 33), (9, "nine", 90)])
    # The file of the second insert holds no matched row: it stays.
    kept = {file.file.file_path for file in lake.pyiceberg("t").scan().plan_files()} & untouched
    assert len(kept) == 1
    assert lake.pyiceberg("t").current_snapshot().summary.operation.value == "overwrite"


def test_merge_clauses_apply_in_their_order(lake: Lake, table: str) -> None:
    done = lake.change(
        table,
        """merge into t as d using src as s on s.id = d.id
        when matched and s.n = 20 then delete
        when matched and s.n = 20 then update set n = 1000
        when matched and d.name is null then update set name = 'was null'
        when matched then update set name = coalesce(s.name, d.name), n = 7
        when not matched and s.n > 100 then insert (id) values (s.id)
        when not matched then insert (name, id) values (s.name || '?', s.id)""",
        src=SOURCE,
    )
    assert done.rows == 3
    check(lake, [*REST, (3, "three", 7), (9, "nine?", None)])


def test_merge_without_a_match_appends(lake: Lake, table: str) -> None:
    assert (
        lake.change(
            "t",
            "merge into t using src on t.id = src.id and t.n > 99 when not matched then insert values (src.id, src.name, src.n)",
            src=SOURCE,
        ).rows
        == 3
    )
    assert lake.pyiceberg("t").current_snapshot().summary.operation.value == "append"
    assert (
        lake.change("t", "merge into t using src on t.id = src.id + 100 when matched then delete", src=SOURCE).rows == 0
    )


def test_merge_into_an_empty_table(lake: Lake) -> None:
    lake.create("t", COLUMNS, "SELECT 1, 'a', 1 WHERE false")
    lake.change(
        "t",
        """merge into t using (select id, name, n from src where n < 90) as s on t.id = s.id
        when matched then delete when not matched then insert values (s.id, s.name, s.n)""",
        src=SOURCE,
    )
    check(lake, [(2, "two!", 20), (3, None, 30)])


def test_a_target_row_matched_twice_is_refused(lake: Lake, table: str) -> None:
    before = lake.objects()
    with pytest.raises(AthenaError, match="MERGE_TARGET_ROW_MULTIPLE_MATCHES"):
        lake.change(
            "t",
            "merge into t using src on t.id = src.id when matched then update set n = 1",
            src=(SOURCE[0], "SELECT * FROM (VALUES (2, 'a', 1), (2, 'b', 2))"),
        )
    assert lake.objects() == before


def test_update(lake: Lake, table: str) -> None:
    assert lake.change("t", "update db.t set n = n * 10, name = null where id in (1, 5)").rows == 2
    check(lake, [(1, None, 10), (2, "two", 2), (3, "three", 3), (4, "four", 4), (5, None, 50), (6, None, None)])
    assert lake.change("t", "update t set name = cast(id as varchar)").rows == 6
    check(lake, [(1, "1", 10), (2, "2", 2), (3, "3", 3), (4, "4", 4), (5, "5", 50), (6, "6", None)])
    assert lake.change("t", "update t set n = 0 where n > 1000").rows == 0


@pytest.mark.parametrize(
    "where", ["n < 3", "not (n >= 3)", "id in (select id from src where n < 3)", "n <> 3 and n <= 2 or false"]
)
def test_delete(lake: Lake, table: str, where: str) -> None:
    assert (
        lake.change("t", f"delete from t where {where}", src=(COLUMNS, "SELECT id, 'x', id FROM range(10) r(id)")).rows
        == 2
    )
    check(lake, [(3, "three", 3), (4, "four", 4), (5, "five", 5), (6, None, None)])


def test_delete_everything_reads_nothing(lake: Lake, table: str) -> None:
    done = lake.change("t", "delete from t")
    assert (done.rows, done.scanned_bytes) == (6, 0)
    check(lake, [])
    assert lake.pyiceberg("t").current_snapshot().summary.operation.value == "delete"
    lake.insert("t", "SELECT 1, 'a', 1")
    check(lake, [(1, "a", 1)])


def test_delete_of_whole_partitions_reads_nothing(lake: Lake) -> None:
    lake.create("t", COLUMNS, "SELECT i, 'p' || (i % 3), i FROM range(30) t(i)", ["name"])
    done = lake.change("t", "delete from t where name = 'p1' or name <> 'p0' and name <> 'p2'")
    assert (done.rows, done.scanned_bytes) == (10, 0)
    check(lake, [(i, f"p{i % 3}", i) for i in range(30) if i % 3 != 1])


def test_partitioned_changes(lake: Lake) -> None:
    lake.create("t", COLUMNS, "SELECT i, 'n' || (i % 5), i FROM range(100) t(i)", ["name", "bucket(id, 3)"])
    before = {file.file.file_path for file in lake.pyiceberg("t").scan().plan_files()}
    lake.change("t", "update t set name = 'moved' where id < 2")
    after = {file.file.file_path for file in lake.pyiceberg("t").scan().plan_files()}
    assert len(before - after) == 2
    check(lake, [(i, "moved" if i < 2 else f"n{i % 5}", i) for i in range(100)])


def test_only_changed_rows_open_partitions(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_athena.tables.iceberg.partitioning.MAX_OPEN_PARTITIONS", 5)
    lake.create("t", COLUMNS, "SELECT i, 'x', i FROM range(5) t(i)", ["id"])
    lake.insert("t", "SELECT i % 5 + 5, 'x', i FROM range(15) t(i)")
    assert lake.change("t", "delete from t where n >= 3 and name = 'x'").rows == 14
    assert lake.change("t", "update t set n = n + 1 where id < 3").rows == 3
    with pytest.raises(AthenaError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS"):
        lake.change("t", "update t set n = n + 1")
    with pytest.raises(AthenaError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS"):
        lake.change(
            "t",
            "merge into t using src on t.id = src.id when not matched then insert values (src.id, 'new', 1)",
            src=(COLUMNS, "SELECT i, 'x', i FROM range(1000, 1006) t(i)"),
        )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("update t set nope = 1", "COLUMN_NOT_FOUND"),
        (
            "update t set n = 'x'",
            r"TYPE_MISMATCH: UPDATE table column types don't match SET expressions: Table: \[integer\]",
        ),
        ("update t set n = 1, n = 2", "SYNTAX_ERROR: Multiple assignments"),
        (
            "merge into t using src on t.id = src.id when matched then update set n = src.name",
            "TYPE_MISMATCH: MERGE table column",
        ),
        (
            "merge into t using src on t.id = src.id when not matched then insert (id, nope) values (1, 2)",
            "COLUMN_NOT_FOUND",
        ),
        ("merge into t using src on t.id = src.nope when matched then delete", "COLUMN_NOT_FOUND"),
        ("delete from t where nope = 1", "COLUMN_NOT_FOUND"),
    ],
)
def test_refusals(lake: Lake, table: str, sql: str, message: str) -> None:
    before = lake.objects()
    with pytest.raises(AthenaError, match=message):
        lake.change("t", sql, src=SOURCE)
    assert lake.objects() == before


def test_a_commit_in_between_is_not_overwritten(lake: Lake, table: str) -> None:
    """Another engine commits after the statement has planned: the statement fails and may be run again."""
    stale = lake.load("t")
    lake.insert("t", "SELECT 77, 'other', 1")
    before = lake.objects()
    from local_athena import dialect

    with pytest.raises(AthenaError, match="ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table"):
        stale.change(lake.connection, dialect.parse("update t set n = 0"), {}, lake.context())
    assert lake.objects() == before
    assert (77, "other", 1) in lake.rows("t")


def test_values_are_coerced_to_the_columns_types(lake: Lake) -> None:
    lake.create(
        "t",
        {"id": "bigint", "r": "row(a bigint, b varchar)", "tz": "timestamp(6) with time zone"},
        "SELECT 1, NULL, NULL",
    )
    lake.change(
        "t",
        """merge into t using src on t.id = src.id
        when matched then update set r = row(5, 'five'), tz = timestamp '2024-01-01 10:00:00 America/New_York'
        when not matched then insert (id, tz) values (src.n, timestamp '2024-01-01 10:00:00.123456 UTC')""",
        src=(COLUMNS, "SELECT * FROM (VALUES (1, 'x', 1), (2, 'y', 2))"),
    )
    at = dt.datetime(2024, 1, 1, 10, tzinfo=dt.UTC)
    check(
        lake,
        [(1, {"a": 5, "b": "five"}, at + dt.timedelta(hours=5)), (2, None, at + dt.timedelta(microseconds=123456))],
    )
