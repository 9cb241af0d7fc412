"""Aggregates of ``stats``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from local_cloudwatch.errors import QueryError
from local_cloudwatch.insights import expressions
from local_cloudwatch.insights.events import Row, Value
from local_cloudwatch.insights.words import Words

Aggregate = Callable[[Sequence[Row]], Value]


def read(words: Words) -> tuple[str, Aggregate]:
    """An aggregate and its column's name. Raises ``QueryError``."""
    name = words.name()
    words.expect("(")
    text = name
    if name.lower() == "count":
        if words.accept("*"):
            text, found = f"{name}(*)", _count(None)
        elif words.peek().is_(")"):
            text, found = f"{name}()", _count(None)
        else:
            field = expressions.read(words)
            text, found = f"{name}({field.text})", _count(field)
    elif name.lower() in _ONE:
        field = expressions.read(words)
        text, found = f"{name}({field.text})", _of(_ONE[name.lower()], field)
    elif name.lower() == "pct":
        field = expressions.read(words)
        words.expect(",")
        part = words.take()
        if part.kind != "number" or not 0 <= float(part.text) <= 100:
            raise QueryError(f"pct takes a number from 0 to 100, not {part.text!r}")
        text, found = (
            f"{name}({field.text}, {part.text})",
            _of(lambda values: _percentile(values, float(part.text)), field),
        )
    else:
        raise QueryError(
            f"{name} is no aggregate that the local Logs Insights knows. It knows count, {', '.join(_ONE)}, pct"
        )
    words.expect(")")
    return (words.name() if words.accept("as") else text), found


def _count(field: expressions.Expression | None) -> Aggregate:
    return lambda rows: float(sum(field is None or field.value(row) is not None for row in rows))


def _of(function: Callable[[list[Value]], Value], field: expressions.Expression) -> Aggregate:
    """Over the values that are there; nothing of none."""

    def aggregate(rows: Sequence[Row]) -> Value:
        values: list[Value] = [value for row in rows if (value := field.value(row)) is not None]
        return function(values) if values else None

    return aggregate


def _numbers(function: Callable[[list[float]], float]) -> Callable[[list[Value]], Value]:
    def called(values: list[Value]) -> Value:
        numbers = [found for value in values if (found := expressions.number(value)) is not None]
        return function(numbers) if numbers else None

    return called


def _percentile(values: list[Value], part: float) -> Value:
    numbers = sorted(found for value in values if (found := expressions.number(value)) is not None)
    return numbers[max(math.ceil(part / 100 * len(numbers)) - 1, 0)] if numbers else None


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _deviation(values: list[float]) -> float:
    mean = _mean(values)
    return math.sqrt(_mean([(value - mean) ** 2 for value in values]))


_ONE: Mapping[str, Callable[[list[Value]], Value]] = {
    "sum": _numbers(sum),
    "avg": _numbers(_mean),
    "min": _numbers(min),
    "max": _numbers(max),
    "stddev": _numbers(_deviation),
    "count_distinct": lambda values: float(len(set(values))),
    # Rows come newest first.
    "latest": lambda values: values[0],
    "earliest": lambda values: values[-1],
}
