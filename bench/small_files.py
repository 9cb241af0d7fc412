"""``just bench-files``: the first query of a table of many small files, against bare DuckDB over the same files on disk.

Run with local Athena's environment. ``files=10000`` is how many there are of each format. It starts an emulator of its own and
stops it. Cold: nothing of the table has been read before, by neither.
"""

from __future__ import annotations

import io
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from athena import BUCKET, DATABASE, Athena, emulator, seconds
from rich.console import Console
from rich.table import Table

FORMATS = {
    "parquet": "STORED AS PARQUET",
    "csv": "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','",
    "json": "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'",
}
READERS = {
    "parquet": "read_parquet('{0}/*')",
    "csv": "read_csv('{0}/*', columns={{'k': 'bigint', 'name': 'varchar'}}, header=false)",
    "json": "read_json('{0}/*', columns={{'k': 'bigint', 'name': 'varchar'}}, format='newline_delimited')",
}


def content(form: str, number: int) -> bytes:
    """A file of one row."""
    if form == "csv":
        return f"{number},name {number}\n".encode()
    if form == "json":
        return f'{{"k": {number}, "name": "name {number}"}}\n'.encode()
    out = io.BytesIO()
    pq.write_table(pa.table({"k": pa.array([number], pa.int64()), "name": [f"name {number}"]}), out)
    return out.getvalue()


def measure(athena: Athena, folder: Path, form: str, files: int) -> tuple[float, float]:
    """Seconds of a count and a sum over *files* files: local Athena, bare DuckDB."""
    place = folder / form
    place.mkdir()

    def make(number: int) -> None:
        body = content(form, number)
        (place / f"{number:06}").write_bytes(body)
        athena.s3.put_object(Bucket=BUCKET, Key=f"{form}/{number:06}", Body=body)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(files)))
    athena.run(f"create external table {form} (k bigint, name string) {FORMATS[form]} location 's3://{BUCKET}/{form}/'")
    told: list[object] = []
    ours = seconds(lambda: told.append(athena.run(f"select count(*), sum(k) from {form}")[1]))
    query = f"select count(*), sum(k) from {READERS[form].format(place)}"
    bare = seconds(lambda: told.append([str(value) for value in duckdb.sql(query).fetchall()[0]]))
    if told[0] != told[1]:
        raise SystemExit(f"{form}: {told[0]} is not {told[1]}")
    return ours, bare


def main() -> None:
    arguments = dict(word.split("=", 1) for word in sys.argv[1:])
    files = int(arguments.get("files", 10_000))
    table = Table("format", "local Athena s", "bare DuckDB s", title=f"{files:,} files, the first query")
    with tempfile.TemporaryDirectory() as scratch, emulator(Path(scratch) / "state") as (athena, _):
        athena.s3.create_bucket(Bucket=BUCKET)
        athena.glue.create_database(DatabaseInput={"Name": DATABASE})
        athena.run("select 1")
        for form in FORMATS:
            ours, bare = measure(athena, Path(scratch), form, files)
            table.add_row(form, f"{ours:.1f}", f"{bare:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
