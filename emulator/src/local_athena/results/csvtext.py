"""Athena's CSV: every value in double quotes, quotes doubled, NULL as nothing at all, so that it differs from ``""``.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

Row = tuple[str | None, ...]

csv.field_size_limit(sys.maxsize)  # Athena's values have no limit of their own; the reader's is 128 KiB.


def encode_header(names: Sequence[str]) -> bytes:
    """The first line of the file."""
    return (",".join(_quote(name) for name in names) + "\n").encode()


def encode_rows(columns: Sequence[pa.Array]) -> bytes:
    """The lines of rows whose text is in *columns*, Arrow arrays of strings of one length."""
    quoted = [
        pc.fill_null(pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', ""), "")
        for column in columns
    ]
    lines = pc.binary_join_element_wise(*quoted, ",") if len(quoted) > 1 else quoted[0]
    texts = lines.to_pylist()
    return ("\n".join(texts) + "\n").encode() if texts else b""


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
