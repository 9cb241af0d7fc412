"""Casts from and to timestamps finer than microseconds, made of those of coarser ones (``casts``) and of ``fine``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from local_athena.dialect import clocks, fine
from local_athena.dialect.sized import fits
from local_athena.dialect.sqltext import once
from local_athena.dialect.types import TIME_ZONED, ZONED, Type
from local_athena.errors import NotSupported

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
        return fine.made(rule(sql, source, fine.MICROS))
    if target.name == "varchar":
        return fits(fine.shown(sql, source), target)
    if target.name == "date":
        return rule(fine.micros_of(sql), fine.MICROS, target)
    if target.precision > fine.MICROS.precision:
        return clocks.made(clocks.rounded(fine.picos_of_day(sql), source.precision, target.precision), target)
    return rule(fine.changed(sql, source, Type("timestamp", target.params)), Type("timestamp", target.params), target)


def _zoned(sql: str, source: Type, target: Type, rules: Rules, coarse: Rule) -> str:
    """As ``cast_sql``, from or to one with time zone."""
    rule = rules[source.name, target.name]
    if fine.is_fine_zoned(target):
        if source.name == ZONED:
            return fine.changed_zoned(sql, source, target)
        if source.name == "varchar":
            return fine.read_zoned(sql, target, lambda x: rule(x, source, fine.ZONED_MICROS))
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
        between = Type(ZONED, target.params)
        return rule(_zoned(sql, source, between, rules, coarse), between, target)
    if target.name == TIME_ZONED:
        raise NotSupported(f"A cast of {source} to {target}")
    return coarse(fine.without_zone(sql), Type("timestamp", source.params), target)
