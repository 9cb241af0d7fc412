"""Runs: each row once, whatever ends a run and wherever it does."""

from datetime import timedelta
from pathlib import Path

import pytest
from lakeloop_ingest import commits
from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.run import run, told

from tests.conftest import NOW, rows_of

SHOP = """
kind = "rest"
base_url = "http://127.0.0.1:1"
[tables.orders]
cursor = "updated_at"
columns = { id = "bigint", amount = "decimal(12,2)", paid_at = "timestamp", note = "varchar" }
[tables.stores]
cursor = "updated_at"
"""


def row(number: int, minute: int, **more: object) -> dict:
    return {"id": number, "updated_at": f"2026-11-30T10:{minute:02}:00Z", **more}


def test_the_second_run_brings_what_is_new_and_the_third_nothing(pipeline, source, raw, tmp_path):
    shop = pipeline(SHOP)
    source.rows = {"orders": [row(1, 0, amount="12.50"), row(2, 1, amount="1")], "stores": [row(1, 0)]}
    first = run(shop, raw, "dev", NOW)
    assert first.tables["orders"].key == f"orders/dt=2026-11-30/{first.load}.parquet"
    source.rows["orders"] += [row(3, 2, amount="7.25"), row(1, 3, amount="13")]
    second = run(shop, raw, "dev", NOW + timedelta(minutes=1))
    third = run(shop, raw, "dev", NOW + timedelta(minutes=2))
    assert [one.tables["orders"].rows for one in (first, second, third)] == [2, 2, 0]
    assert second.tables["stores"].rows == 0 and second.tables["stores"].key is None
    assert third.load is None and "nothing new" in told(third)[-1]
    found = sorted((one["id"], str(one["amount"])) for one in rows_of(tmp_path / "raw", "orders"))
    assert found == [(1, "12.50"), (1, "13.00"), (2, "1.00"), (3, "7.25")]
    assert second.tables["orders"].cursor == "2026-11-30T10:03:00Z"


def test_columns_that_are_declared_are_in_every_file_and_times_are_utc(pipeline, source, raw, tmp_path):
    source.rows = {"orders": [row(1, 0, paid_at="2026-11-30T01:00:00+02:00")], "stores": [row(1, 0, open={"a": [1]})]}
    run(pipeline(SHOP), raw, "dev", NOW)
    (order,) = rows_of(tmp_path / "raw", "orders")
    assert order["note"] is None and order["paid_at"].isoformat() == "2026-11-29T23:00:00"
    assert order["_loaded_at"].isoformat() == "2026-11-30T12:00:00"
    (store,) = rows_of(tmp_path / "raw", "stores")
    assert store["open"] == '{"a":[1]}' and not [name for name in store if name.startswith("_dlt")]


def test_a_row_that_comes_late_is_brought_and_those_beside_it_are_not_again(pipeline, source, raw, tmp_path):
    shop = pipeline(SHOP)
    source.rows = {"orders": [row(1, 0), row(2, 10)], "stores": []}
    run(shop, raw, "dev", NOW)
    source.rows["orders"].append(row(3, 7))
    run(shop, raw, "dev", NOW + timedelta(minutes=1))
    assert source.asked[2] == "2026-11-30T10:05:00Z"
    assert [one["id"] for one in rows_of(tmp_path / "raw", "orders")] == [1, 2, 3]


def test_a_row_of_the_future_hides_no_other(pipeline, source, raw, tmp_path):
    shop = pipeline(SHOP)
    source.rows = {"orders": [row(1, 0), {"id": 9, "updated_at": "2099-01-01T00:00:00Z"}], "stores": []}
    run(shop, raw, "dev", NOW)
    source.rows["orders"].append({"id": 2, "updated_at": "2026-11-30T12:00:30Z"})
    second = run(shop, raw, "dev", NOW + timedelta(minutes=1))
    assert second.tables["orders"].rows == 1
    assert sorted(one["id"] for one in rows_of(tmp_path / "raw", "orders")) == [1, 2, 9]


