"""Equal options give equal bytes, a range of days gives the same days, and no folder is left half-written."""

import hashlib
from datetime import date
from pathlib import Path

import pyarrow.parquet
import pytest
import retail_feed.feed
from feed_reading import connect
from hypothesis import example, given, settings
from hypothesis import strategies as st
from retail_feed import FeedError, FeedOptions, files, generate
from retail_feed.options import FORMATS, Format

SMALL = FeedOptions(orders=2_000, seed=1, days=20)


def hashes(raw: Path) -> dict[str, str]:
    """The hash of every file, by its path within the folder."""
    return {
        path.relative_to(raw).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(raw.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("small") / "raw"
    generate(SMALL, folder)
    return hashes(folder)


def test_same_options_same_bytes(small: dict[str, str], tmp_path: Path) -> None:
    generate(FeedOptions(orders=2_000, seed=1, days=20), tmp_path / "raw")
    assert hashes(tmp_path / "raw") == small


def test_another_seed_gives_other_bytes(small: dict[str, str], tmp_path: Path) -> None:
    generate(FeedOptions(orders=2_000, seed=2, days=20), tmp_path / "raw")
    other = hashes(tmp_path / "raw")
    differing = {path for path in small if "/stores/" not in f"/{path}" and small[path] != other.get(path)}
    assert differing == {path for path in small if "/stores/" not in f"/{path}"}


def test_days_then_a_later_day_is_the_whole_feed(small: dict[str, str], tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    generate(FeedOptions(orders=2_000, seed=1, days=20, to_day=date(2026, 6, 29)), raw)
    before = hashes(raw)
    assert not any("dt=2026-06-30" in path for path in before)
    generate(FeedOptions(orders=2_000, seed=1, days=20, from_day=date(2026, 6, 30)), raw)
    assert hashes(raw) == small


@settings(max_examples=10)
@given(st.lists(st.integers(11, 30), min_size=2, max_size=2).map(sorted))
def test_a_day_does_not_depend_on_the_range(
    small: dict[str, str], tmp_path_factory: pytest.TempPathFactory, ends: list[int]
) -> None:
    first, last = (date(2026, 6, day) for day in ends)
    raw = tmp_path_factory.mktemp("range") / "raw"
    generate(FeedOptions(orders=2_000, seed=1, days=20, from_day=first, to_day=last), raw)
    days = {f"dt={date(2026, 6, day)}" for day in range(ends[0], ends[1] + 1)}
    assert hashes(raw) == {
        path: sum_ for path, sum_ in small.items() if path == files.MARKER or days & set(path.split("/"))
    }


def test_a_day_needs_no_order_from_before_the_horizon(raw: Path, tmp_path: Path) -> None:
    last = date(2026, 6, 30)
    generate(FeedOptions(orders=20_000, seed=3, from_day=last), tmp_path / "raw")
    whole = hashes(raw)
    assert hashes(tmp_path / "raw") == {
        path: whole[path] for path in whole if path == files.MARKER or f"dt={last}" in path
    }


def test_days_without_rows_have_no_file(tmp_path: Path) -> None:
    """One order a day: some days have no payment at all (seed 2 has an order that is cancelled unpaid)."""
    summary = generate(FeedOptions(orders=20, days=20, seed=2), tmp_path / "raw")
    assert summary.tables["payments"].files < summary.tables["orders"].files
    assert all(part.stat().st_size > 0 for part in (tmp_path / "raw").rglob("part-*"))


@settings(max_examples=15)
@given(orders=st.integers(5, 60), days=st.integers(1, 5), seed=st.integers(0, 2**63 - 1))
@example(orders=5, days=200, seed=0)
def test_the_smallest_feeds_are_whole(
    tmp_path_factory: pytest.TempPathFactory, orders: int, days: int, seed: int
) -> None:
    raw = tmp_path_factory.mktemp("tiny") / "raw"
    generate(FeedOptions(orders=orders, days=days, seed=seed), raw)
    found = connect(raw).sql("""
        select (select count(distinct order_id) from orders), (select count(distinct order_id) from order_items),
               (select count(*) from order_items anti join orders using (order_id)),
               (select count(*) from payments anti join orders using (order_id))
    """)
    assert found.fetchone() == (orders, orders, 0, 0)


def comparable(column: str) -> str:
    """The type in which the column's texts of all formats are equal."""
    if column.endswith("_at"):
        return "timestamptz"
    return "decimal(12,2)" if column in ("unit_price", "unit_cost", "discount_amount", "amount") else "varchar"


@pytest.mark.parametrize("format_", FORMATS)
def test_every_table_in_every_format_says_the_same(tmp_path: Path, format_: Format) -> None:
    generate(SMALL, tmp_path / "declared")
    generate(FeedOptions(orders=2_000, seed=1, days=20, format=format_), tmp_path / "raw")
    declared, overridden = connect(tmp_path / "declared"), connect(tmp_path / "raw", format_)
    for table in files.DECLARED:
        names = [name for name, *_ in declared.sql(f"describe {table}").fetchall()]
        columns = [f"{name}::varchar::{comparable(name)}" for name in names]
        query = f"select {', '.join(columns)} from {table} order by all"
        assert overridden.sql(query).fetchall() == declared.sql(query).fetchall(), table


def test_parquet_types(raw: Path) -> None:
    path = next((raw / "order_items").rglob("*.parquet"))
    metadata = pyarrow.parquet.read_metadata(path)
    types = {field.name: str(field.type) for field in metadata.schema.to_arrow_schema()}
    assert types["unit_price"] == types["discount_amount"] == "decimal128(12, 2)"
    assert types["updated_at"] == "timestamp[us]"
    assert types["order_id"] == "int64" and types["quantity"] == "int32"
    assert metadata.row_group(0).column(0).compression == "SNAPPY"


def test_large_days_are_split(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "ROWS_PER_FILE", 1_000)
    summary = generate(FeedOptions(orders=2_000, days=1), tmp_path / "raw")
    parts = sorted(path.name for path in (tmp_path / "raw" / "order_items").rglob("*.parquet"))
    assert parts == [f"part-{number:05d}.parquet" for number in range(summary.tables["order_items"].files)]
    written = connect(tmp_path / "raw").sql("select count(*) from order_items").fetchone()
    assert written == (summary.tables["order_items"].rows,)


def test_a_new_feed_leaves_nothing_of_the_old_one(small: dict[str, str], tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    generate(FeedOptions(orders=3_000, seed=9, days=30, format="csv"), raw)
    generate(SMALL, raw)
    assert hashes(raw) == small


def test_own_files_are_never_removed(tmp_path: Path) -> None:
    own = tmp_path / "raw" / "orders" / "dt=2026-06-30" / "export.parquet"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    with pytest.raises(FeedError, match=r"export\.parquet was not written by this generator"):
        generate(SMALL, tmp_path / "raw")
    assert hashes(tmp_path) == {"raw/orders/dt=2026-06-30/export.parquet": hashlib.sha256(b"mine").hexdigest()}


def test_days_of_another_feed_are_refused(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    generate(SMALL, raw)
    before = hashes(raw)
    with pytest.raises(FeedError, match="holds a feed with other options"):
        generate(FeedOptions(orders=2_000, seed=2, days=20, from_day=date(2026, 6, 30)), raw)
    assert hashes(raw) == before


def test_a_failure_leaves_the_old_feed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    generate(SMALL, raw)
    before = hashes(tmp_path)

    def fail(done: int, all_: int) -> None:
        if done == 10:
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        retail_feed.feed.generate(FeedOptions(orders=1_000, seed=5), raw, fail)
    assert hashes(tmp_path) == before
