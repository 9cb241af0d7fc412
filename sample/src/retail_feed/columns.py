"""From numpy columns to Arrow columns. NULL (-1) becomes null everywhere."""

import numpy as np
import pyarrow as pa

from retail_feed.dirt import NULL, Column

Columns = dict[str, Column]
"""Columns of equal length: numbers, milliseconds since 1970 in UTC, cents, and codes of words."""

MONEY = pa.decimal128(12, 2)
TIMESTAMP = pa.timestamp("us")


def integers(values: Column, kind: pa.DataType | None = None) -> pa.Array:
    """bigint unless `kind` says otherwise."""
    return pa.array(values, kind or pa.int64(), mask=values == NULL)


def timestamps(milliseconds: Column) -> pa.Array:
    """Timestamps in microseconds without a zone. Their values are whole milliseconds: Athena's timestamp holds no more.

    https://docs.aws.amazon.com/athena/latest/ug/data-types.html
    """
    return pa.array(milliseconds * 1000, TIMESTAMP)


def money(cents: Column) -> pa.Array:
    """decimal(12,2) of whole cents, by laying out the 128-bit integers that Arrow stores."""
    words = np.zeros((len(cents), 2), dtype="<i8")
    words[:, 0] = cents
    valid = np.packbits(cents != NULL, bitorder="little")
    return pa.Array.from_buffers(MONEY, len(cents), [pa.py_buffer(valid), pa.py_buffer(words)])


def words(codes: Column, texts: list[str]) -> pa.Array:
    """The text of each code."""
    return pa.array(texts, pa.string()).take(pa.array(codes, pa.int64(), mask=codes == NULL))


def concatenated(parts: list[Columns]) -> Columns:
    """The rows of several parts, in their order."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def selected(columns: Columns, rows: Column) -> Columns:
    """The given rows of each column."""
    return {name: column[rows] for name, column in columns.items()}
