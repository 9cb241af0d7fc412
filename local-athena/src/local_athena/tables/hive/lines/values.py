"""DuckDB expressions from the text of one value to a value of its type, as each SerDe reads it.

What cannot be read is NULL here; who asks decides whether that is an error.
https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/HiveFormatUtils.java
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.values.types import to_duckdb
from local_athena.tables.hive.description.formats import Format
from local_athena.tables.hive.description.patterns import MILLIS, strptime, timestamp_formats

TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR}
INTEGERS = {exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT}
TIMESTAMPS = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ}
FLOATS = {exp.DType.FLOAT, exp.DType.DOUBLE}
_MOMENT = r"\d{1,4}-\d{1,2}-\d{1,2}[ Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,9})?"
_LENIENT_MOMENT = r"[+-]?\d+-\d+-\d+([ Tt]\d+:\d+:\d+(\.\d*)?|[Tt]\d+:\d+)"
"""Whatever Java's lenient parser may read, which carries month 13 and minute 65 over."""
_MOST_MILLIS = 9223372036854775


def literal(text: str) -> str:
    """A DuckDB string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def sized(text: str, kind: exp.DataType) -> str:
    """Text of varchar(n), cut to its length."""
    most = size(kind)
    return text if most is None else f"left({text}, {most})"


def size(kind: exp.DataType) -> int | None:
    """The most characters of varchar(n) or char(n), None where they are not bounded."""
    most = next((part.name for part in kind.expressions), "")
    return int(most) if most.isdigit() else None


def of_text(form: Format, text: str, kind: exp.DataType) -> str:
    """A value of LazySimpleSerDe (fractions of whole numbers are cut), of RegexSerDe and GrokSerDe (Java's parsers)."""
    java = form.kind in ("regex", "grok")
    if kind.this in TEXT:
        return sized(text, kind)
    if kind.this == exp.DType.BOOLEAN:
        other = "ELSE false" if java else "WHEN 'false' THEN false"
        return f"CASE WHEN {text} IS NOT NULL THEN CASE lower({text}) WHEN 'true' THEN true {other} END END"
    if kind.this in INTEGERS:
        target = to_duckdb(kind)
        if java:
            return f"TRY_CAST(regexp_extract({text}, '^[+-]?\\d+$') AS {target})"
        whole = rf"TRY_CAST(regexp_extract({text}, '^([+-]?\d+)(?:\.\d*)?$', 1) AS {target})"
        return f"coalesce({whole}, CASE WHEN regexp_matches({text}, '^[+-]?\\.\\d*$') THEN CAST(0 AS {target}) END)"
    if kind.this == exp.DType.DATE:
        return _date(text, fails=not java)
    if kind.this in TIMESTAMPS:
        own = [*_formatted(form, text)] if form.kind == "text" else []
        return _first([*own, _moment(text, fails=not java)])
    return _number(text, kind)


def of_csv(text: str, kind: exp.DataType) -> str:
    """A value of OpenCSVSerde: dates are days and timestamps milliseconds since 1970, nothing else.

    https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html#csv-serde-opencsvserde-considerations-string
    """
    if kind.this in TEXT:
        return sized(text, kind)
    if kind.this == exp.DType.DATE:
        return f"DATE '1970-01-01' + TRY_CAST({_whole(text)} AS INTEGER)"
    if kind.this in TIMESTAMPS:
        return f"CAST(epoch_ms(TRY_CAST({_whole(text)} AS BIGINT)) AS {to_duckdb(kind)})"
    if kind.this == exp.DType.BOOLEAN:
        return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if kind.this in INTEGERS:
        return f"TRY_CAST({_whole(text)} AS {to_duckdb(kind)})"
    return _number(text, kind)


def of_json_key(form: Format, text: str, kind: exp.DataType) -> str:
    """A key of a map of the JSON SerDes: to Hive's, a whole number has neither a fraction nor an exponent there, and a moment no
    format of the table's own."""
    if kind.this in INTEGERS and not form.openx:
        return f"TRY_CAST({_whole(text)} AS {to_duckdb(kind)})"
    if kind.this in TIMESTAMPS and not form.openx:
        return _moment(text)
    return of_json(form, text, kind)


def of_json(form: Format, text: str, kind: exp.DataType) -> str:
    """A scalar of the JSON SerDes, from its text.

    https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/openxjson/README.md
    """
    if kind.this in TEXT:
        return sized(text, kind)
    if kind.this == exp.DType.VARBINARY:
        return f"TRY(from_base64({text}))" if form.openx else f"encode({text})"
    if kind.this == exp.DType.BOOLEAN:
        return f"(lower({text}) = 'true')"
    if kind.this in INTEGERS:
        if kind.this == exp.DType.TINYINT and not form.openx:
            return _byte(text)
        target = to_duckdb(kind)
        wide = f"TRY_CAST(trunc(TRY_CAST({_decimal(text)} AS DECIMAL(38, 10))) AS {target})"
        read = f"coalesce(TRY_CAST({_whole(text)} AS {target}), {wide})"
        based = rf"regexp_matches({text}, '^0([xX]|\d+$)')"
        return (
            f"CASE WHEN {based} THEN TRY_CAST(trino_line_whole({text}) AS {target}) ELSE {read} END"
            if form.openx
            else read
        )
    if kind.this == exp.DType.DATE:
        days = [_of_days(f"TRY_CAST(trino_line_whole({text}) AS BIGINT)")] if form.openx else []
        return _first([_date(text), *days])
    if kind.this in TIMESTAMPS:
        own = [_moment(text), *_openx_moments(text)] if form.openx else [_moment(text)]
        return f"CAST({_first([*_formatted(form, text), *own])} AS {to_duckdb(kind)})"
    return _number(text, kind)


def _byte(text: str) -> str:
    """A tinyint of Hive's JSON: 128 to 255 are -128 to -1."""
    number = f"trunc(TRY_CAST({_decimal(text)} AS DECIMAL(38, 10)))"
    return (
        f"CASE WHEN {number} BETWEEN -128 AND 127 THEN CAST({number} AS TINYINT) "
        f"WHEN {number} BETWEEN 128 AND 255 THEN CAST({number} - 256 AS TINYINT) END"
    )


def _openx_moments(text: str) -> Sequence[str]:
    """With a zone; as seconds with a fraction; as milliseconds of 13 digits or more, or as seconds."""
    zone = r"([zZ]|[+-]\d\d:?\d\d)"
    zoned = f"regexp_full_match({text}, '{_MOMENT}{zone}')"
    zoned_text = f"upper({text})"
    whole = f"TRY_CAST({_whole(text)} AS BIGINT)"
    seconds = rf"regexp_extract({text}, '^[+-]?(\d+\.\d*|\.\d+)$')"
    return (
        f"CASE WHEN {zoned} THEN {milli(f"TRY_CAST({zoned_text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'")} END",
        _lenient_moment(text, _LENIENT_MOMENT + zone),
        f"TRY(epoch_ms(CASE WHEN length({text}) >= 13 THEN {whole} ELSE {whole} * 1000 END))",
        f"TRY(epoch_ms(TRY_CAST(trunc(TRY_CAST({seconds} AS DECIMAL(38, 10)) * 1000) AS BIGINT)))",
    )


def _first(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"coalesce({', '.join(choices)})"


def _whole(text: str) -> str:
    return rf"regexp_extract({text}, '^[+-]?\d+$')"


def _decimal(text: str) -> str:
    return rf"regexp_extract({text}, '^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$')"


def no_decimal(text: str) -> str:
    """A condition of text that is no number in digits, of any length."""
    return rf"NOT regexp_matches({text}, '^\x{{FDD0}}?[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$')"


def _number(text: str, kind: exp.DataType) -> str:
    """Java's doubles and decimals: no blanks, no underscores, ``NaN`` and ``Infinity`` as they are spelled."""
    target = to_duckdb(kind)
    if kind.this in FLOATS:
        plain = rf"regexp_extract(trim({text}), '^([+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity)|NaN)$')"
        java = f"TRY_CAST(trino_line_double({text}) AS {target})"
        other = rf"CASE WHEN regexp_matches({text}, '\d[fFdDpP]|^[+-]NaN|\s') THEN {java} END"
        return f"coalesce(TRY_CAST({plain} AS {target}), {other})"
    if kind.this == exp.DType.DECIMAL:
        return f"TRY_CAST({_decimal(text)} AS {target})"
    return f"TRY_CAST({text} AS {target})"


def _date(text: str, fails: bool = False) -> str:
    """A date; with *fails*, one that is beyond Trino's is an error."""
    plain = rf"TRY_CAST(regexp_extract(trim({text}), '^(\d{{1,4}}-\d{{1,2}}-\d{{1,2}})( .*)?$', 1) AS DATE)"
    lenient = _of_days(f"trino_line_day({text})", fails)
    return rf"coalesce({plain}, CASE WHEN regexp_matches({text}, '\d-[+-]?\d+-[+-]?\d') THEN {lenient} END)"


def _of_days(days: str, fails: bool = False) -> str:
    """The date *days* after 1970. DuckDB's two first days and its last are infinities, not dates."""
    refused = errors.raise_sql(
        "NOT_SUPPORTED", "The first two dates and the last are not supported by local Athena", "DATE"
    )
    beyond = f"WHEN {days} IS NOT NULL THEN {_overflow('integer', 'DATE')}" if fails else ""
    return (
        f"CASE WHEN abs({days}) <= 2147483646 THEN DATE '1970-01-01' + CAST({days} AS INTEGER) "
        f"WHEN {days} BETWEEN -2147483648 AND 2147483647 THEN {refused} {beyond} END"
    )


def _overflow(kind: str, of: str) -> str:
    return errors.raise_sql("HIVE_CURSOR_ERROR", f"Failed to read file: {kind} overflow", of)


def _moment(text: str, fails: bool = False) -> str:
    """A date and a time of day; with *fails*, one that is beyond Trino's is an error."""
    plain = milli(f"TRY_CAST(upper(trim({text})) AS TIMESTAMP)")
    plain = f"CASE WHEN regexp_full_match(trim({text}), '{_MOMENT}') THEN {plain} END"
    return f"coalesce({plain}, {_lenient_moment(text, _LENIENT_MOMENT, fails)})"


def _lenient_moment(text: str, pattern: str, fails: bool = False) -> str:
    millis = f"trino_line_moment({text})"
    beyond = f"WHEN {millis} IS NOT NULL THEN {_overflow('long', 'TIMESTAMP')}" if fails else ""
    read = f"CASE WHEN abs({millis}) <= {_MOST_MILLIS} THEN epoch_ms({millis}) {beyond} END"
    return f"CASE WHEN regexp_full_match(trim({text}), '{pattern}') THEN {read} END"


def milli(moment: str) -> str:
    """*moment*, rounded to the milliseconds that Athena's timestamps of Hive tables have."""
    return f"date_trunc('millisecond', {moment} + to_microseconds(500))"


def milli_of_nanos(moment: str) -> str:
    """As ``milli``, of nanoseconds."""
    shifted = f"(epoch_ns({moment}) + 500000)"
    return f"epoch_ms(({shifted} - (({shifted} % 1000000) + 1000000) % 1000000) // 1000000)"


_YEAR = re.compile(r"(?<!%)(?:%%)*%[Yy]")
_DAYS_TO_1970 = 25567


def _formatted(form: Format, text: str) -> Sequence[str]:
    made = []
    for pattern in timestamp_formats(form.get("timestamp.formats") or ""):
        if pattern.lower() == MILLIS:
            made.append(f"epoch_ms(TRY_CAST(regexp_extract({text}, '^(-?\\d+)(\\.\\d+)?$', 1) AS BIGINT))")
            continue
        spelled = strptime(pattern)
        parsed = f"try_strptime({text}, {literal(spelled)})"
        if not _YEAR.search(spelled):  # Java begins at 1970, DuckDB at 1900, neither of them a leap year
            parsed = f"({parsed} + to_days({_DAYS_TO_1970}))"
        made.append(f"{parsed} AT TIME ZONE 'UTC'" if "%z" in spelled else parsed)
    return made
