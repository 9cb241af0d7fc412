"""``just bench-load``: local Athena under load. Many clients at once, then endless queries beside one client.

Run with local Athena's environment. ``clients=100 seconds=60 endless=16`` are the clients, how long they ask, and the queries
without end. It starts an emulator of its own and stops it. Clients are threads of some processes, which share the machine
with the emulator: on a busy machine, or a small one, they measure themselves too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from athena import BUCKET, DATABASE, Athena, emulator
from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_emulator.settings import client_environment
from rich.console import Console
from rich.table import Table

PROCESSES = 4
QUERIES = {
    "SELECT 1": "select 1",
    "1,000 rows of a table, grouped": "select k % 10, count(*), sum(v) from small group by 1",
    "a page of its rows": "select * from small order by k limit 100",
}
ENDLESS = (
    "select count(*) from "
    + ", ".join(f"unnest(sequence(1, 10000)) as t{n}(x{n})" for n in range(4))
    + " where x0 + x1 + x2 + x3 < 0"
)
BESIDE = 50
"""Queries that are started while the endless ones run."""


@dataclass
class Asked:
    """Answers of some clients: seconds of each call that started a query, seconds until its rows were there, failures."""

    starts: list[float] = field(default_factory=list)
    totals: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in QUERIES})
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: Asked) -> None:
        """Count *other* in."""
        self.starts += other.starts
        for name, seconds in other.totals.items():
            self.totals[name] += seconds
        self.errors += other.errors


def ask(athena: Athena, name: str, asked: Asked) -> None:
    """One query, from its start to its first page."""
    began = time.perf_counter()
    try:
        query = start(athena, QUERIES[name])
        asked.starts.append(time.perf_counter() - began)
        wait(athena, [query])
        athena.athena.get_query_results(QueryExecutionId=query)
        asked.totals[name].append(time.perf_counter() - began)
    except (BotoCoreError, ClientError) as error:
        asked.errors[f"{type(error).__name__}: {error}"[:100]] += 1


def start(athena: Athena, sql: str) -> str:
    """Start *sql*; the query's id."""
    started: str = athena.athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": DATABASE},
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
    )["QueryExecutionId"]
    return started


def wait(athena: Athena, queries: Sequence[str]) -> None:
    """Return when all *queries* have ended."""
    for query in queries:
        while athena.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] in (
            "QUEUED",
            "RUNNING",
        ):
            pass  # the call itself waits


def clients(environment: dict[str, str], number: int, seconds: float) -> Asked:
    """*number* clients that ask for *seconds*, each one query after another. Runs in a process of its own."""
    athena = Athena(environment)

    def one(first: int) -> Asked:
        asked, names = Asked(), [*QUERIES]
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            ask(athena, names[first % len(names)], asked)
            first += 1
        return asked

    everything = Asked()
    with ThreadPoolExecutor(number) as threads:
        for asked in threads.map(one, range(number)):
            everything.add(asked)
    return everything


def crowd(environment: dict[str, str], number: int, seconds: float) -> Asked:
    """``clients`` in some processes."""
    shares = [number // PROCESSES + (at < number % PROCESSES) for at in range(PROCESSES)]
    everything = Asked()
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as processes:
        for asked in processes.map(
            clients, *zip(*((environment, share, seconds) for share in shares if share), strict=True)
        ):
            everything.add(asked)
    return everything


@dataclass(frozen=True)
class Beside:
    """Queries that were asked beside endless ones, and the seconds from the first call that stops one to the end of all."""

    asked: Asked
    stopped: float


def beside(athena: Athena, endless: int) -> Beside:
    """Start *endless* queries without end, ask ``BESIDE`` short ones, stop all."""
    asked = Asked()
    running = [start(athena, ENDLESS) for _ in range(endless)]
    for _ in range(BESIDE):
        ask(athena, "SELECT 1", asked)
    began = time.perf_counter()
    with ThreadPoolExecutor(max(endless, 1)) as threads:
        [*threads.map(lambda query: athena.athena.stop_query_execution(QueryExecutionId=query), running)]
    wait(athena, running)
    return Beside(asked, time.perf_counter() - began)


def at(part: float, seconds: Sequence[float]) -> str:
    """The percentile *part* (0 to 1) in milliseconds."""
    return f"{sorted(seconds)[min(int(part * len(seconds)), len(seconds) - 1)] * 1000:,.0f}" if seconds else "-"


def table(title: str, rows: Mapping[str, Sequence[float]], during: float | None = None) -> Table:
    """Counts and percentiles; with *during*, the seconds that all of it took, counts a second too."""
    made = Table(title=title)
    for heading in ("", "count", *(["a second"] if during else []), "p50 ms", "p99 ms", "max ms"):
        made.add_column(heading, justify="left" if not heading else "right")
    for name, seconds in rows.items():
        rate = [f"{len(seconds) / during:,.1f}"] if during else []
        made.add_row(name, f"{len(seconds):,}", *rate, at(0.5, seconds), at(0.99, seconds), at(1, seconds))
    return made


def settings(words: Sequence[str]) -> tuple[int, int, int]:
    """Clients, seconds, endless queries. Exits with a message for anything else."""
    known = {"clients": 100, "seconds": 60, "endless": 16}
    for word in words:
        name, _, value = word.partition("=")
        if name not in known or not value.isdecimal():
            raise SystemExit(f"bench-load: '{word}' is not one of clients=100, seconds=60, endless=16")
        known[name] = int(value)
    return known["clients"], known["seconds"], known["endless"]


def main(words: Sequence[str]) -> None:
    """Print the tables."""
    number, seconds, endless = settings(words)
    console = Console()
    with tempfile.TemporaryDirectory() as folder, emulator(Path(folder)) as (athena, where):
        athena.s3.create_bucket(Bucket=BUCKET)
        athena.glue.create_database(DatabaseInput={"Name": DATABASE})
        athena.run(
            f"create table small with (table_type = 'ICEBERG', is_external = false, location = 's3://{BUCKET}/small') as "
            "select k, k * 2 as v from unnest(sequence(1, 1000)) as t(k)"
        )
        asked = crowd(client_environment(where), number, seconds)
        rows = {**asked.totals, "each start (one call)": asked.starts}
        console.print(table(f"{number} clients for {seconds} s", rows, seconds))
        console.print(f"errors: {asked.errors.total()}")
        for error, count in asked.errors.items():
            console.print(f"  {count} x {error}", markup=False)
        found = beside(athena, endless)
        rows = {"each start (one call)": found.asked.starts, "SELECT 1": found.asked.totals["SELECT 1"]}
        console.print(table(f"One client beside {endless} endless queries", rows))
        console.print(
            f"errors: {found.asked.errors.total()}; all {endless} stopped {found.stopped * 1000:,.0f} ms after the first call"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
