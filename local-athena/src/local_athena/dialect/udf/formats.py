"""``format()``, which is Java's Formatter: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Formatter.html."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from local_athena.dialect.udf.dates import zone_name
from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.numbers import java_double

SPEC = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT][a-zA-Z]|[a-zA-Z%])")


def formatted(pattern: str, values: list[str | None]) -> str:
    """Java's ``String.format``. Each value comes as a letter for its kind and its text."""
    place, last = 0, len(values)  # of the next value, and of the one that was shown last

    def spec(m: re.Match[str]) -> str:
        nonlocal place, last
        position, flags, width, precision, conversion = m.groups()
        if wrong := _unfit(m[0], flags, width, precision, conversion):
            raise invalid(f"Invalid format string: {pattern} ({wrong})")
        if conversion == "%":
            return _padded("%", flags, width)
        if conversion == "n":
            return "\n"
        if position:
            last = int(position) - 1
            if last < 0:
                wrong = "IllegalFormatArgumentIndex: Illegal format argument index = 0"
                raise invalid(f"Invalid format string: {pattern} ({wrong})")
        elif "<" not in flags:
            last, place = place, place + 1
        if last >= len(values):
            raise invalid(f"Invalid format string: {pattern} (MissingFormatArgument: Format specifier '{m[0]}')")
        return _one(pattern, m[0], values[last], flags, width, precision, conversion)

    if re.sub(SPEC, "", pattern).count("%"):
        raise invalid(f"Invalid format string: {pattern} (UnknownFormatConversion: Conversion = '%')")
    return SPEC.sub(spec, pattern)


_FLAGS = {
    "d": "-+ 0,(<",
    "x": "-#0<",
    "o": "-#0<",
    "e": "-#+ 0(<",
    "f": "-#+ 0,(<",
    "g": "-+ 0,(<",
    "a": "-#+ 0<",
    "%": "-",
    "n": "",
}


_MOST = 1_000_000
_CONVERSIONS = "bBhHsScCdoxXeEfgGaAtT%n"


def _unfit(spec: str, flags: str, width: str | None, precision: str | None, conversion: str) -> str:
    """Java's exception for flags, a width and a precision that do not go together or with this conversion, or nothing:
    https://github.com/openjdk/jdk/blob/jdk-17-ga/src/java.base/share/classes/java/util/Formatter.java
    """
    lower = conversion[0].lower()
    if twice := [flag for at, flag in enumerate(flags) if flag in flags[:at]]:
        return f"DuplicateFormatFlags: Flags = '{twice[0]}'"
    if conversion[0] not in _CONVERSIONS:
        return f"UnknownFormatConversion: Conversion = '{conversion}'"
    if max(int(width or 0), int(precision or 0)) > _MOST:
        raise Failure(f"NOT_SUPPORTED: {spec} of more than {_MOST} characters is not supported by local Athena")
    if precision is not None and lower not in "sbhefga":
        return f"IllegalFormatPrecision: {precision}"
    if lower == "t" and conversion[1:] not in _DATE_PARTS.keys() | _ZONE_PARTS | {*"CLN"}:
        return f"UnknownFormatConversion: Conversion = 't{conversion[1:]}'"
    if lower == "n" and width is not None:
        return f"IllegalFormatWidth: {width}"
    if width is None and ("-" in flags or ("0" in flags and lower in "doxefga")):
        return f"MissingFormatWidth: {spec}"
    unknown = [flag for flag in "#+ 0,(" if flag in flags and flag not in _FLAGS.get(lower, "-<")]
    if (set("-0") <= set(flags) and "0" not in unknown) or set("+ ") <= set(flags) or (lower in "%n" and unknown):
        return f"IllegalFormatFlags: Flags = '{''.join(flag for flag in '-#+ 0,(<' if flag in flags)}'"
    return f"FormatFlagsConversionMismatch: Conversion = {conversion[-1]}, Flags = {unknown[0]}" if unknown else ""


def _padded(text: str, flags: str, width: str | None) -> str:
    size = int(width or 0)
    return text.ljust(size) if "-" in flags else text.rjust(size)


