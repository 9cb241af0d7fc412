"""Raw files: the sample's dirty feed of orders and all that belongs to them, or clean rows of one table as Parquet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import ModuleType

import pyarrow.parquet
from retail_db import rows
from retail_db.settings import SourceError
from retail_db.tables import Table

Progress = Callable[[int], None]


class _Stopped(Exception):
    """Ends a feed that is being written; the folder stays as it was."""


def check(table: Table) -> None:
    """Raises ``SourceError`` if there can be no files of *table*."""
    if table == "payments":
        raise SourceError("Files of payments come with those of their orders: POST /api/generate/orders?target=files.")
    if table == "orders":
        _generator()


def feed(folder: Path, seed: int, count: int, stop: Event, on_orders: Progress) -> Counter[str]:
    """Write the sample's feed of *count* orders, in the layout that `raw=` takes; how many rows each table has.

    Raises ``SourceError`` if the generator is not there, or the folder holds other files.
    """
    generator = _generator()

    def on_day(done: int, days: int) -> None:
        if stop.is_set():
            raise _Stopped
        on_orders(count * done // days)

    with suppress(_Stopped):
        try:
            made = generator.generate(generator.FeedOptions(orders=count, seed=seed), folder, on_day)
        except generator.FeedError as error:
            raise SourceError(str(error)) from error
        return Counter({name: table.rows for name, table in made.tables.items()})
    return Counter()


def table(folder: Path, name: Table, seed: int, count: int, stop: Event, on_rows: Progress) -> Counter[str]:
    """Write rows 1 to *count* of stores, customers or products to ``<folder>/<table>.parquet``; how many there are."""
    make = {"stores": rows.stores, "customers": rows.customers, "products": rows.products}[name]
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{name}.parquet"
    try:
        with pyarrow.parquet.ParquetWriter(aside, make(seed, 1, 1).schema) as writer:
            for first, last in rows.blocks(1, count):
                if stop.is_set():
                    return Counter()
                writer.write_table(make(seed, first, last))
                on_rows(last)
        aside.replace(folder / f"{name}.parquet")
    finally:
        aside.unlink(missing_ok=True)
    return Counter({name: count})


def _generator() -> ModuleType:
    """The sample's generator, which `just api` puts on the path as long as the sample is there."""
    try:
        import retail_feed
    except ImportError as error:
        raise SourceError(
            "Raw files of orders are made by the sample's generator (sample/), which is not in this checkout: `just new` takes "
            "it out. target=postgres works without it."
        ) from error
    module: ModuleType = retail_feed
    return module
