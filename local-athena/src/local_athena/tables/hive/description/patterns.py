"""Java's date patterns of ``timestamp.formats`` as DuckDB's strptime.

https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html#hive-json-serde-timestamp-formats
"""

from __future__ import annotations

import re

from local_athena.tables.hive.description.checks import Complaint

MILLIS = "millis"
"""Hive's own word in a list of patterns: milliseconds since 1970."""
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|.", re.DOTALL)
_STRPTIME = {
    "yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "MM": "%m", "M": "%-m", "MMM": "%b", "MMMM": "%B", "dd": "%d", "d": "%-d", "HH": "%H",
    "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "S": "%f", "SS": "%f", "SSS": "%g",
    "SSSSSS": "%f", "a": "%p", "EEE": "%a", "EEEE": "%A", "DDD": "%j", "Z": "%z", "X": "%z", "XX": "%z", "XXX": "%z", "ZZ": "%z",
}  # fmt: skip


def timestamp_formats(value: str) -> list[str]:
    r"""The patterns in a property; ``\,`` is a comma inside one."""
    parts = re.split(r"(?<!\\),", value)
    return [part.replace("\\,", ",").replace("\\\\", "\\") for part in parts if part]


def strptime(pattern: str) -> str:
    """DuckDB's format.

    :raises ValueError: for letters that it has nothing for.
    """
    made = []
    for match in _TOKEN.finditer(pattern):
        quoted, letter = match.groups()
        if letter is not None:
            if match[0] not in _STRPTIME:
                raise ValueError(f"'{match[0]}' in a date pattern")
            made.append(_STRPTIME[match[0]])
        else:
            text = "'" if match[0] == "''" else match[0] if quoted is None else quoted.replace("''", "'")
            made.append(text.replace("%", "%%"))
    return "".join(made)


def check_timestamp_formats(value: str) -> Complaint | None:
    try:
        for pattern in timestamp_formats(value):
            if pattern.lower() != MILLIS:
                strptime(pattern)
    except ValueError as error:
        return Complaint(str(error), local=True)
    return None
