"""Place and format of a write of a Hive table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from local_athena.model import Column
from local_athena.tables.hive.description.delimiters import Delimiters, delimiters


@dataclass(frozen=True)
class Target:
    """Format and place of a write. ``kind`` is parquet, orc, avro, json or text; ``compression`` is Athena's name, or None for its
    default. ``openx`` says that a JSON table is read by OpenX's SerDe.

    ``locations`` are those of partitions that Glue knows already; others lie under ``location`` by their path, or by that of a
    projection where the partitions are ``projected``.
    """

    data: tuple[Column, ...]
    keys: tuple[Column, ...]
    kind: str
    location: str
    compression: str | None = None
    text: Delimiters = field(default_factory=lambda: delimiters({}))
    bucketed_by: tuple[str, ...] = ()
    bucket_count: int = 0
    locations: Mapping[tuple[str | None, ...], str] = field(default_factory=dict)
    openx: bool = False
    check: Callable[[Sequence[str | None]], None] | None = None
    """Asked of each partition before anything of it is in S3."""
    projected: bool = False
