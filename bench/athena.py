"""``just bench-athena``: local Athena through its API against bare DuckDB on the same files, side by side in one run.

Run with local Athena's environment. ``scale=1 rounds=3 rows=5000000`` are TPC-H's scale factor, how often each statement
runs, and the size of a large result; the tables show medians. It starts an emulator of its own and stops it.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import geometric_mean, median

import boto3
import duckdb
from botocore.config import Config
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "emulator" / "src"), str(ROOT / "local-athena")]

from lakeloop_emulator import host, loopback  # noqa: E402
from lakeloop_emulator.settings import Settings, client_environment  # noqa: E402
from tests.dialect.tpc.benchmarks import in_trino  # noqa: E402

BUCKET, DATABASE = "bench", "tpch"


class Athena:
    """A client of the emulator's Athena, as quick as a client can be: it asks again at once."""

    def __init__(self, environment: dict[str, str]) -> None:
        settings = {
            "endpoint_url": environment["AWS_ENDPOINT_URL"],
            "region_name": environment["AWS_REGION"],
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(retries={"max_attempts": 0}, read_timeout=600),
        }
        self.athena, self.glue, self.s3 = (boto3.client(name, **settings) for name in ("athena", "glue", "s3"))

    def run(self, sql: str) -> list[list[str | None]]:
        """Start, wait, fetch the first page."""
        rows = self.athena.get_query_results(QueryExecutionId=self.finish(sql))["ResultSet"]["Rows"]
        return [[value.get("VarCharValue") for value in row["Data"]] for row in rows]

    def finish(self, sql: str) -> str:
        """Start and wait; the query's id."""
        started: str = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": DATABASE},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
        )["QueryExecutionId"]
        while True:
            status = self.athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                break
            if status["State"] in ("FAILED", "CANCELLED"):
                raise SystemExit(f"{status['StateChangeReason']}\n{sql}")
        return started

    def pages(self, query: str) -> Iterator[list[str]]:
        """The first column of every page of a finished query's rows; the first page begins with the header."""
        for page in self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query):
            yield [row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]]


