"""Rows of a file in quarantine: its beginning, and those that its reasons are about."""

from __future__ import annotations

import ast
import gzip
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
from lakeloop_raw.formats import data_format, ending_of

_FIRST, _BAD = 3, 5
_WIDTH = 200
# Of a text; what is wrong with the rest stands in the reason.
_BYTES = 16 << 20
_PARQUET_BYTES = 256 << 20
_LINE = re.compile(r"\bline (\d+) ")
_EXAMPLE = re.compile(r"such as ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")$")


def excerpt(s3: Any, bucket: str, key: str, reasons: Sequence[str]) -> list[str]:
    """Lines that show the object *key*, numbered as in the file; of Parquet the first rows.

    Args:
        reasons: texts of the gate, whose lines and examples are looked for.
    """
    size = s3.head_object(Bucket=bucket, Key=key)["ContentLength"]
    if size == 0:
        return []
    if data_format(Path(key)) == "parquet":
        return _parquet(s3, bucket, key, size)
    body = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{_BYTES - 1}")["Body"].read()
    return _lines(_plain(body, (ending_of(key) or "").endswith(".gz")), reasons)


def _plain(body: bytes, zipped: bool) -> bytes:
    """The text of *body*, as far as it can be unzipped."""
    if not zipped:
        return body
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    with suppress(zlib.error, gzip.BadGzipFile):
        return unzip.decompress(body, _BYTES)
    return b""


def _lines(text: bytes, reasons: Sequence[str]) -> list[str]:
    numbers = {int(found[1]) for reason in reasons if (found := _LINE.search(reason))}
    examples = [str(ast.literal_eval(found[1])) for reason in reasons if (found := _EXAMPLE.search(reason))]
    shown, bad = [], 0
    for number, line in enumerate(text.decode(errors="backslashreplace").splitlines(), 1):
        is_bad = number in numbers or any(example and example in line for example in examples)
        bad += is_bad and number > _FIRST
        if number <= _FIRST or (is_bad and bad <= _BAD):
            shown.append(f"{number}: {line[:_WIDTH]}{'...' if len(line) > _WIDTH else ''}")
    return shown


def _parquet(s3: Any, bucket: str, key: str, size: int) -> list[str]:
    if size > _PARQUET_BYTES:
        return [f"({size / 1e6:,.0f} MB of Parquet, which are not fetched to look at)"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.parquet"
        s3.download_file(bucket, key, str(file))
        return list(_rows(file))


def _rows(file: Path) -> Iterator[str]:
    try:
        with duckdb.connect() as connection:
            found = connection.execute(
                "select * from read_parquet($file) limit $count", {"file": str(file), "count": _FIRST}
            )
            yield ", ".join(f"{name} {kind}" for name, kind, *_ in found.description or ())[:_WIDTH]
            for row in found.fetchall():
                yield ", ".join(map(str, row))[:_WIDTH]
    except duckdb.Error as error:
        yield f"(not readable: {str(error).splitlines()[0][:_WIDTH]})"
