"""Casts from and to timestamps finer than microseconds, made of those of coarser ones (``casts``) and of ``fine``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from local_athena.dialect.sqltext import once
from local_athena.dialect.values import clocks, fine
from local_athena.dialect.values.sized import fits
from local_athena.dialect.values.types import TIME_ZONED, ZONED, Type

type Rule = Callable[[str, Type, Type], str]
"""DuckDB text of a cast: of an expression, from a type, to a type."""
type Rules = Mapping[tuple[str, str], Rule]


def cast_sql(sql: str, source: Type, target: Type, rules: Rules, coarse: Rule) -> str:
    """DuckDB text that casts *sql*, where *source* or *target* is finer than microseconds.

    Args:
        rules: casts of coarser types, by the names of both.
        coarse: ``casts.cast_sql``.

    Raises:
        KeyError: Trino knows no such cast.
    """
    if ZONED in (source.name, target.name) and (source.name == ZONED or fine.is_fine_zoned(target)):
        return _zoned(sql, source, target, rules, coarse)
    if source.name == target.name:
        return fine.changed(sql, source, target)
    rule = rules[source.name, target.name]
    if fine.is_fine(target):
        if source.name == "varchar":
            return fine.read(sql, target, lambda x: rule(x, source, fine.MICROS))
        if clocks.is_clock(source):
            return once(sql, lambda x: once(_picos_today(clocks.local(x, source), source, target), _today))
        return fine.made(rule(sql, source, fine.MICROS))
    if target.name == "varchar":
        return fits(fine.shown(sql, source), target)
    if target.name == "date":
        return rule(fine.micros_of(sql), fine.MICROS, target)
    if target.precision > fine.MICROS.precision:
        return clocks.made(clocks.rounded(fine.picos_of_day(sql), source.precision, target.precision), target)
    return rule(fine.changed(sql, source, Type("timestamp", target.params)), Type("timestamp", target.params), target)


def _picos_today(picos: str, source: Type, target: Type) -> str:
    if source.precision <= target.precision:
        return picos
    step = 10 ** (clocks.FINEST - target.precision)
    return f"(({picos} + {step // 2}) // {step} * {step})"


def _today(picos: str) -> str:
    """A time on the day on which the query began."""
    return fine.made(f"(CAST(current_date AS TIMESTAMP) + to_microseconds({picos} // 1000000))", f"{picos} % 1000000")


def _today_zoned(x: str, source: Type, target: Type) -> str:
    def build(picos: str) -> str:
        instant = f"(CAST(current_date AS TIMESTAMP) + to_microseconds({picos} // 1000000))"
        moved = f"trino_moved({{'i': {instant}}}, trino_offset_zone({clocks.offset(x, source)}))"
        return fine.made_zoned(moved, f"{picos} % 1000000")

    return once(_picos_today(clocks.utc(x, source), source, target), build)


def _clock_zoned(x: str, source: Type, target: Type) -> str:
    """The time of day, with the offset that the zone has at that moment."""
    picos = clocks.rounded(fine.picos_of_day(fine.without_zone(x)), source.precision, target.precision)
    minutes = f"CAST(trino_zone_minutes({fine.zoned_micros(x)}) AS INTEGER)"
    return once(minutes, lambda m: clocks.made(picos, target, m))


def _zoned(sql: str, source: Type, target: Type, rules: Rules, coarse: Rule) -> str:
    """As ``cast_sql``, from or to one with time zone."""
    rule = rules[source.name, target.name]
    if fine.is_fine_zoned(target):
        if source.name == ZONED:
            return fine.changed_zoned(sql, source, target)
        if source.name == "varchar":
            return fine.read_zoned(sql, target, lambda x: rule(x, source, fine.ZONED_MICROS))
        if clocks.is_clock(source):
            return once(sql, lambda x: _today_zoned(x, source, target))
        if not fine.is_fine(source):
            return fine.made_zoned(rule(sql, source, fine.ZONED_MICROS))
        kept = fine.changed(sql, source, Type("timestamp", (min(source.precision, target.precision),)))
        return once(
            kept, lambda x: fine.made_zoned(rule(fine.micros_of(x), fine.MICROS, fine.ZONED_MICROS), fine.picos_of(x))
        )
    if not fine.is_fine_zoned(source):  # to a timestamp without zone
        return fine.made(rule(sql, source, fine.MICROS))
    if target.name == "varchar":
        return fits(fine.shown_zoned(sql, source), target)
    if target.name == ZONED:
        return rule(fine.changed_zoned(sql, source, target), fine.ZONED_MICROS, target)
    if target.name == TIME_ZONED and target.precision <= fine.MICROS.precision:
        fewer = Type(ZONED, target.params)
        return rule(_zoned(sql, source, fewer, rules, coarse), fewer, target)
    if target.name == TIME_ZONED:
        return once(sql, lambda x: _clock_zoned(x, source, target))
    return coarse(fine.without_zone(sql), Type("timestamp", source.params), target)
