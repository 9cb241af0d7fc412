"""Partition projection: partitions computed from table properties instead of looked up in Glue.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product

from sqlglot import exp

from local_athena.catalog.partitions import Partition, projected_path
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import Column

_MAX_VALUES = 1_000_000
_NOW = re.compile(r"\s*NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*)?$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_JAVA = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|.", re.DOTALL)
_STRFTIME = {
    "yyyy": "%Y", "yy": "%y", "u": "%Y", "uuuu": "%Y", "MM": "%m", "MMM": "%b", "MMMM": "%B", "dd": "%d", "HH": "%H",
    "hh": "%I", "mm": "%M", "ss": "%S", "SSS": "%f", "a": "%p", "EEE": "%a", "EEEE": "%A", "DDD": "%j",
}  # fmt: skip
_UNPADDED = {"M": "month", "d": "day", "H": "hour", "m": "minute", "s": "second"}
_ISO = {exp.DType.DATE: 10, exp.DType.TIMESTAMP: 26, exp.DType.TIMESTAMPNTZ: 26}
"""How much of a moment's ISO text a column of a type holds."""
_UNITS = ("YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS", "MILLIS")


@dataclass(frozen=True)
class Projection:
    """The projection of one table; ``keys`` are its partition columns in order. Those that are dates or timestamps have values in
    ISO's form, whatever their locations have: ``iso`` says how much of it.
    """

    keys: tuple[str, ...]
    properties: Mapping[str, str]
    location: str
    iso: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[Column], properties: Mapping[str, str], location: str) -> Projection | None:
        """None when the table's properties do not enable one."""
        if (properties.get("projection.enabled") or "").lower() != "true" or not columns:
            return None
        iso = {column.name: _ISO[column.type.this] for column in columns if column.type.this in _ISO}
        return cls(tuple(column.name for column in columns), properties, location, iso)

    def partitions(
        self,
        wanted: Mapping[str, Sequence[str]],
        narrow: Callable[[str, list[str]], list[str]],
        now: datetime | None = None,
    ) -> list[Partition]:
        """Every partition that the properties describe.

        *wanted* holds, for columns that a query compares with ``=`` or ``IN``, those values: injected columns take theirs from it.
        *narrow* leaves out values of one column that the query cannot need, before columns are multiplied.
        """
        values = [
            narrow(key, self._values(key, wanted, now or datetime.now(UTC).replace(tzinfo=None))) for key in self.keys
        ]
        total = 1
        for column in values:
            total *= len(column)
        if total > _MAX_VALUES:
            raise AthenaError(
                "HIVE_EXCEEDED_PARTITION_LIMIT",
                f"Query would read {total} projected partitions; restrict the partition columns",
            )
        return [Partition(item, self._location(item)) for item in product(*values)]

    def _location(self, typed: Sequence[str]) -> str:
        values = [self._in_location(key, value) for key, value in zip(self.keys, typed, strict=True)]
        template = self.properties.get("storage.location.template")
        if template is None:
            return f"{self.location.rstrip('/')}/{projected_path(self.keys, values)}/"
        named = {name.lower() for name in _PLACEHOLDER.findall(template)}
        for key, value in zip(self.keys, values, strict=True):
            parts = re.split(re.escape("${" + key + "}"), template, flags=re.IGNORECASE)
            if len(parts) == 1:
                raise self._invalid(key, f"storage.location.template has no placeholder ${{{key}}}")
            template = value.join(parts)
        if unknown := named - {*self.keys}:
            raise self._invalid(min(unknown), "storage.location.template names it, and it is no partition column")
        return template.rstrip("/") + "/"

    def _in_location(self, key: str, value: str) -> str:
        """A value as a location has it: ``toPartitionLocationTemplateValue`` of Trino's ``DateProjection``."""
        pattern = self._get(key, "format")
        if key not in self.iso or not pattern or (self._get(key, "type") or "").strip().lower() != "date":
            return value
        return format_java(datetime.fromisoformat(value), pattern)

    def check_written(self, values: Sequence[str | None]) -> None:
        """:raises NotSupported: for a partition that the projection would not look for where INSERT puts it: its rows were lost."""
        spelled = [value for key, value in zip(self.keys, values, strict=True) if value and self._spells(key, value)]
        plain = f"{self.location.rstrip('/')}/{projected_path(self.keys, values)}/"
        if len(spelled) < len(values) or self._location(spelled) != plain:
            raise NotSupported(f"INSERT into {plain}, where the table's partition projection does not look,")

    def _spells(self, key: str, value: str) -> bool:
        """Whether a projection of this type writes *value* so; its range is not asked for."""
        kind = (self._get(key, "type") or "").strip().lower()
        if kind == "integer":
            return bool(_INTEGER.fullmatch(value)) and value == str(int(value)).zfill(self._whole(key, "digits", 0))
        if kind == "date":
            try:
                if key not in self.iso:
                    datetime.strptime(value, _strptime(self._get(key, "format") or ""))
            except ValueError:
                return False
        return True

    def _get(self, key: str, name: str) -> str | None:
        return self.properties.get(f"projection.{key}.{name}")

    def _values(self, key: str, wanted: Mapping[str, Sequence[str]], now: datetime) -> list[str]:
        kind = (self._get(key, "type") or "").strip().lower()
        if kind == "enum":  # white space is a part of its values, and of nothing else
            values = [*dict.fromkeys(value for value in (self._get(key, "values") or "").split(",") if value)]
            if not values:
                raise self._invalid(key, f"projection.{key}.values is missing")
            return values
        if kind == "integer":
            return self._integers(key, wanted.get(key))
        if kind == "date":
            try:
                return self._dates(key, now)
            except (OverflowError, ValueError) as error:  # Python's, of years beyond 9999
                raise self._invalid(key, "its range is not within the years 1 to 9999") from error
        if kind == "injected":
            if key not in wanted:
                raise AthenaError(
                    "CONSTRAINT_VIOLATION",
                    f"For the injected projected partition column {key}, the WHERE clause must contain only static equality "
                    "conditions, and at least one such condition must be present.",
                )
            return [*dict.fromkeys(wanted[key])]
        raise self._invalid(key, f"projection.{key}.type is '{kind}', not enum, integer, date or injected")

    def _invalid(self, key: str, why: str) -> AthenaError:
        return AthenaError("INVALID_TABLE_PROPERTY", f"Invalid partition projection of column {key}: {why}")

    def _range(self, key: str) -> tuple[str, str]:
        first, comma, last = (self._get(key, "range") or "").partition(",")
        if not comma:
            raise self._invalid(key, f"projection.{key}.range must have two bounds")
        return first.strip(), last.strip()

    def _whole(self, key: str, name: str, default: int) -> int:
        text = (self._get(key, name) or str(default)).strip()
        if not text.isdecimal() or int(text) < min(default, 1):
            raise self._invalid(key, f"projection.{key}.{name} is '{text}', not a positive integer")
        return int(text)

    def _integers(self, key: str, wanted: Sequence[str] | None) -> list[str]:
        bounds = self._range(key)
        if not all(_INTEGER.fullmatch(bound) for bound in bounds):
            raise self._invalid(key, f"projection.{key}.range needs to be list of 2 integers")
        first, last = map(int, bounds)
        if not all(-(2**63) <= bound < 2**63 for bound in (first, last)):
            raise self._invalid(key, f"projection.{key}.range is limited to that of a Java signed long")
        step, digits = self._whole(key, "interval", 1), self._whole(key, "digits", 0)
        numbers: Iterable[int] = range(first, last + 1, step)
        if wanted is not None and all(_INTEGER.fullmatch(text) for text in wanted):
            numbers = dict.fromkeys(number for number in map(int, wanted) if number in range(first, last + 1, step))
        elif (last - first) // step > _MAX_VALUES:
            raise self._invalid(key, "its range has too many values")
        return [str(number).zfill(digits) for number in numbers]

    def _dates(self, key: str, now: datetime) -> list[str]:
        pattern = self._get(key, "format")
        if not pattern:
            raise self._invalid(key, f"projection.{key}.format is missing")
        format_java(now, pattern)  # raises for letters that are not known here
        first, last = (self._bound(key, text, pattern, now) for text in self._range(key))
        if first > last:
            raise self._invalid(key, f"projection.{key}.range needs to be two dates that are sequential")
        unit = (self._get(key, "interval.unit") or _finest(pattern)).strip().upper()
        if unit not in ("DAYS", "MONTHS") and self._get(key, "interval.unit") is None:
            raise self._invalid(
                key, f"projection.{key}.interval.unit is missing, which only days and months do without"
            )
        unit = unit if unit.endswith("S") else f"{unit}S"
        step = self._whole(key, "interval", 1)
        if unit not in _UNITS:
            raise self._invalid(key, f"interval of {step} {unit}")
        values: dict[str, None] = {}
        moment, iso = first, self.iso.get(key)
        for _ in range(_MAX_VALUES + 1):
            if moment > last:
                break
            values[moment.isoformat(" ")[:iso] if iso else format_java(moment, pattern)] = None
            try:  # from the one before, as Trino's DateProjection does: months stay at the 28th that the 31st fell back to
                moment = _plus(moment, step, unit)
            except (OverflowError, ValueError):  # beyond the year 9999, as every further one
                break
        else:
            raise self._invalid(key, "its range has too many values")
        return [*values]

    def _bound(self, key: str, text: str, pattern: str, now: datetime) -> datetime:
        if match := _NOW.match(text):
            sign, amount, unit = match.groups()
            moment = _plus(now, int(amount) * (-1 if sign == "-" else 1), f"{unit.upper()}S") if amount else now
            text = format_java(moment, pattern)  # no finer than the format: the first of a day's moments is that day
        try:
            return datetime.strptime(text, _strptime(pattern))
        except ValueError as error:
            raise self._invalid(key, f"'{text}' does not follow the format {pattern}") from error


