"""Dates: ISO 8601, Joda's and Teradata's patterns, durations."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.moments import (
    DAY,
    DAYS,
    MONTHS,
    day_of,
    day_of_week,
    day_of_year,
    day_shown,
    malformed,
    moment,
    named,
    padded,
    shown,
    within,
    zoned,
)
from local_athena.dialect.udf.numbers import double_text
from local_athena.dialect.values.zones import is_region, normalise
from local_athena.errors import AthenaError

_ISO_DATE = re.compile(r"([+-]?\d{4,9})(?:-W(\d{1,2})(?:-(\d))?|-(\d{3})|-(\d{1,2})(?:-(\d{1,2}))?)?")
_ISO_TIME = re.compile(
    r"(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?", re.IGNORECASE
)
_STRICT = re.compile(
    r"((?:\d{4}|-\d{4,9}|\+\d{5,9})-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{0,9})?)?)(?:(Z|[+-]\d\d:\d\d)(?:\[([^]]+)\])?)?",
    re.IGNORECASE,
)
"""Texts that Java's ISO_DATE_TIME reads, fewer than Joda's parser: only seconds and the zone can be left out."""


def iso8601_date(text: str) -> str:
    return day_shown(_iso_day(text))


def _iso_day(text: str) -> int:
    """Days since 1970."""
    found = _ISO_DATE.match(text)
    if not found or found.end() < len(text):
        raise malformed(text, text[found.end() :] if found else text)
    try:
        year = int(found[1])
        if found[2]:
            return day_of_week(year, found[2], found[3] or 1)
        if found[4]:
            return day_of_year(year, found[4])
        return day_of(year, found[5] or 1, found[6] or 1)
    except ValueError as error:
        raise invalid(f'Cannot parse "{text}": {error}') from None


def iso8601(text: str) -> str:
    """An ISO 8601 moment as ``YYYY-MM-DD HH:MM:SS.ffffff zone``. The last part of the time may have a fraction."""
    day, _, clock = text.replace("t", "T").partition("T")
    found = _ISO_TIME.fullmatch(clock)
    if not found or not (day or found[1]):
        raise invalid(f'Invalid format: "{text}"')
    hour, minute, second = (int(found[n] or 0) for n in (1, 2, 3))
    try:
        within(hour, "hourOfDay", 0, 23), within(minute, "minuteOfHour", 0, 59), within(second, "secondOfMinute", 0, 59)
    except ValueError as error:
        raise invalid(f'Cannot parse "{text}": {error}') from None
    unit = 1000 if found[3] else 60_000 if found[2] else 3_600_000
    part = int(Decimal(f"0.{found[4] or 0}") * unit)
    passed = timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=part) // timedelta(microseconds=1)
    return zoned((_iso_day(day) if day else 0) * DAY + passed, normalise(found[5] or "UTC"))


def iso8601_nanos(text: str) -> str:
    """An ISO 8601 moment as ``YYYY-MM-DD HH:MM:SS.ffffff zone``."""
    found = _STRICT.fullmatch(text)
    if not found:
        raise invalid(f"Text '{text}' could not be parsed")
    try:
        year, month, day = found[1].rsplit("-", 2)
        clock = time.fromisoformat(found[2][:15].rstrip("."))
        passed = (datetime.combine(date.min, clock) - datetime.min) // timedelta(microseconds=1)
        moment = day_of(int(year), month, day) * DAY + passed
    except ValueError:
        raise invalid(f"Text '{text}' could not be parsed") from None
    if found[2][15:].strip("0"):
        raise Failure("NOT_SUPPORTED: a timestamp finer than microseconds")
    return zoned(moment, normalise(found[4] or found[3] or "UTC"))


def zone_of(zone: str) -> str:
    """A zone in Trino's spelling, where no literal says which."""
    try:
        return normalise(zone)
    except AthenaError as error:
        raise invalid(error.message) from None


