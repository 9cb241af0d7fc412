"""Athena's CSV: every value in double quotes, quotes doubled, NULL as nothing at all, so that it differs from ``""``.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Row = tuple[str | None, ...]

_FIELD = re.compile(r'("[^"]*(?:""[^"]*)*")?([,\n])')


def encode_header(names: Sequence[str]) -> bytes:
    """The first line of the file."""
    return (",".join(_quote(name) for name in names) + "\n").encode()


def encode_rows(columns: Sequence[Sequence[str | None]]) -> bytes:
    """The lines of rows whose values' texts are in *columns*, all of one length."""
    quoted = [["" if value is None else _quote(value) for value in column] for column in columns]
    lines = [",".join(row) for row in zip(*quoted, strict=True)]
    return ("\n".join(lines) + "\n").encode() if lines else b""


def decode_rows(data: bytes, width: int) -> list[Row]:
    """The rows of *data*, whole lines as ``encode_rows`` wrote them, *width* values each.

    Python's own reader tells NULL from an empty text from 3.12.2 on only: https://github.com/python/cpython/issues/113732
    """
    text = data.decode()
    fields = _FIELD.findall(text)
    values = [None if not quoted else quoted[1:-1].replace('""', '"') for quoted, _ in fields]
    ends = "".join([end for _, end in fields])
    if sum([len(quoted) for quoted, _ in fields]) + len(ends) != len(text):
        raise ValueError("not a result file of Athena's: there is more than values and their ends")
    if ends != ("," * (width - 1) + "\n") * (len(ends) // width):
        raise ValueError(f"not a result file of Athena's: a row has not {width} values")
    return list(zip(*[iter(values)] * width, strict=True))


def _quote(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
