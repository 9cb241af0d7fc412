"""Delimiters of LazySimpleSerDe, told by a table's properties.

https://github.com/trinodb/trino/blob/476/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/encodings/text/TextEncodingOptions.java
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local_athena.errors import AthenaError

_DEFAULTS = "".join(map(chr, (*range(1, 9), 11, *range(14, 27), *range(28, 32))))
"""Each level's; those left out end a line, blank it, or are kept for an escape. What follows them in Trino is no text."""
_LEVELS = (
    ("hive.serialization.extend.additional.nesting.levels", len(_DEFAULTS)),
    ("hive.serialization.extend.nesting.levels", 24),
)
_BYTE = re.compile(r"[+-]?\d+")
_KEPT = 0xFDD0
"""The first of the 32 characters that Unicode gives no meaning: they stand for escaped delimiters until values are cut."""


@dataclass(frozen=True)
class Delimiters:
    """``field`` is between columns; ``nested`` are those of each level below."""

    field: str
    nested: tuple[str, ...]
    escape: str | None
    null: str

    @property
    def kept(self) -> dict[str, str]:
        """Characters that an escape takes their meaning from, inside a column, and those that stand for them."""
        return {character: chr(_KEPT + at) for at, character in enumerate(self.nested)} if self.escape else {}

    def at(self, level: int) -> str:
        """The delimiter of a *level* below that of columns, which is 0.

        :raises AthenaError: in Hive's words, where a type is nested deeper.
        """
        if level > len(self.nested):
            raise AthenaError(
                "HIVE_INVALID_METADATA",
                f"Number of levels of nesting supported for LazySimpleSerde is {len(self.nested)}. Unable to work with level "
                f"{level}. Use hive.serialization.extend.nesting.levels serde property for tables using LazySimpleSerde.",
            )
        return self.nested[level - 1]


def delimiters(properties: Mapping[str, str], whole: bool = False) -> Delimiters:
    """Those of a table; *whole* takes all of ``field.delim``, as MultiDelimitSerDe does, not its number or first character."""
    field = properties.get("field.delim", properties.get("serialization.format")) or _DEFAULTS[0]
    levels = next((count for name, count in _LEVELS if properties.get(name, "").lower() == "true"), 8)
    collection = properties.get("collection.delim", properties.get("colelction.delim"))
    escape = properties.get("escape.delim")
    return Delimiters(
        field if whole else _first(field),
        (
            _first(collection or _DEFAULTS[1]),
            _first(properties.get("mapkey.delim") or _DEFAULTS[2]),
            *_DEFAULTS[3:levels],
        ),
        _first(escape) if escape else None,
        properties.get("serialization.null.format", "\\N"),
    )


def _first(text: str) -> str:
    """Hive's ``LazyUtils.getByte``: Java's ``Byte.parseByte`` takes no blanks or underscores, as Python's ``int`` does."""
    if not _BYTE.fullmatch(text):
        return text[0]
    number = int(text)
    return chr(number % 256) if -128 <= number <= 127 else text[0]