# ---- Joda patterns: https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html

_JODA = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|(.)", re.S)


@lru_cache(maxsize=256)
def joda(pattern: str) -> list[tuple[str, str]]:
    """A pattern's parts: ("text", literal) or (letter, run of the letter)."""
    parts = []
    for m in _JODA.finditer(pattern):
        if m[2]:
            parts.append((m[2], m[0]))
        elif m[3] is not None:
            parts.append(("text", m[3]))
        else:
            parts.append(("text", m[1].replace("''", "'") if m[1] else "'"))
    return parts


def format_datetime(moment: datetime, pattern: str, zone: str, minutes: int) -> str:
    if not pattern:
        raise invalid("Invalid pattern specification")
    return "".join(
        run if letter == "text" else _shown(moment, letter, run, zone, minutes) for letter, run in joda(pattern)
    )


def format_zoneless(moment: datetime, pattern: str) -> str:
    """The text of a timestamp without time zone."""
    if any(letter in "zZ" for letter, _ in joda(pattern)):
        raise invalid(
            "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information"
        )
    return format_datetime(moment, pattern, "UTC", 0)


def _offset(minutes: int, colon: bool) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{':' if colon else ''}{abs(minutes) % 60:02d}"


_LONG_NAMES = {
    "America/New_York": "Eastern {} Time", "America/Chicago": "Central {} Time", "America/Denver": "Mountain {} Time",
    "America/Los_Angeles": "Pacific {} Time",
}  # fmt: skip


def zone_name(m: datetime, zone: str, minutes: int, long: bool) -> str:
    """A zone's name as it was called at a moment: EST, EDT, Eastern Daylight Time."""
    if zone[0] in "+-":
        return zone
    if zone == "UTC":
        return "Coordinated Universal Time" if long else zone
    first, second = (m.replace(tzinfo=ZoneInfo(zone), fold=f) for f in (0, 1))
    there = second if _minutes(second) == minutes else first
    name = there.tzname() or ""
    if long and zone in _LONG_NAMES:
        return _LONG_NAMES[zone].format("Daylight" if there.dst() else "Standard")
    if long or not name.isalpha():
        raise Failure(f"NOT_SUPPORTED: The name of the time zone {zone} is not supported by local Athena")
    return name


