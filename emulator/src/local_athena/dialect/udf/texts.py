"""Text: soundex, normalisation, Java's Formatter, UTF-8 decoding, check digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.numbers import java_double

_SOUNDEX = {c: d for d, letters in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for c in letters}


def soundex(text: str) -> str:
    """American Soundex, as https://trino.io/docs/current/functions/string.html#soundex."""
    letters = [c for c in text.upper() if c.isalpha()]
    if not letters:
        return ""
    if any(ord(c) > 127 for c in letters):
        raise invalid(f"The character is not mapped: {letters[0]}")
    code, last = letters[0], _SOUNDEX.get(letters[0])
    for c in letters[1:]:
        digit = _SOUNDEX.get(c)
        if digit and digit != last:
            code += str(digit)
        if c not in "HW":
            last = digit
    return (code + "000")[:4]


def normalize(text: str, form: str) -> str:
    if form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise invalid(f"Normalization form must be one of [NFD, NFC, NFKD, NFKC]: {form}")
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


def luhn_check(text: str) -> bool:
    if not text.isdigit():
        raise invalid("Input must be composed of digits") if text else invalid("Input must not be empty")
    total = 0
    for i, c in enumerate(reversed(text)):
        digit = int(c) * (2 if i % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def from_utf8(data: bytes, replacement: str) -> str:
    if len(replacement) > 1:
        raise invalid("Replacement character string must empty or a single character")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _repaired(data, replacement)


def _repaired(data: bytes, replacement: str) -> str:
    """Trino replaces a whole sequence that is too long for its character or stands for half of a pair; Python each byte."""
    made, at = "", 0
    while at < len(data):
        lead = data[at]
        size = (
            1
            if lead < 0xC0
            else 2
            if lead < 0xE0
            else 3
            if lead < 0xF0
            else 4
            if lead < 0xF8
            else 5
            if lead < 0xFC
            else 6
        )
        size = 1 if lead >= 0xFE else size
        taken = 1
        while taken < size and at + taken < len(data) and data[at + taken] & 0xC0 == 0x80:
            taken += 1
        try:
            made += data[at : at + taken].decode()
        except UnicodeDecodeError:
            made += replacement
        at += taken
    return made


_SPEC = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT][a-zA-Z]|[a-zA-Z%])")


def formatted(pattern: str, values: list[str | None]) -> str:
    """Java's ``String.format``. Each value comes as a letter for its kind and its text."""
    place = 0

    def spec(m: re.Match[str]) -> str:
        nonlocal place
        position, flags, width, precision, conversion = m.groups()
        if conversion == "%":
            return _padded("%", flags, width)
        if conversion == "n":
            return "\n"
        if position:
            index = int(position) - 1
        else:
            index, place = place, place + 1
        if index >= len(values):
            raise invalid(f"Invalid format string: {pattern} (Format specifier '{m[0]}')")
        return _one(m[0], values[index], flags, width, precision, conversion)

    if re.sub(_SPEC, "", pattern).count("%"):
        raise invalid(f"Invalid format string: {pattern}")
    return _SPEC.sub(spec, pattern)


def _padded(text: str, flags: str, width: str | None) -> str:
    size = int(width or 0)
    return text.ljust(size) if "-" in flags else text.rjust(size)


def _one(spec: str, value: str | None, flags: str, width: str | None, precision: str | None, conversion: str) -> str:
    kind, text = (value[0], value[1:]) if value is not None else ("n", "null")
    lower = conversion.lower()
    if len(conversion) == 2:
        if value is not None and kind != "t":
            raise invalid(f"Invalid format string: {spec} for a value of another type: {text}")
        made = _date_part(spec, text, conversion[1]) if value is not None else "null"
        return _padded(made.upper() if conversion[0] == "T" else made, flags, width)
    if value is None and lower in "dfegxosbc":
        made = "false" if lower == "b" else "null"
    elif lower == "s":
        made = _shown(kind, text)
        made = made[: int(precision)] if precision else made
    elif lower == "b":
        made = text if kind == "b" else "true"
    elif (lower == "d" and kind == "d") or (lower in "feg" and kind in "fm"):
        return _number(text, flags, width, precision, lower, conversion)
    elif lower in "xo" and kind == "d":
        number = int(text) & (2**64 - 1) if int(text) < 0 else int(text)
        made = f"{number:{'#' if '#' in flags else ''}{lower}}"
        if "0" in flags:
            made = made.rjust(int(width or 0), "0")
    elif lower == "c" and kind == "d":
        made = chr(int(text))
    else:
        raise invalid(f"Invalid format string: {spec} for a value of another type: {text}")
    return _padded(made.upper() if conversion.isupper() else made, flags, width)


def _shown(kind: str, text: str) -> str:
    """A value as its Java object shows itself."""
    if kind == "f":
        return java_double(float(text))
    if kind == "t" and " " in text:  # LocalDateTime and ZonedDateTime leave out seconds that are zero
        day, clock, *zone = text.split(" ")
        region = f"[{zone[0]}]" if zone and zone[0][0] not in "+-" else ""
        return f"{day}T{_clock(clock)}{zone[1] if zone else ''}{region}"
    return _clock(text) if kind == "t" and ":" in text else text


def _clock(text: str) -> str:
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        return f"{whole}.{fraction.ljust(3 if len(fraction) < 4 else 6, '0')}"
    return whole.removesuffix(":00") if whole.count(":") == 2 else whole


