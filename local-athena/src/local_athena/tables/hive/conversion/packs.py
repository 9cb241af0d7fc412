"""Small files of a Hive table, converted together: ten thousand of them become some tens of Parquet files.

A pack holds consecutive files and is kept in the disk cache by the names and ETags of all of them. Each of its rows carries
the place of its file in the pack, because partition columns and ``$path`` are a file's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local_athena.storage import S3Object
from local_athena.tables.hive.description.formats import Format

AT = "__at"
"""The column with a row's file: its place in the pack, from 0."""
SMALL_BYTES = 128 << 10
PACK_FILES, PACK_BYTES = 500, 16 << 20
_WORTHWHILE = {"text": 16, "opencsv": 16, "json": 16, "regex": 16, "grok": 16, "parquet": 200}
"""From this many small files on. Fewer are read one by one, and not anew when one is added. Parquet needs no conversion."""


@dataclass(frozen=True)
class Pack:
    """Files from *first* on, of all that a query reads."""

    first: int
    items: Sequence[S3Object]


def packs(form: Format, items: Sequence[S3Object]) -> list[Pack] | None:
    """*items* as packs, in order; None where files are better converted one by one."""
    least = _WORTHWHILE.get(form.kind)
    if least is None or form.positional or sum(item.size <= SMALL_BYTES for item in items) < least:
        return None
    return [*_grouped(items)]


def _grouped(items: Sequence[S3Object]) -> Iterator[Pack]:
    first, size = 0, 0
    for at, item in enumerate(items):
        if at > first and (at - first == PACK_FILES or size + item.size > PACK_BYTES):
            yield Pack(first, items[first:at])
            first, size = at, 0
        size += item.size
    yield Pack(first, items[first:])
