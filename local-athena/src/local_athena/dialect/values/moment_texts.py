"""The text of dates and times: https://trino.io/docs/current/functions/conversion.html.

DuckDB writes the years 0 to 9999 of a timestamp, and 1 to 9999 of a date, as Trino does. The others stand in a branch of their
own, so that what everybody has pays for a comparison only.
"""

from __future__ import annotations

from local_athena.dialect.sqltext import once


def date_text(sql: str) -> str:
    """A date's text: year 0 is ``0000``, the one before ``-0001``. DuckDB would count them as years before Christ."""
    return once(
        sql,
        lambda x: (
            f"(CASE WHEN {x} >= DATE '0001-01-01' THEN CAST({x} AS VARCHAR) ELSE {year_text(x)} || strftime({x}, '-%m-%d') END)"
        ),
    )


def year_text(x: str) -> str:
    """A year in four digits at least, with a minus before year 0."""
    return f"CASE WHEN year({x}) < 0 THEN '-' ELSE '' END || printf('%04d', abs(year({x})))"


def moment_text(sql: str, precision: int, instant: str | None = None) -> str:
    """A TIMESTAMP's text with exactly *precision* digits of fraction; Java writes a plus before a year of five digits.

    *instant* is a timestamp within a day of it that costs less to look at.
    """
    if instant is None:
        return once(sql, lambda x: _moment_text(x, precision, x))
    return _moment_text(sql, precision, instant)


def _moment_text(x: str, precision: int, instant: str) -> str:
    usual = f"{instant} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-30'"
    sign = f"CASE WHEN year({x}) > 9999 THEN '+' ELSE '' END"
    other = f"{sign} || {year_text(x)} || {_written(x, '-%m-%d %H:%M:%S', precision)}"
    return f"(CASE WHEN {usual} THEN {_written(x, '%Y-%m-%d %H:%M:%S', precision)} ELSE {other} END)"


def _written(x: str, pattern: str, precision: int) -> str:
    if precision in (0, 3, 6):
        return f"strftime({x}, '{pattern}{['', '.%g', '.%f'][precision // 3]}')"
    if precision > 6:
        return f"(strftime({x}, '{pattern}.%f') || '{'0' * (precision - 6)}')"
    return f"left(strftime({x}, '{pattern}.%f'), {precision - 6})"


def zoned_text(sql: str, precision: int) -> str:
    return f"({moment_text(f'trino_local({sql})', precision, f'({sql}).i')} || ' ' || ({sql}).z)"
