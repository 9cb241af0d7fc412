"""Athena's CSV: every value in double quotes, quotes doubled, NULL as nothing at all, so that it differs from ``""``.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence

Row = tuple[str | None, ...]

csv.field_size_limit(sys.maxsize)  # Athena's values have no limit of their own; the reader's is 128 KiB.


def encode_header(names: Sequence[str]) -> bytes:
    """The first line of the file."""
    return (",".join(_quote(name) for name in names) + "\n").encode()


def encode_rows(columns: Sequence[Sequence[str | None]]) -> bytes:
    """The lines of rows whose values' texts are in *columns*, all of one length."""
    quoted = [["" if value is None else _quote(value) for value in column] for column in columns]
    lines = [",".join(row) for row in zip(*quoted, strict=True)]
    return ("\n".join(lines) + "\n").encode() if lines else b""


def decode_rows(data: bytes, width: int) -> list[Row]:
    """The rows of *data*, whole lines as ``encode_rows`` wrote them, *width* values each."""
    lines = io.StringIO(data.decode(), newline="\n")
    try:
        rows: list[Row] = [tuple(row) or (None,) for row in csv.reader(lines, quoting=csv.QUOTE_NOTNULL, strict=True)]
    except csv.Error as error:
        raise ValueError(f"not a result file of Athena's: {error}") from error
    if any(len(row) != width for row in rows):
        raise ValueError(f"not a result file of Athena's: a row has not {width} values")
    return rows


def _quote(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