def _minutes(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


def _shown(m: datetime, letter: str, run: str, zone: str, minutes: int) -> str:
    width = len(run)
    numbers = {
        "M": m.month, "d": m.day, "H": m.hour, "k": m.hour or 24, "h": m.hour % 12 or 12, "K": m.hour % 12, "m": m.minute,
        "s": m.second, "D": m.timetuple().tm_yday, "e": m.isoweekday(), "w": m.isocalendar()[1], "C": abs(m.year) // 100,
    }  # fmt: skip
    if letter in "yYx":
        year = m.isocalendar()[0] if letter == "x" else m.year
        if width == 2:
            return f"{abs(year) % 100:02d}"
        return padded(1 - year if letter == "Y" and year <= 0 else year, width)
    if letter == "M" and width > 2:
        return m.strftime("%b" if width == 3 else "%B")
    if letter == "E":
        return m.strftime("%a" if width < 4 else "%A")
    if letter == "a":
        return "AM" if m.hour < 12 else "PM"
    if letter == "G":
        return "AD" if m.year > 0 else "BC"
    if letter == "S":
        # Joda knows milliseconds only
        return (f"{m.microsecond // 1000:03d}" + "0" * width)[:width]
    if letter == "Z":
        return zone if width > 2 else _offset(minutes, width == 2)
    if letter == "z":
        return zone_name(m, zone, minutes, width > 3)
    if letter not in numbers:
        raise invalid(f"Illegal pattern component: {run}")
    return str(numbers[letter]).zfill(width)


_LETTERS = frozenset(("text", *"GCYxweEyDMdaKhHkmsSzZ"))
"""Letters of a Joda pattern."""


def parse_datetime(text: str, pattern: str) -> str:
    """Text by a Joda pattern, as ``YYYY-MM-DD HH:MM:SS.ffffff zone``."""
    return zoned(*_parsed(text, pattern))


def _parsed(text: str, pattern: str) -> tuple[int, str]:
    """A text's moment by a Joda pattern, in microseconds since 1970 of its zone's clock, and the zone."""
    if not pattern:
        raise invalid("Invalid pattern specification")
    if unknown := next((run for letter, run in joda(pattern) if letter not in _LETTERS), ""):
        raise invalid(f"Illegal pattern component: {unknown}")
    values, rest = _taken(text, joda(pattern), text)
    if rest:
        raise malformed(text, rest)
    zone = normalise(_NAMED_ZONES[values["z"]] if "z" in values else values.get("Z", "UTC"))
    return moment(text, values), zone


_NAMED_ZONES = {
    "UT": "UTC", "UTC": "UTC", "GMT": "UTC", "EST": "America/New_York", "EDT": "America/New_York", "CST": "America/Chicago",
    "CDT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver", "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
}  # fmt: skip
"""The names of zones that Joda reads."""


_LONGEST = {"y": 9, "Y": 9, "x": 9, "D": 3, "e": 1}


def _taken(rest: str, parts: list[tuple[str, str]], text: str) -> tuple[dict[str, str], str]:
    values: dict[str, str] = {}
    for i, (letter, run) in enumerate(parts):
        if letter == "text":
            found = re.match(re.escape(run), rest, re.I)
            value = ""
        else:
            adjoining = i + 1 < len(parts) and parts[i + 1][0] not in ("text", "a", "Z", "z", "E")
            found, value = _value(letter, run, rest, adjoining)
        if not found:
            raise malformed(text, rest)
        if letter != "text":
            values[letter] = value
        rest = rest[found.end() :]
    return values, rest


def _value(letter: str, run: str, rest: str, adjoining: bool) -> tuple[re.Match[str] | None, str]:
    if letter == "M" and len(run) > 2:
        return named(rest, MONTHS)
    if letter == "E":
        return named(rest, DAYS)
    if letter == "a":
        found = re.match("am|pm|AM|PM", rest)
        return found, found[0].lower() if found else ""
    if letter == "z":
        if len(run) > 3:
            raise invalid("Parsing not supported")
        found = re.match(f"{'|'.join(sorted(_NAMED_ZONES, key=len, reverse=True))}", rest)
        return found, found[0] if found else ""
    if letter == "Z" and len(run) < 3:
        found = re.match(r"[Zz]|[+-]\d{2}(?::?\d{2})?", rest)
        return found, found[0].upper() if found else ""
    if letter == "Z":
        found = re.match(r"[A-Za-z]\w*(?:[/+-][\w+-]+)*", rest, re.ASCII)
        return (found, found[0]) if found and is_region(found[0]) else (None, "")
    if letter == "G":
        found = re.match("BCE|BC|CE|AD|bce|bc|ce|ad", rest)
        return found, found[0].lower() if found else ""
    # A year ends where the next number begins; the other fields are as long as their greatest value.
    longest = len(run) if adjoining and letter in "yYx" else max(len(run), _LONGEST.get(letter, 2))
    limit = len(run) if letter in "SC" else longest
    found = re.match(rf"{'[+-]?' if letter in 'yx' else ''}\d{{1,{limit}}}", rest)
    value = found[0] if found else ""
    if letter in "yY" and len(run) == 2 and len(value) == 2:
        first = datetime.now(UTC).year - 80  # Joda's pivot is 30 years ago
        value = str(first + (int(value) - first) % 100)
    return found, value


# ---- Teradata's to_date, to_timestamp, to_char: https://trino.io/docs/current/functions/teradata.html

_TERADATA = {"dd": "dd", "hh24": "HH", "hh": "hh", "mi": "mm", "mm": "MM", "ss": "ss", "yyyy": "yyyy", "yy": "yy"}


@lru_cache(maxsize=256)
def from_teradata(pattern: str) -> str:
    def part(m: re.Match[str]) -> str:
        if m[1]:
            return _TERADATA[m[1].lower()]
        if m[2].isalpha():
            raise invalid(f"Failed to tokenize string [{pattern}]")
        return f"'{m[2]}'" if m[2] != "'" else "''"

    return re.sub(r"(?i)(hh24|yyyy|dd|hh|mi|mm|ss|yy)|(.)", part, pattern)


def parse_teradata(text: str, pattern: str) -> str:
    return shown(_parsed(text, from_teradata(pattern))[0])


def format_teradata(moment: datetime, pattern: str) -> str:
    return format_datetime(moment, from_teradata(pattern), "UTC", 0)


# ---- durations, sizes

_GREATEST = 2**63 - 1
"""Java's greatest ``long``: ``Math.round`` gives no more."""
_DURATION = {"ns": Decimal("1e-6"), "us": Decimal("1e-3"), "ms": Decimal(1), "s": Decimal(1000), "m": Decimal(60_000),
             "h": Decimal(3_600_000), "d": Decimal(86_400_000)}  # fmt: skip


_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*")


def parse_duration(text: str) -> int:
    if not text:
        raise invalid("duration is empty")
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise invalid(f"duration is not a valid data duration string: {text}")
    if found[2] not in _DURATION:
        raise invalid(f"Unknown time unit: {found[2]}")
    millis = math.floor(Fraction(found[1]) * Fraction(_DURATION[found[2]]) + Fraction(1, 2))
    if millis > _GREATEST:
        raise invalid("size is too large to be represented in requested unit as a long")
    return millis


def parse_data_size(text: str) -> str:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kMGTPEZY]?B)", text)
    if not found:
        raise invalid(f"Invalid data size: '{text}'")
    power = "BkMGTPEZY".index(found[2][0]) if len(found[2]) > 1 else 0
    size = math.floor(Fraction(found[1]) * 1024**power)
    if size >= 10**38:
        raise Failure(f"NUMERIC_VALUE_OUT_OF_RANGE: Value out of range: '{text}' ('{size}B')")
    return str(size)