_CLASSES = {"d": "java.lang.Long", "f": "java.lang.Double", "m": "java.math.BigDecimal", "b": "java.lang.Boolean"}


def _of_another_type(pattern: str, kind: str, text: str, conversion: str) -> Failure:
    """Java's exception for a value that the conversion does not take."""
    held = _CLASSES.get(kind, "java.lang.String")
    if kind == "t":
        zoned, clock = text.count(" ") > 1, ":" in text
        held = f"java.time.{'Zoned' if zoned else 'Local'}{'DateTime' if ' ' in text else 'Time' if clock else 'Date'}"
    return invalid(f"Invalid format string: {pattern} (IllegalFormatConversion: {conversion[-1]} != {held})")


def _one(
    pattern: str,
    spec: str,
    value: str | None,
    flags: str,
    width: str | None,
    precision: str | None,
    conversion: str,
) -> str:
    kind, text = (value[0], value[1:]) if value is not None else ("n", "null")
    lower = conversion.lower()
    if len(conversion) == 2:
        if value is not None and kind != "t":
            raise _of_another_type(pattern, kind, text, conversion)
        made = _date_part(spec, text, conversion[1]) if value is not None else "null"
        if made is None:
            raise _of_another_type(pattern, kind, text, conversion)
        return _padded(made.upper() if conversion[0] == "T" else made, flags, width)
    if lower in "ah" and value is not None:
        raise Failure(f"NOT_SUPPORTED: The conversion {spec} of format() is not supported by local Athena")
    if value is None and lower in "dfegxosbcah":
        made = _cut("false" if lower == "b" else "null", precision)
    elif lower == "s":
        made = _cut(_shown(kind, text), precision)
    elif lower == "b":
        made = _cut(text if kind == "b" else "true", precision)
    elif (lower == "d" and kind == "d") or (lower in "feg" and kind in "fm"):
        return _number(text, flags, width, precision, lower, conversion)
    elif lower in "xo" and kind == "d":
        number = int(text) & (2**64 - 1) if int(text) < 0 else int(text)
        prefix = {"x": "0x", "o": "0"}[lower] if "#" in flags else ""
        digits = f"{number:{lower}}"
        made = prefix + (digits.rjust(int(width or 0) - len(prefix), "0") if "0" in flags else digits)
    else:
        raise _of_another_type(pattern, kind, text, conversion)
    return _padded(made.upper() if conversion.isupper() else made, flags, width)


def _cut(text: str, precision: str | None) -> str:
    """Java cuts what is no number to its precision, and so NULL as well: ``%.2f`` gives ``nu``."""
    return text[: int(precision)] if precision is not None else text


def _shown(kind: str, text: str) -> str:
    """A value as its Java object shows itself."""
    if kind == "f":
        return java_double(float(text))
    if kind == "m":
        return str(Decimal(text))
    if kind == "t" and " " in text:  # LocalDateTime and ZonedDateTime leave out seconds that are zero
        day, clock, *zone = text.split(" ")
        region = f"[{zone[0]}]" if zone and zone[0][0] not in "+-" else ""
        return f"{day}T{_clock(clock)}{zone[1] if zone else ''}{region}"
    return _clock(text) if kind == "t" and ":" in text else text


def _clock(text: str) -> str:
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        return f"{whole}.{fraction.ljust(-(-len(fraction) // 3) * 3, '0')}"
    return whole.removesuffix(":00") if whole.count(":") == 2 else whole


_DATE_PARTS = {
    "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "e": "%-d", "B": "%B", "b": "%b", "h": "%b", "A": "%A", "a": "%a", "j": "%j",
    "H": "%H", "k": "%-H", "I": "%I", "l": "%-I", "M": "%M", "S": "%S", "p": "%p", "F": "%Y-%m-%d", "D": "%m/%d/%y",
    "T": "%H:%M:%S", "R": "%H:%M", "r": "%I:%M:%S %p",
}  # fmt: skip

