"""A feed from its options: which rows exist, on which day they arrive, and the files they end up in."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from retail_feed import clock, files, orders, stores
from retail_feed.columns import Columns, concatenated
from retail_feed.customers import make_customers
from retail_feed.dirt import HORIZON_DAYS, Ints
from retail_feed.options import EPOCH, FeedError, FeedOptions, epoch_day
from retail_feed.products import make_products

__all__ = ["FeedError", "FeedOptions", "Summary", "TableSummary", "generate"]

CUSTOMERS, PRODUCTS, CALENDAR, ORDERS = range(4)
"""Streams of random numbers. Each day of orders has its own, so that no day depends on which others are made."""


@dataclass
class TableSummary:
    """Summary of one written table."""

    rows: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Summary:
    """Summary of a written feed, by table."""

    raw: Path
    tables: dict[str, TableSummary]


def generate(options: FeedOptions, raw: Path, on_day: Callable[[int, int], None] | None = None) -> Summary:
    """Write a feed to `<raw>/<table>/dt=YYYY-MM-DD/part-NNNNN.<format>`, where dt is the day of arrival.

    Equal options give equal bytes; `from_day` and `to_day` choose days without changing them. Memory holds the
    customers, the products and what orders have yet to send (some 40 days at most), not the feed. After each day
    `on_day(done, all)` is called. Raises FeedError when `raw` holds other files; any error leaves `raw` as it was.
    """
    summary = Summary(raw, {table: TableSummary() for table in files.DECLARED})
    with files.replacing(raw, options) as staged:
        _write_days(options, staged, summary, on_day)
    return summary


def _write_days(
    options: FeedOptions, staged: Path, summary: Summary, on_day: Callable[[int, int], None] | None
) -> None:
    start, until = epoch_day(options.start), epoch_day(options.until)
    first, last = epoch_day(options.first_written), epoch_day(options.last_written)
    feed = orders.Feed(
        customers=make_customers(_stream(options, CUSTOMERS), options.orders, start, until),
        products=make_products(_stream(options, PRODUCTS), options.orders, start, until),
        offsets=stores.offsets(start, until),
        start=start,
        until=until,
    )
    sizes = clock.orders_per_day(_stream(options, CALENDAR), options.orders, start, options.days)
    first_ids = 1 + np.cumsum(sizes) - sizes

    pending: dict[tuple[str, int], list[Columns]] = defaultdict(list)
    earliest = max(start, first - HORIZON_DAYS)
    for day in range(earliest, last + 1):
        size = int(sizes[day - start])
        if size:
            made = orders.make_day(_stream(options, ORDERS, day), feed, day, int(first_ids[day - start]), size)
            for table, arriving in made.items():
                _sort_by_arrival(pending, table, arriving, first, last)
        if day >= first:
            tables: dict[str, pa.Table | None] = {
                "customers": feed.customers.rows(day),
                "stores": stores.rows(day, start, until),
                "products": feed.products.rows(day),
            }
            for table in ("orders", "order_items", "payments"):
                parts = pending.pop((table, day), [])
                tables[table] = orders.to_arrow(table, concatenated(parts)) if parts else None
            for table, rows in tables.items():
                if rows is not None and rows.num_rows:
                    _write_table(options, staged, summary, table, day, rows)
        if on_day:
            on_day(day - earliest + 1, last - earliest + 1)


def _stream(options: FeedOptions, *path: int) -> np.random.Generator:
    return np.random.default_rng([options.seed, *path])


def _sort_by_arrival(
    pending: dict[tuple[str, int], list[Columns]], table: str, arriving: orders.Arriving, first: int, last: int
) -> None:
    """Put copies of the rows with those that arrive on the same day; copies, so that a day's arrays can be freed."""
    days, begins = np.unique(arriving.arrival, return_index=True)
    ends: Ints = np.append(begins, len(arriving.arrival))[1:]
    for day, begin, end in zip(days.tolist(), begins.tolist(), ends.tolist(), strict=True):
        if first <= day <= last:
            part = {name: column[begin:end].copy() for name, column in arriving.columns.items()}
            pending[table, day].append(part)


def _write_table(options: FeedOptions, staged: Path, summary: Summary, table: str, day: int, rows: pa.Table) -> None:
    name = (EPOCH + timedelta(days=day)).isoformat()
    paths = files.write(staged, table, name, rows, options.format or files.DECLARED[table])
    counted = summary.tables[table]
    counted.rows += rows.num_rows
    counted.files += len(paths)
    counted.bytes += sum(path.stat().st_size for path in paths)