def human_readable_seconds(seconds: float) -> str:
    if not math.isfinite(seconds):
        raise invalid(f"Invalid argument found: {double_text(seconds)}")
    rest = min(int(abs(seconds) + 0.5), _GREATEST)
    parts = []
    for name, size in (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(f"{amount} {name}{'s' if amount != 1 else ''}")
    return ", ".join(parts) or "0 seconds"


FUNCTIONS = (
    ("iso8601_date", iso8601_date, "VARCHAR", "VARCHAR"), ("iso8601", iso8601, "VARCHAR", "VARCHAR"),
    ("zone_of", zone_of, "VARCHAR", "VARCHAR"),
    ("iso8601_nanos", iso8601_nanos, "VARCHAR", "VARCHAR"),
    ("format_datetime", format_datetime, "TIMESTAMP VARCHAR VARCHAR BIGINT", "VARCHAR"),
    ("format_zoneless", format_zoneless, "TIMESTAMP VARCHAR", "VARCHAR"),
    ("parse_datetime", parse_datetime, "VARCHAR VARCHAR", "VARCHAR"),
    ("parse_teradata", parse_teradata, "VARCHAR VARCHAR", "VARCHAR"),
    ("format_teradata", format_teradata, "TIMESTAMP VARCHAR", "VARCHAR"), ("parse_duration", parse_duration, "VARCHAR", "BIGINT"),
    ("parse_data_size", parse_data_size, "VARCHAR", "VARCHAR"),
    ("human_readable_seconds", human_readable_seconds, "DOUBLE", "VARCHAR"),
)  # fmt: skip
