"""Joda's patterns in DuckDB's words, for patterns that the query fixes and the letters that both know.

https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html. The rest is for ``udf.dates``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from local_athena.dialect.sqltext import once, text
from local_athena.dialect.udf.dates import joda

_SHOWN = {
    "y": "%Y", "Y": "%Y", "yyyy": "%Y", "YYYY": "%Y", "yy": "%y", "YY": "%y", "xxxx": "%G", "M": "%-m", "MM": "%m", "MMM": "%b",
    "MMMM": "%B", "d": "%-d", "dd": "%d", "H": "%-H", "HH": "%H", "h": "%-I", "hh": "%I", "m": "%-M", "mm": "%M", "s": "%-S",
    "ss": "%S", "SSS": "%g", "SSSSSS": "%g000", "SSSSSSSSS": "%g000000", "a": "%p", "E": "%a", "EE": "%a", "EEE": "%a", "EEEE": "%A",
    "D": "%-j", "DDD": "%j", "e": "%u", "ww": "%V",
}  # fmt: skip
_FOUR_DIGITS = "BETWEEN TIMESTAMP '1001-01-01' AND TIMESTAMP '9998-12-31'"
"""Moments whose year, ISO year too, has four digits in both languages."""

_READ = {
    "yyyy": ("%Y", r"[1-9]\d{3}"), "MM": ("%m", "(?:0[1-9]|1[0-2])"), "dd": ("%d", r"\d{2}"), "HH": ("%H", r"(?:[01]\d|2[0-3])"), "mm": ("%M", r"[0-5]\d"),
    "ss": ("%S", r"[0-5]\d"), "SSS": ("%g", r"\d{3}"), "M": ("%m", "(?:1[0-2]|0?[1-9])"), "d": ("%d", r"\d{1,2}"), "H": ("%H", r"(?:[01]?\d|2[0-3])"),
}  # fmt: skip


def shown(moment: str, pattern: str, slow: Callable[[str], str]) -> str:
    """The text of a TIMESTAMP by a Joda pattern; *slow* for moments that DuckDB writes otherwise, and for other patterns."""
    parts = joda(pattern)
    if not parts or any(letter != "text" and run not in _SHOWN for letter, run in parts):
        return slow(moment)
    written = "".join(run.replace("%", "%%") if letter == "text" else _SHOWN[run] for letter, run in parts)
    return once(
        moment,
        lambda x: (
            f"(CASE WHEN {x} IS NULL THEN NULL WHEN {x} {_FOUR_DIGITS} THEN strftime({x}, {text(written)}) ELSE {slow(x)} END)"
        ),
    )


_SURE = {"dd": "(?:0[1-9]|1[0-9]|2[0-8])", "d": "(?:1[0-9]|2[0-8]|0?[1-9])"}
"""Days that every month has."""


def read(x: str, pattern: str, made: Callable[[str], str], slow: str) -> str | None:
    """Apply *made* to the TIMESTAMP that the text *x* holds by a Joda pattern; *slow* for texts of other shapes.

    None for a pattern that leaves out a part of the date, names one twice, or uses other letters.
    """
    parts = joda(pattern)
    letters = [letter for letter, _ in parts if letter != "text"]
    if not {"y", "M", "d"} <= set(letters) or len(set(letters)) < len(letters):
        return None
    if any(letter != "text" and run not in _READ for letter, run in parts):
        return None
    # How many digits a single letter takes from a row of them is Joda's affair.
    if any(run in ("M", "d", "H") and (after != "text" or following[0].isdigit())
           for (_, run), (after, following) in pairwise(parts)):  # fmt: skip
        return None
    shape, sure = (
        text("".join(re.escape(run) if letter == "text" else known.get(run, _READ[run][1]) for letter, run in parts))
        for known in ({}, _SURE)
    )
    codes = text("".join(run.replace("%", "%%") if letter == "text" else _READ[run][0] for letter, run in parts))
    return (
        f"CASE WHEN {x} IS NULL THEN NULL WHEN regexp_full_match({x}, {sure}) THEN {made(f'strptime({x}, {codes})')} "
        f"WHEN regexp_full_match({x}, {shape}) AND TRY_STRPTIME({x}, {codes}) IS NOT NULL "
        f"THEN {made(f'strptime({x}, {codes})')} ELSE {slow} END"
    )
