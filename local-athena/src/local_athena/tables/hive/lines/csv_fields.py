"""From a line to fields as OpenCSVSerde cuts it.

https://github.com/trinodb/trino/blob/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/csv/CsvDeserializer.java
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

_BEGINNING = 3
"""So many characters of a line in which no quote is text."""


def splitter(separator: str, quote: str, escape: str) -> Callable[[str], list[str] | None]:
    """Cuts a line: None for a blank one. A quoted line break is not one field, as on AWS."""
    s, q, e = map(re.escape, (separator, quote, escape))
    field = f"(?:{q}[^{q}{e}]*{q}|[^{s}{q}{e}]*)"
    plain = re.compile(f"{field}(?:{s}{field})*", re.S)
    settings = {"delimiter": separator, "quotechar": quote, "doublequote": False}

    def split(line: str) -> list[str] | None:
        if not line:
            return None
        if quote not in line and escape not in line:
            return line.split(separator)
        if quote != "\0" and plain.fullmatch(line):
            return next(csv.reader((line,), **settings))  # type: ignore[arg-type]
        return _fields(line, separator, quote, escape)

    return split


def _fields(line: str, separator: str, quote: str, escape: str) -> list[str]:
    """Every quote opens or closes, wherever it stands; a field whose quote is open at the end is dropped."""
    fields: list[str] = []
    field: list[str] = []
    quoted = begun = False
    at = 0
    while at < len(line):
        character, following = line[at], line[at + 1 : at + 2]
        if character == escape:
            if (quoted or begun) and following and following in (quote, escape):
                field.append(following)
                at += 1
        elif character == quote and (quoted or begun) and following == quote:
            field.append(quote)
            at += 1
            begun = not begun
        elif character == quote:
            if at >= _BEGINNING and line[at - 1] != separator and following and following != separator:
                if field and "".join(field).isspace():
                    field.clear()
                else:
                    field.append(quote)
            quoted = not quoted
            begun = not begun
        elif character == separator and not quoted:
            fields.append("".join(field))
            field.clear()
            begun = False
        else:
            field.append(character)
            begun = True
        at += 1
    return fields if quoted else [*fields, "".join(field)]
