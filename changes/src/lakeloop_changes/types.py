"""Types of columns in changes, and how their values are written in JSON.

| word | JSON | Python |
|---|---|---|
| boolean | true, false | bool |
| int, bigint | number, 32 and 64 bits | int |
| float, double | number, or "NaN", "Infinity", "-Infinity" | float |
| decimal(p,s), p up to 38 | text, exact: "12.50" | Decimal |
| varchar | text | str |
| date | "2026-11-30" | date |
| timestamp | "2026-11-30T02:00:00.123456", no zone | datetime without zone |
| timestamptz | "2026-11-30T02:00:00.123456Z", in UTC | datetime in UTC |
| varbinary | text in base64 | bytes |

Words are Athena's (https://docs.aws.amazon.com/athena/latest/ug/data-types.html), but for timestamptz: Iceberg's word for an
instant (https://iceberg.apache.org/spec/#primitive-types).
"""

from __future__ import annotations

import base64
import binascii
import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lakeloop_changes.errors import MalformedRecord

MAX_PRECISION = 38
_DECIMAL = re.compile(r"decimal\(([1-9][0-9]?),(0|[1-9][0-9]?)\)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")
_DECIMAL_VALUE = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_LARGEST_FLOAT = (2 - 2**-23) * 2.0**127
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")


def decimal_of(word: str) -> tuple[int, int] | None:
    """Precision and scale of a decimal's *word*; None for any other word."""
    match = _DECIMAL.fullmatch(word)
    if match is None:
        return None
    precision, scale = int(match[1]), int(match[2])
    return (precision, scale) if scale <= precision <= MAX_PRECISION else None


def is_word(word: str) -> bool:
    """Whether *word* is a type of the wire format."""
    return word in _READERS or decimal_of(word) is not None


def python_value(word: str, value: Any) -> Any:
    """The Python object of wire *value* of type *word*; None stays None.

    Raises:
        MalformedRecord: the value is not of that type, or out of its range.
    """
    if value is None:
        return None
    decimal = decimal_of(word)
    if decimal is not None:
        return _decimal(word, *decimal, value)
    return _READERS[word](word, value)


def _refused(word: str, value: Any) -> MalformedRecord:
    return MalformedRecord(f"{value!r:.80} is no {word} as the wire format writes it")


def _boolean(word: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refused(word, value)
    return value


def _integer(bits: int) -> Callable[[str, Any], int]:
    def read(word: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise _refused(word, value)
        return value

    return read


def _float(word: str, value: Any) -> float:
    if isinstance(value, bool) or not (isinstance(value, int | float) or value in _NOT_FINITE):
        raise _refused(word, value)
    try:
        number = float(value)
    except OverflowError as error:
        raise _refused(word, value) from error
    if not isinstance(value, str) and not abs(number) <= (_LARGEST_FLOAT if word == "float" else sys.float_info.max):
        raise _refused(word, value)
    return number


def _decimal(word: str, precision: int, scale: int, value: Any) -> Decimal:
    match = _DECIMAL_VALUE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _refused(word, value)
    # Zeros that add nothing are no reason to refuse.
    whole, fraction = match[1].lstrip("0"), (match[2] or "").rstrip("0")
    if len(fraction) > scale or len(whole) > precision - scale:
        raise _refused(word, value)
    return Decimal(value)


def _text(word: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(word, value)
    return value


def _date(word: str, value: Any) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _refused(word, value)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _refused(word, value) from error


def _timestamp(word: str, value: Any) -> datetime:
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise _refused(word, value)
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise _refused(word, value) from error


def _instant(word: str, value: Any) -> datetime:
    if not isinstance(value, str) or not value.endswith("Z"):
        raise _refused(word, value)
    return _timestamp(word, value[:-1]).replace(tzinfo=UTC)


def _bytes(word: str, value: Any) -> bytes:
    if not isinstance(value, str):
        raise _refused(word, value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused(word, value) from error


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "boolean": _boolean,
    "int": _integer(32),
    "bigint": _integer(64),
    "float": _float,
    "double": _float,
    "varchar": _text,
    "date": _date,
    "timestamp": _timestamp,
    "timestamptz": _instant,
    "varbinary": _bytes,
}
