"""Writing a feed's files: three formats, and a folder that changes only when everything has been written."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from retail_feed.options import FeedError, FeedOptions, Format

DECLARED: Final[dict[str, Format]] = {
    "customers": "csv",
    "stores": "csv",
    "products": "json",
    "orders": "parquet",
    "order_items": "parquet",
    "payments": "parquet",
}
"""The tables with the format that each is sent in."""
ROWS_PER_FILE: Final = 1_000_000
MARKER: Final = ".retail-feed.json"
"""Says with which options a raw folder was made; days of another feed are never mixed into it."""
OWN_FILE: Final = re.compile(r"part-\d{5}\.(csv|json|parquet)")


@contextmanager
def replacing(raw: Path, options: FeedOptions) -> Iterator[Path]:
    """An empty folder to write in; on success its days replace those of `raw`, on an exception `raw` stays as it was.

    A whole feed replaces the tables; a range of days replaces those days. Raises FeedError when `raw` holds what
    another feed, or a person, put there.
    """
    _check(raw, options)
    raw.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=raw.parent, prefix=f".{raw.name}-") as folder:
        staged = Path(folder)
        yield staged
        raw.mkdir(exist_ok=True)
        for table in DECLARED:
            if options.is_whole:
                shutil.rmtree(raw / table, ignore_errors=True)
            for day in sorted((staged / table).glob("dt=*")):
                target = raw / table / day.name
                shutil.rmtree(target, ignore_errors=True)
                target.parent.mkdir(exist_ok=True)
                day.rename(target)
        (raw / MARKER).write_text(_identity(options), encoding="utf-8")


def write(folder: Path, table: str, day: str, rows: pa.Table, format_: Format) -> list[Path]:
    """Write the rows of one table that arrive on one day (YYYY-MM-DD) and give the files' paths."""
    target = folder / table / f"dt={day}"
    target.mkdir(parents=True)
    paths = []
    for number, offset in enumerate(range(0, rows.num_rows, ROWS_PER_FILE)):
        path = target / f"part-{number:05d}.{format_}"
        _write_file(path, rows.slice(offset, ROWS_PER_FILE), format_)
        paths.append(path)
    return paths


def _write_file(path: Path, rows: pa.Table, format_: Format) -> None:
    if format_ == "parquet":
        # Snappy is what every version of Athena reads: https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
        pyarrow.parquet.write_table(rows, path, compression="snappy")
    elif format_ == "csv":
        pyarrow.csv.write_csv(_with_text(rows), path)
    else:
        path.write_text(_json_lines(rows), encoding="utf-8", newline="\n")


def _with_text(rows: pa.Table) -> pa.Table:
    """The same table with timestamps ('2026-03-01 12:33:10.000000') and decimals as text, which CSV and JSON need."""
    for position, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type) or pa.types.is_decimal(field.type):
            rows = rows.set_column(position, field.name, rows.column(position).cast(pa.string()))
    return rows


def _json_lines(rows: pa.Table) -> str:
    """One object a line. Decimals are numbers, timestamps texts, missing values null."""
    members = []
    for field, column in zip(rows.schema, _with_text(rows).columns, strict=True):
        text = column.cast(pa.string())
        if pa.types.is_string(field.type) or pa.types.is_timestamp(field.type):
            escaped = pc.replace_substring(pc.replace_substring(text, "\\", "\\\\"), '"', '\\"')
            text = pc.binary_join_element_wise('"', escaped, '"', "")
        members.append(pc.binary_join_element_wise(f'"{field.name}":', pc.fill_null(text, "null"), ""))
    objects = pc.binary_join_element_wise("{", pc.binary_join_element_wise(*members, ","), "}", "")
    return "\n".join(objects.to_pylist()) + "\n"


def _identity(options: FeedOptions) -> str:
    values = {key: value for key, value in asdict(options).items() if key not in ("from_day", "to_day")}
    return json.dumps(values, default=str, indent=2) + "\n"


def _check(raw: Path, options: FeedOptions) -> None:
    if raw.exists() and not raw.is_dir():
        raise FeedError(f"{raw} is a file: raw= needs a folder, which is made when missing")
    files = [path for table in DECLARED for path in (raw / table).rglob("*") if not path.is_dir()]
    marker = raw / MARKER
    strangers = files if not marker.exists() else [path for path in files if not OWN_FILE.fullmatch(path.name)]
    if strangers:
        raise FeedError(
            f"{strangers[0]} was not written by this generator: give another raw= folder, or move your files away first"
        )
    if files and not options.is_whole and marker.read_text(encoding="utf-8") != _identity(options):
        raise FeedError(
            f"{raw} holds a feed with other options (see {marker}): use the same ones, another raw= folder, "
            "or leave out from= and to= to replace the feed"
        )
