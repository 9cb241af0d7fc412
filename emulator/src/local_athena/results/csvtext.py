"""Athena's CSV: every value in double quotes, quotes doubled, NULL as nothing at all, so that it differs from ``""``.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

Row = tuple[str | None, ...]

_VALUE = re.compile(r'(?:"((?:[^"]|"")*)")?(,|\n)')


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
    values: list[str | None] = []
    text = data.decode()
    position = 0
    while position < len(text):
        match = _VALUE.match(text, position)
        if match is None:
            raise ValueError(f"not a result file of Athena's: character {position} of the page")
        value = match.group(1)
        values.append(None if value is None else value.replace('""', '"'))
        position = match.end()
    return [tuple(values[start : start + width]) for start in range(0, len(values), width)]


def _quote(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
