"""Partition values: typed in a query, text in Glue, escaped in a path.

The escapes are Hive's (``FileUtils.escapePathName``): every character that a path cannot carry becomes ``%XX``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_athena.catalog.glue import DEFAULT_PARTITION
from local_athena.errors import AthenaError

_ESCAPED = frozenset([*map(chr, range(1, 32)), *"\"#%'*/:=?\\\x7f{[]^"])
_HEX = re.compile(r"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Partition:
    """A partition's values as Glue keeps them (None is Hive's default partition) and where its files lie.

    ``storage`` is Glue's StorageDescriptor of it, for a partition that Glue knows.
    """

    values: tuple[str | None, ...]
    location: str
    storage: Mapping[str, Any] | None = field(default=None, compare=False)


def escape(value: str | None) -> str:
    """A value as it stands in a path behind ``k=``."""
    if value is None or value == "":
        return DEFAULT_PARTITION
    return "".join(f"%{ord(character):02X}" if character in _ESCAPED else character for character in value)


def unescape(text: str) -> str | None:
    """The inverse of ``escape``."""
    if text == DEFAULT_PARTITION:
        return None
    return _HEX.sub(lambda match: chr(int(match[1], 16)), text)


def path(keys: Sequence[str], values: Sequence[str | None]) -> str:
    """``k1=v1/k2=v2``."""
    return "/".join(f"{escape(key)}={escape(value)}" for key, value in zip(keys, values, strict=True))


def projected_path(keys: Sequence[str], values: Sequence[str | None]) -> str:
    """The same under a projection, which escapes nothing: ``c=2020-01-01 01:01:01``, as awswrangler writes it.

    https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena_projection.py (test_to_parquet_projection_date)
    """
    return "/".join(f"{key}={value or DEFAULT_PARTITION}" for key, value in zip(keys, values, strict=True))


def to_glue(values: Sequence[str | None]) -> list[str]:
    return [DEFAULT_PARTITION if value is None else value for value in values]


def from_glue(partition: Mapping[str, Any]) -> Partition:
    """A Glue partition; one without a location is refused, for there is nothing to read it from."""
    values = tuple(None if value == DEFAULT_PARTITION else str(value) for value in partition["Values"])
    storage = partition.get("StorageDescriptor") or {}
    location = storage.get("Location")
    if not location:
        raise AthenaError("HIVE_METASTORE_ERROR", f"Partition {'/'.join(partition['Values'])} has no location in Glue")
    return Partition(values, str(location), storage)


def parse_path(keys: Sequence[str], relative: str) -> tuple[str | None, ...] | None:
    """The values in a relative path ``k1=v1/k2=v2/...``, or None when it does not follow *keys*."""
    parts = relative.split("/")
    values = []
    for key, part in zip(keys, parts, strict=False):
        name, equals, value = part.partition("=")
        if not equals or name.lower() != key.lower():
            return None
        values.append(unescape(value))
    return tuple(values) if len(values) == len(keys) else None