@contextmanager
def emulator(folder: Path) -> Iterator[tuple[Athena, Settings]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings = Settings(port=probe.getsockname()[1], state=folder)
    host.up(settings)
    try:
        yield Athena(client_environment(settings)), settings
    finally:
        host.down(settings)


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def paired(ours: Callable[[], object], bare: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of both, in turns; the first run of each warms up and does not count."""
    ours(), bare()
    pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def statements(athena: Athena, folder: Path, rounds: int) -> Iterator[tuple[str, float, float]]:
    """Name, seconds through the API, seconds of bare DuckDB."""
    bare = duckdb.connect()
    yield "SELECT 1", *paired(lambda: athena.run("select 1"), lambda: bare.sql("select 1").fetchall(), 20 * rounds)
    create = "create table {} with (table_type = 'ICEBERG', is_external = false, location = 's3://bench/{}') as "
    rows = "select cast(n as bigint) as id, 'name ' || cast(n as varchar) as name, n * 2e0 as amount from "
    spread = "unnest(sequence(1, 1000)) as a(i) cross join unnest(sequence(0, 999)) as b(j)"
    athena.run(create.format("target", "target") + f"select n as id, 'name ' || cast(n as varchar) as name, n * 2e0 as amount "
               f"from (select cast(i + 1000 * j as bigint) as n from {spread})")  # fmt: skip
    athena.run(create.format("source", "source") + f"{rows} unnest(sequence(995001, 1005000)) as t(n)")
    athena.run(create.format("small", "small") + f"{rows} unnest(sequence(1, 1)) as t(n)")
    bare_rows = "select n as id, 'name ' || n as name, n * 2e0 as amount from range(1, {}) as t(n)"
    for name, count in (("target", 1_000_001), ("source", 10_001)):
        bare.sql(f"copy ({bare_rows.format(count)}) to '{folder}/{name}.parquet'")
    yield (
        "INSERT of 100 rows",
        *paired(
            lambda: athena.run(f"insert into small {rows} unnest(sequence(1, 100)) as t(n)"),
            lambda: bare.sql(f"copy ({bare_rows.format(101)}) to '{folder}/insert.parquet'"),
            rounds,
        ),
    )
    merged = (
        f"copy (select coalesce(s.id, t.id) as id, coalesce(s.name, t.name) as name, coalesce(s.amount, t.amount) as amount "
        f"from '{folder}/target.parquet' t full join '{folder}/source.parquet' s on t.id = s.id) to '{folder}/merged.parquet'"
    )
    yield (
        "MERGE of 10 k rows into 1 M",
        *paired(
            lambda: athena.run(
                "merge into target as t using source as s on t.id = s.id "
                "when matched then update set name = s.name, amount = s.amount "
                "when not matched then insert (id, name, amount) values (s.id, s.name, s.amount)"
            ),
            lambda: bare.sql(merged),
            rounds,
        ),
    )


def tpch(athena: Athena, folder: Path, scale: float, rounds: int) -> Iterator[tuple[str, float, float, float]]:
    """Query, seconds when the cache is cold, seconds when it is warm, seconds of bare DuckDB on the same Parquet files."""
    package = importlib.import_module("duckdb_extension_tpch")
    (extension,) = Path(str(package.__file__)).parent.rglob("*.duckdb_extension")
    bare = duckdb.connect(config={"allow_unsigned_extensions": True})
    bare.execute(f"LOAD '{extension}'")
    bare.execute(f"CALL dbgen(sf = {scale})")
    queries = bare.execute("select query_nr, query from tpch_queries()").fetchall()
    hive = {"INTEGER": "int", "VARCHAR": "string", "BIGINT": "bigint", "DATE": "date"}
    athena.glue.create_database(DatabaseInput={"Name": DATABASE})
    for (table,) in bare.execute("select table_name from duckdb_tables()").fetchall():
        file = folder / f"{table}.parquet"
        columns = bare.execute(f"describe {table}").fetchall()
        bare.execute(f"copy {table} to '{file}'")
        bare.execute(f"drop table {table}")
        bare.execute(f"create view {table} as from '{file}'")
        athena.s3.upload_file(str(file), BUCKET, f"tpch/{table}/{file.name}")
        athena.glue.create_table(
            DatabaseName=DATABASE,
            TableInput={
                "Name": table,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"classification": "parquet"},
                "StorageDescriptor": {
                    "Columns": [{"Name": name, "Type": hive.get(kind, kind.lower())} for name, kind, *_ in columns],
                    "Location": f"s3://{BUCKET}/tpch/{table}/",
                    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                    "SerdeInfo": {
                        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
                    },
                },
            },
        )
    for number, query in queries:
        ours = in_trino(query)
        cold = seconds(lambda ours=ours: athena.run(ours))
        warm, alone = paired(
            lambda ours=ours: athena.run(ours), lambda query=query: bare.execute(query).fetchall(), rounds
        )
        yield f"Q{number}", cold, warm, alone


def large_result(athena: Athena, rows: int) -> tuple[float, float]:
    """Seconds to run a query of *rows* rows, and to page through all of them; fails if one is missing or twice there."""
    query = ""

    def finish() -> None:
        nonlocal query
        query = athena.finish(
            "select cast(i + 1000 * j as bigint) as n, 'row' as what from unnest(sequence(1, 1000)) as a(i) "
            f"cross join unnest(sequence(0, {rows // 1000 - 1})) as b(j)"
        )

    ran = seconds(finish)
    began = time.perf_counter()
    found = (value for number, page in enumerate(athena.pages(query)) for value in page[1 if number == 0 else 0 :])
    count, total = 0, 0
    for value in found:
        count, total = count + 1, total + int(value)
    if (count, total) != (rows, rows * (rows + 1) // 2):
        raise SystemExit(f"{count} of {rows} rows came back, with a sum of {total}")
    return ran, time.perf_counter() - began


def peak_megabytes(settings: Settings) -> float:
    """Resident memory of the emulator's process (the supervisor's child) at its highest."""
    supervisor = host.pid(settings)
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    lines = [line for pid in children for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    os.environ.update(loopback.direct(os.environ))
    given = dict(word.split("=", 1) for word in sys.argv[1:])
    scale, rounds = float(given.get("scale", 1)), int(given.get("rounds", 3))
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with emulator(folder / "emulator") as (athena, settings):
            athena.s3.create_bucket(Bucket=BUCKET)
            table = Table("TPC-H", "cold s", "warm s", "bare DuckDB s", "ratio", title=f"TPC-H, scale factor {scale:g}")
            measured = list(tpch(athena, folder, scale, rounds))
            for query, cold, warm, bare in measured:
                table.add_row(query, f"{cold:.2f}", f"{warm:.2f}", f"{bare:.2f}", f"{warm / bare:.2f}")
            colds, warms, bares = (sum(row[i] for row in measured) for i in (1, 2, 3))
            table.add_row("all 22", f"{colds:.1f}", f"{warms:.1f}", f"{bares:.1f}", f"{warms / bares:.2f}")
            mean = geometric_mean(warm / bare for _, _, warm, bare in measured)
            table.caption = f"geometric mean of the ratios {mean:.2f}"
            console.print(table)
            table = Table("statement", "local Athena ms", "bare DuckDB ms", title="Statements through the API")
            for what, ours, bare in statements(athena, folder, rounds):
                table.add_row(what, f"{1000 * ours:.1f}", f"{1000 * bare:.1f}")
            before = peak_megabytes(settings)
            table.caption = f"the emulator's memory at its highest: {before:.0f} MB"
            console.print(table)
            rows = int(given.get("rows", 5_000_000))
            ran, paged = large_result(athena, rows)
            after = peak_megabytes(settings)
            page = 1000 * paged / (rows / 1000)
            console.print(
                f"A result of {rows:,} rows: {ran:.1f} s to run, {paged:.0f} s to page through ({page:.1f} ms a page of 1,000); "
                f"the emulator's memory at its highest: {after:.0f} MB"
            )


if __name__ == "__main__":
    main()