def _plus(moment: datetime, amount: int, unit: str) -> datetime:
    if unit in ("YEARS", "MONTHS"):
        months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "YEARS" else 1)
        year, month = divmod(months, 12)
        return moment.replace(year=year, month=month + 1, day=min(moment.day, _days_in(year, month + 1)))
    if unit == "MILLIS":
        return moment + timedelta(milliseconds=amount)
    return moment + timedelta(**{unit.lower(): amount})


def _days_in(year: int, month: int) -> int:
    following = datetime(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _tokens(pattern: str) -> list[tuple[str, bool]]:
    """A Java date pattern as (text, is it letters of a field)."""
    found = []
    for match in _JAVA.finditer(pattern):
        if match[0] == "''":
            found.append(("'", False))
        elif match[0].startswith("'"):
            found.append((match[1].replace("''", "'"), False))
        else:
            found.append((match[0], match[2] is not None))
    return found


def _strptime(pattern: str) -> str:
    padded = {name: _STRFTIME[name * 2] for name in _UNPADDED}
    return "".join(
        ({**_STRFTIME, **padded}.get(text, text) if field else text.replace("%", "%%"))
        for text, field in _tokens(pattern)
    )


def format_java(moment: datetime, pattern: str) -> str:
    """*moment* in a Java ``DateTimeFormatter`` pattern."""
    parts = []
    for text, is_field in _tokens(pattern):
        if not is_field:
            parts.append(text)
        elif text in _UNPADDED:
            parts.append(str(getattr(moment, _UNPADDED[text])))
        elif text == "SSS":
            parts.append(f"{moment.microsecond // 1000:03}")
        elif text in _STRFTIME:
            parts.append(f"{moment.year:04}" if _STRFTIME[text] == "%Y" else moment.strftime(_STRFTIME[text]))
        else:
            raise AthenaError(
                "INVALID_TABLE_PROPERTY", f"Date format {pattern}: '{text}' is not supported by local Athena"
            )
    return "".join(parts)


def _finest(pattern: str) -> str:
    """AWS's default unit: a day for formats of days, a month for months; otherwise the property is required."""
    letters = {text[0] for text, field in _tokens(pattern) if field}
    for letter, unit in (
        ("S", "MILLIS"),
        ("s", "SECONDS"),
        ("m", "MINUTES"),
        ("H", "HOURS"),
        ("d", "DAYS"),
        ("M", "MONTHS"),
    ):
        if letter in letters:
            return unit
    return "YEARS"