def test_new_columns_are_told(pipeline, source, raw):
    shop = pipeline(SHOP)
    source.rows = {"orders": [row(1, 0)], "stores": []}
    run(shop, raw, "dev", NOW)
    source.rows["orders"].append(row(2, 1, channel="web"))
    report = run(shop, raw, "dev", NOW + timedelta(minutes=1))
    assert report.tables["orders"].new_columns == {"channel": "varchar"}
    assert "new columns" in "\n".join(told(report))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"id": 5}, "has no cursor updated_at"),
        ({"id": 5, "updated_at": 7}, "cannot be compared"),
        (row(5, 1, amount="12.345"), r"orders: amount = 12.345 does not fit into decimal\(12,2\)"),
        (row(5, 1, amount=12.345), r"orders: amount = 12.345 does not fit"),
        (row(5, 1, amount="much"), r"orders: amount = 'much' is no decimal"),
        (row(5, 1, orderId=1, order_id=2), "would both be column order_id"),
    ],
)
def test_a_bad_row_ends_the_run_with_one_message_and_nothing_is_brought(pipeline, source, raw, tmp_path, bad, said):
    source.rows = {"orders": [row(1, 0), row(2, 0), bad], "stores": [row(1, 0)]}
    with pytest.raises(IngestError, match=said):
        run(pipeline(SHOP), raw, "dev", NOW)
    assert not list((tmp_path / "raw").rglob("*.parquet"))


def test_a_type_that_the_files_do_not_have_is_refused(pipeline, source, raw):
    source.rows = {"orders": [row(1, 0, amount="1")], "stores": []}
    run(pipeline(SHOP), raw, "dev", NOW)
    with pytest.raises(IngestError, match=r"is double, and the files that are there have decimal\(12,2\)"):
        run(pipeline(SHOP.replace("decimal(12,2)", "double")), raw, "dev", NOW)


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Failing:
    """A store that is killed at its *step*-th change, before or after it."""

    def __init__(self, store, step: int, after: bool) -> None:
        self._store, self._left, self._after = store, step, after

    def __getattr__(self, name: str):
        found = getattr(self._store, name)
        if name not in ("create", "send", "move", "delete"):
            return found

        def change(*words):
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
            answer = found(*words)
            if self._left == 0:
                raise Killed
            return answer

        return change


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, 8))
def test_a_run_that_is_killed_at_any_step_leaves_nothing_half(pipeline, source, raw, tmp_path, step, after):
    shop, files = pipeline(SHOP), tmp_path / "raw"
    source.rows = {"orders": [row(1, 0), row(2, 1)], "stores": [row(1, 0)]}
    run(shop, raw, "dev", NOW)
    source.rows = {"orders": [row(n, n) for n in range(1, 6)], "stores": [row(1, 0), row(2, 3)]}
    source.rows["orders"][:2] = [row(1, 0), row(2, 1)]
    ended = False
    try:
        run(shop, Failing(raw, step, after), "dev", NOW + timedelta(minutes=1))
        ended = True
    except Killed:
        pass
    assert len(rows_of(files, "orders")) in (2, 5) and len(rows_of(files, "stores")) in (1, 2), (
        "a table's load is whole"
    )
    assert ended == (step > 5), "changes of a run: two files staged, a commit, two files moved"
    run(shop, raw, "dev", NOW + timedelta(minutes=2))
    assert sorted(one["id"] for one in rows_of(files, "orders")) == [1, 2, 3, 4, 5]
    assert sorted(one["id"] for one in rows_of(files, "stores")) == [1, 2]


def test_of_two_runs_at_once_one_counts(pipeline, source, raw, tmp_path):
    shop = pipeline(SHOP)
    source.rows = {"orders": [row(1, 0)], "stores": []}

    class Other:
        """A store in which another run ends while this one stages."""

        def __getattr__(self, name: str):
            if name == "send":
                run(shop, raw, "dev", NOW + timedelta(seconds=1))
            return getattr(raw, name)

    with pytest.raises(IngestError, match="Another run of shop has ended"):
        run(shop, Other(), "dev", NOW)
    assert len(rows_of(tmp_path / "raw", "orders")) == 1
    assert not list((tmp_path / "raw" / "_ingest").rglob("*.parquet"))


def test_old_commits_and_what_killed_runs_have_staged_are_tidied_away(pipeline, source, raw, tmp_path, monkeypatch):
    shop, folder = pipeline(SHOP), Path(tmp_path / "raw" / "_ingest" / "shop")
    source.rows = {"orders": [], "stores": []}
    (folder / "staged" / "killed").mkdir(parents=True)
    (folder / "staged" / "killed" / "0.parquet").write_bytes(b"")
    for number in range(8):
        source.rows["orders"].append(row(number, number))
        run(shop, raw, "dev", NOW + timedelta(minutes=number))
    assert (folder / "staged" / "killed" / "0.parquet").exists(), "it may be a run that is at work"
    assert len(list((folder / "commits").iterdir())) <= commits._KEPT + 1
    monkeypatch.setattr(commits, "_ABANDONED", timedelta(0))
    run(shop, raw, "dev", NOW)
    assert not (folder / "staged" / "killed" / "0.parquet").exists()
    assert len(rows_of(tmp_path / "raw", "orders")) == 8
