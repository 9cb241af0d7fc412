"""``just bench-changes``: from a commit in the shop's database to a row that Athena reads, and changes a second.

- ``rounds=30``: rows that are changed one after the other, in a quiet shop, each until Athena counts it;
- ``rate=1000 seconds=10``: a shop that does as much as it can, from its first change until Athena counts its last;
- ``transport=kafka``: by Kafka in Kinesis' place.

In an emulator of its own, with a lake that Terraform makes there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

from lakeloop.arguments import take
from rich.console import Console
from rich.table import Table

from tests.e2e.shop import Shop, captured

_STREAMED = "_op in ('c', 'u', 'd')"


def main() -> None:
    given, _ = take(sys.argv[1:], {"rounds", "rate", "seconds", "transport"})
    rounds, rate, seconds = (
        int(given.get(name, usual)) for name, usual in (("rounds", 30), ("rate", 1000), ("seconds", 10))
    )
    transport = given.get("transport", "kinesis")
    console = Console(highlight=False)
    with (
        tempfile.TemporaryDirectory() as folder,
        console.status("a lake") as status,
        captured(Path(folder), transport) as shop,
    ):
        shop.pause = 0.0
        status.update("one row at a time")
        lags = [_lag(shop, number) for number in range(1, rounds + 1)]
        status.update("as many as it can")
        count, took = _rush(shop, rate, seconds)
    table = Table("", "", title=f"Changes of a database by {transport}, until Athena reads them", title_justify="left")
    table.add_row("one change, median", f"{median(lags):.2f} s")
    table.add_row("one change, 95 %", f"{quantiles(lags, n=20)[-1]:.2f} s")
    table.add_row(f"{count:,} changes", f"{count / took:,.0f} a second")
    console.print(table)


def _lag(shop: Shop, number: int) -> float:
    """Seconds from the commit of the *number*th change of a store until Athena counts it."""
    (told,) = shop.asked("touch")
    shop.awaits("sales_stores", _STREAMED, number)
    return time.time() - float(told["at"])


def _rush(shop: Shop, rate: int, seconds: int) -> tuple[int, float]:
    """Changed rows of a workload, and the seconds until all of them are counted."""
    shop.asked("note")
    began = time.monotonic()
    shop.loop.types(f"just sources-changes rate={rate} seconds={seconds}")
    told = shop.asked("told")
    for table, count in Counter(one["table"] for one in told).items():
        shop.awaits(f"sales_{table}", _STREAMED, count)
    return len(told), time.monotonic() - began


if __name__ == "__main__":
    main()
