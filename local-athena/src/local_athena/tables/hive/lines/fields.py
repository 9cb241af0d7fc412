"""From lines to fields, as each SerDe of text cuts them.

LazySimpleSerDe: https://github.com/apache/hive/blob/master/serde/src/java/org/apache/hadoop/hive/serde2/lazy/LazyUtils.java;
RegexSerDe, GrokSerDe and OpenCSVSerde: https://github.com/trinodb/trino/tree/master/lib/trino-hive-formats (package ``line``).
"""

from __future__ import annotations

import re  # for its types: those of `regex`, which has none, do the same
from collections.abc import Callable
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.regexps import compiled
from local_athena.errors import AthenaError
from local_athena.tables.hive.description.delimiters import Delimiters, delimiters
from local_athena.tables.hive.description.formats import Format, csv_marks
from local_athena.tables.hive.lines import csv_fields, grok

FIELDS = pa.schema([("fields", pa.list_(pa.string()))])
_LIST = FIELDS.field(0).type


def parser(form: Format) -> tuple[str, Callable[[pa.Array], pa.Array]]:
    """A name that tells two ways of cutting apart, and the way: from an array of lines to one of lists of fields."""
    if form.kind == "opencsv":
        marks = csv_marks(form)
        return f"opencsv:fields:{marks}", partial(_quoted_fields, marks)
    if form.kind in ("regex", "grok"):
        pattern = line_pattern(form)
        kind, cut = ("regex", _matched) if form.kind == "regex" else ("grok:captures", _captured)
        return f"{kind}:{pattern.pattern}:{pattern.flags}", partial(cut, pattern)
    between = delimiters(form.properties, form.serde == "multidelimitserde")
    if between.escape is None:
        return f"text:{between.field!r}", partial(_split_fields, between.field)
    return f"text:{between.field!r}:{between.escape!r}:{between.nested!r}", partial(_escaped_fields, between)


def line_pattern(form: Format) -> re.Pattern[str]:
    """The pattern of RegexSerDe or GrokSerDe.

    :raises AthenaError: it is not well formed.
    """
    try:
        if form.kind == "grok":
            return compiled(grok.expression(form.get("input.format") or "", form.get("input.grokCustomPatterns") or ""))
        # Java's DOTALL is always on in RegexSerDe.
        ignore = "(?si)" if form.on("input.regex.case.insensitive") else "(?s)"
        return compiled(f"{ignore}{form.get('input.regex')}")
    except (Failure, ValueError) as error:
        what = "Grok compilation failure" if form.kind == "grok" else f"Invalid pattern of {form.serde}"
        raise AthenaError("HIVE_INVALID_METADATA", f"{what}: {error}") from error


def check(form: Format, columns: int) -> None:
    """:raises AthenaError: for a pattern that is not well formed, or RegexSerDe's without a group for each of so many *columns*.

    Groups beyond them are read by no column: AWS's tables of load balancers' logs end with one for fields to come.
    """
    if form.kind not in ("regex", "grok"):
        return
    groups = line_pattern(form).groups
    if form.kind == "regex" and groups < columns:
        raise AthenaError(
            "HIVE_CURSOR_ERROR",
            f"Number of matching groups doesn't match the number of columns: {groups} groups, {columns} columns",
        )


def _matched(pattern: re.Pattern[str], lines: pa.Array) -> pa.Array:
    """RegexSerDe's groups; NULL for a line that does not match as a whole."""
    matches = (pattern.fullmatch(line) for line in lines.to_pylist())
    return pa.array([list(match.groups()) if match else None for match in matches], _LIST)


def _captured(pattern: re.Pattern[str], lines: pa.Array) -> pa.Array:
    """GrokSerDe's captures in a part of a line, one behind the other: a group that is not there has no place. NULL for no match.

    https://github.com/trinodb/trino/blob/476/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/grok/Match.java
    """
    matches = (pattern.search(line) if line.strip() else None for line in lines.to_pylist())
    return pa.array([[*map(_unquoted, filter(_there, match.groups()))] if match else None for match in matches], _LIST)


def _there(text: str | None) -> bool:
    return text is not None


def _unquoted(text: str) -> str:
    quoted = text[:1] in ("'", '"') and text[0] == text[-1]
    return text[1:-1] if quoted else text


def _split_fields(delimiter: str, lines: pa.Array) -> pa.Array:
    return pc.split_pattern(lines, delimiter)


def _escaped_fields(cut: Delimiters, lines: pa.Array) -> pa.Array:
    """LazySimpleSerDe with ESCAPED BY; ``\\N`` alone stays as it is, because it means NULL, and the delimiters of nested values do
    under another name.
    """
    plain = {"n": "\n", "r": "\r", **cut.kept}

    def split(line: str) -> list[str]:
        fields, current, at = [], [], 0
        while at < len(line):
            character = line[at]
            if character == cut.escape and at + 1 < len(line):
                following = line[at + 1]
                current.append(character + following if following == "N" else plain.get(following, following))
                at += 2
                continue
            if line.startswith(cut.field, at):
                fields.append("".join(current))
                current = []
                at += len(cut.field)
                continue
            current.append(character)
            at += 1
        return [*fields, "".join(current)]

    return pa.array([split(line) for line in lines.to_pylist()], _LIST)


def _quoted_fields(marks: tuple[str, str, str], lines: pa.Array) -> pa.Array:
    split = csv_fields.splitter(*marks)
    return pa.array([split(line) for line in lines.to_pylist()], _LIST)