_DATE_PARTS = {
    "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "e": "%-d", "B": "%B", "b": "%b", "h": "%b", "A": "%A", "a": "%a", "j": "%j",
    "H": "%H", "k": "%-H", "I": "%I", "l": "%-I", "M": "%M", "S": "%S", "p": "%p", "F": "%Y-%m-%d", "D": "%m/%d/%y",
    "T": "%H:%M:%S", "R": "%H:%M", "r": "%I:%M:%S %p",
}  # fmt: skip


def _date_part(spec: str, text: str, part: str) -> str:
    """``%tY`` and its sisters: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Formatter.html#dt."""
    if part not in _DATE_PARTS:
        raise invalid(f"Invalid format string: {spec}")
    moment = datetime.fromisoformat(" ".join(text.split(" ")[:2]))
    made = moment.strftime(_DATE_PARTS[part])
    return made.lower() if part == "p" else made


def _number(text: str, flags: str, width: str | None, precision: str | None, lower: str, conversion: str) -> str:
    if text.lower() in ("nan", "inf", "-inf"):
        return _padded({"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text.lower()], flags, width)
    number = Decimal(text)
    digits = 0 if lower == "d" else int(precision) if precision is not None else 6
    if lower == "g":
        made = f"{_half_up(number, (digits or 1) - 1):#.{digits or 1}g}"
    elif lower == "e":
        made = f"{_half_up(number, digits):.{digits}e}"
    else:
        exact = abs(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        made = f"{exact:,f}" if "," in flags else f"{exact:f}"
    made = made.upper() if conversion.isupper() else made
    negative = number < 0
    if negative and "(" in flags:
        made = f"({made})"
    sign = (
        "" if "(" in flags and negative else "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    )
    if "0" in flags:
        made = made.rjust(int(width or 0) - len(sign), "0")
    return _padded(sign + made, flags, width)


def _half_up(number: Decimal, digits: int) -> float:
    """The size of *number* to *digits* after its first, a tie going up as in Java."""
    with localcontext(rounding=ROUND_HALF_UP, prec=digits + 1):
        return float(+abs(number))


def split_to_map(text: str, entries: str, pairs: str) -> dict[str, str]:
    result: dict[str, str] = {}
    for key, value in _pairs(text, entries, pairs):
        if key in result:
            raise invalid(
                f"Duplicate keys ({key}) are not allowed. Specifying a lambda to resolve conflicts can avoid this error"
            )
        result[key] = value
    return result


def split_to_multimap(text: str, entries: str, pairs: str) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for key, value in _pairs(text, entries, pairs):
        result.setdefault(key, []).append(value)
    return result


def _pairs(text: str, entries: str, pairs: str) -> list[tuple[str, str]]:
    if not entries or not pairs:
        raise invalid("entryDelimiter is empty" if not entries else "keyValueDelimiter is empty")
    if entries == pairs:
        raise invalid("entryDelimiter and keyValueDelimiter must not be the same")
    result = []
    for entry in text.split(entries):
        key, found, value = entry.partition(pairs)
        if not entry and entry == text.split(entries)[-1]:
            continue
        if not found or pairs in value:
            raise invalid(f"Key-value delimiter must appear exactly once in each entry. Bad input: '{entry}'")
        result.append((key, value))
    return result


def strpos(text: str, part: str, instance: int) -> int:
    if instance == 0:
        raise invalid("'instance' must be a positive or negative number.")
    if not part:
        return 1
    at = -1 if instance > 0 else len(text)
    for _ in range(abs(instance)):
        at = (
            text.find(part, at + 1)
            if instance > 0
            else (text.rfind(part, 0, at + len(part) - 1) if at + len(part) - 1 >= 0 else -1)
        )
        if at < 0:
            return 0
    return at + 1


def levenshtein(left: str, right: str) -> int:
    """Edit distance in characters; DuckDB's counts bytes."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def pad(data: bytes, size: int, padding: bytes, left: bool) -> bytes:
    if not padding:
        raise invalid("Padding bytes must not be empty")
    if size < 0:
        raise invalid("Target length must be in the range [0..2147483647]")
    missing = size - len(data)
    if missing <= 0:
        return data[:size]
    added = (padding * (missing // len(padding) + 1))[:missing]
    return added + data if left else data + added


def char2hexint(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


FUNCTIONS = (
    ("soundex", soundex, "VARCHAR", "VARCHAR"), ("normalize", normalize, "VARCHAR VARCHAR", "VARCHAR"),
    ("luhn_check", luhn_check, "VARCHAR", "BOOLEAN"), ("from_utf8", from_utf8, "BLOB VARCHAR", "VARCHAR"),
    ("format", formatted, "VARCHAR VARCHAR[]", "VARCHAR"),
    ("split_to_map", split_to_map, "VARCHAR VARCHAR VARCHAR", "MAP(VARCHAR,VARCHAR)"),
    ("split_to_multimap", split_to_multimap, "VARCHAR VARCHAR VARCHAR", "MAP(VARCHAR,VARCHAR[])"),
    ("levenshtein", levenshtein, "VARCHAR VARCHAR", "BIGINT"), ("pad", pad, "BLOB BIGINT BLOB BOOLEAN", "BLOB"),
    ("char2hexint", char2hexint, "VARCHAR", "VARCHAR"),
    ("strpos", strpos, "VARCHAR VARCHAR BIGINT", "BIGINT"),
)  # fmt: skip