_CLOCK_PARTS = "HkIlMSpTRrLN"
_ZONE_PARTS = {*"zZscQ"}


def _date_part(spec: str, text: str, part: str) -> str | None:
    """``%tY`` and its sisters; None for what a date, a time or a timestamp does not know of itself."""
    day, clock, *zone = text.split(" ") if " " in text else ("2000-01-01", text) if ":" in text else (text, "")
    if (part in _CLOCK_PARTS and not clock) or (part in _ZONE_PARTS and not zone):
        return None
    if part not in _CLOCK_PARTS and ":" in text and " " not in text:
        return None
    try:
        moment = datetime.fromisoformat(f"{day} {clock}" if clock else day)
    except ValueError:
        raise Failure(f"NOT_SUPPORTED: {spec} of a year outside 1 to 9999 is not supported by local Athena") from None
    if part in "LN":
        return clock.partition(".")[2].ljust(9, "0")[: 3 if part == "L" else 9]
    if part == "C":
        return f"{moment.year // 100:02d}"
    if part in _ZONE_PARTS:
        return _zoned_part(moment, zone[0], zone[1], part)
    made = moment.strftime(_DATE_PARTS[part])
    return made.lower() if part == "p" else made


def _zoned_part(moment: datetime, region: str, offset: str, part: str) -> str:
    if part == "z":
        return "+0000" if offset == "Z" else offset.replace(":", "")
    minutes = 0 if offset == "Z" else int(offset[0] + offset[1:3]) * 60 + int(offset[0] + offset[4:6])
    if part in "sQ":
        since = moment - timedelta(minutes=minutes) - datetime(1970, 1, 1)  # floor: as Java counts before 1970
        return str(since // timedelta(milliseconds=1 if part == "Q" else 1000))
    name = zone_name(moment, region, minutes, long=False)
    return name if part == "Z" else f"{moment:%a %b %d %H:%M:%S} {name} {moment:%Y}"


def _number(text: str, flags: str, width: str | None, precision: str | None, lower: str, conversion: str) -> str:
    number = Decimal(text)  # which reads nan and inf, too
    if number.is_nan():
        return _padded(_cased("NaN", conversion), flags, width)
    sign, end = "+" if "+" in flags else " " if " " in flags else "", ""
    if number < 0:
        sign, end = ("(", ")") if "(" in flags else ("-", "")
    if number.is_infinite():
        return _padded(_cased(f"{sign}Infinity{end}", conversion), flags, width)
    made = _cased(_magnitude(number, flags, precision, lower), conversion)
    if "0" in flags:
        made = made.rjust(int(width or 0) - len(sign + end), "0")
    return _padded(sign + made + end, flags, width)


def _magnitude(number: Decimal, flags: str, precision: str | None, lower: str) -> str:
    digits = 0 if lower == "d" else int(precision) if precision is not None else 6
    if lower == "e":
        return _scientific(number, digits)
    if lower == "g":
        digits = digits or 1
        number = _to_digits(number, digits)
        size = number.adjusted() if number else 0
        if not -4 <= size < digits:
            return _scientific(number, digits - 1)
        digits -= size + 1
    enough = Context(prec=digits + max(number.adjusted(), 0) + 2)
    exact = abs(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=enough)
    return f"{exact:,f}" if "," in flags else f"{exact:f}"


def _scientific(number: Decimal, digits: int) -> str:
    number = _to_digits(number, digits + 1)
    shown = "".join(map(str, number.as_tuple().digits)).ljust(digits + 1, "0")[: digits + 1]
    return f"{shown[0]}{'.' if digits else ''}{shown[1:]}e{number.adjusted() if number else 0:+03d}"


def _cased(text: str, conversion: str) -> str:
    return text.upper() if conversion.isupper() else text


def _to_digits(number: Decimal, digits: int) -> Decimal:
    """The size of *number* to its first *digits*, a tie going up as in Java."""
    with localcontext(rounding=ROUND_HALF_UP, prec=digits):
        return +abs(number)


FUNCTIONS = (("format", formatted, "VARCHAR VARCHAR[]", "VARCHAR"),)
