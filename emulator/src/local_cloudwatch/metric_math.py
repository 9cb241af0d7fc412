"""Metric math: ``SUM([failed, lost]) / FILL(all, 1)``.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from local_cloudwatch.errors import ExpressionError

Series = dict[float, float]
"""Values by the beginning of their period, in seconds since 1970."""
Value = float | Series | list[Series]
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\|\||&&|==|!=|<=|>=|[-+*/^<>(),\[\]]))")
_LEVELS: tuple[Mapping[str, Callable[[float, float], float]], ...] = (
    {"OR": lambda a, b: float(bool(a) or bool(b)), "||": lambda a, b: float(bool(a) or bool(b))},
    {"AND": lambda a, b: float(bool(a) and bool(b)), "&&": lambda a, b: float(bool(a) and bool(b))},
    {
        "==": lambda a, b: float(a == b),
        "!=": lambda a, b: float(a != b),
        "<=": lambda a, b: float(a <= b),
        ">=": lambda a, b: float(a >= b),
        "<": lambda a, b: float(a < b),
        ">": lambda a, b: float(a > b),
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": lambda a, b: a / b if b else math.nan},
    {"^": lambda a, b: a**b},
)


@dataclass(frozen=True)
class Range:
    """The periods that an expression is evaluated for: *times* are their beginnings, *period* is in seconds."""

    times: Sequence[float]
    period: int


def evaluate(expression: str, known: Mapping[str, Value], asked: Range, metrics: Sequence[str] = ()) -> Value:
    """Evaluate an expression over the *known* results of others, by id.

    Args:
        metrics: ids of the metrics themselves, for ``METRICS()``.

    Raises:
        ExpressionError: it cannot be read, or calls a function that is not known.
    """
    parser = _Parser(expression, known, asked, metrics)
    value = parser.level(0)
    if parser.token:
        raise ExpressionError(f"Error in expression {expression!r}: nothing is expected at {parser.token!r}")
    return value


def references(expression: str) -> set[str]:
    """Ids of other queries that an expression names, in it begin with a small letter."""
    return {word for _, word, _ in _TOKEN.findall(expression) if word and word[0].islower()}


class _Parser:
    def __init__(self, expression: str, known: Mapping[str, Value], asked: Range, metrics: Sequence[str]) -> None:
        self.expression, self.known, self.asked, self.metrics = expression, known, asked, metrics
        self.tokens = self._tokens()
        self.token = self.tokens.pop(0)

    def _tokens(self) -> list[str]:
        found, at, text = [], 0, self.expression.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ExpressionError(f"Error in expression {self.expression!r}: nothing is known of {text[at:]!r}")
            found.append(match[0].strip())
            at = match.end()
        return [*found, ""]

    def _take(self, wanted: str | None = None) -> str:
        if wanted is not None and self.token != wanted:
            raise ExpressionError(f"Error in expression {self.expression!r}: {wanted} is expected, not {self.token!r}")
        taken, self.token = self.token, self.tokens.pop(0) if self.tokens else ""
        return taken

    def level(self, depth: int) -> Value:
        if depth == len(_LEVELS):
            return self._one()
        left = self.level(depth + 1)
        while (sign := self.token.upper()) in _LEVELS[depth]:
            self._take()
            left = _both(_LEVELS[depth][sign], left, self.level(depth + 1))
        return left

    def _one(self) -> Value:
        token = self._take()
        if token == "-":
            return _each(operator.neg, self._one())
        if token == "(":
            inner = self.level(0)
            self._take(")")
            return inner
        if token == "[":
            return self._list()
        if token[:1].isdigit():
            return float(token)
        if token[:1].isalpha() and self.token == "(":
            return self._call(token.upper())
        if token in self.known:
            return self.known[token]
        raise ExpressionError(f"Error in expression {self.expression!r}: no metric has the id {token!r}")

    def _list(self) -> Value:
        found: list[Series] = []
        while True:
            value = self.level(0)
            if isinstance(value, float):
                raise ExpressionError(
                    f"Error in expression {self.expression!r}: an array holds time series, no numbers"
                )
            found += value if isinstance(value, list) else [value]
            if self.token != ",":
                break
            self._take()
        self._take("]")
        return found

    def _call(self, name: str) -> Value:
        self._take("(")
        if name == "FILL":
            filled = self.level(0)
            self._take(",")
            if self.token.upper() == "REPEAT":
                self._take()
                return self._closed(_series(filled, lambda one: _repeated(one, self.asked.times)))
            value = _scalar(self.level(0), "FILL")
            return self._closed(_series(filled, lambda one: {at: one.get(at, value) for at in self.asked.times}))
        arguments: list[Value] = []
        while self.token != ")":
            arguments.append(self.level(0))
            if self.token == ",":
                self._take()
        self._take(")")
        return self._function(name, arguments)

    def _closed(self, value: Value) -> Value:
        self._take(")")
        return value

    def _function(self, name: str, given: list[Value]) -> Value:
        if name == "METRICS" and not given:
            return [one for key in self.metrics for one in [self.known[key]] if isinstance(one, dict)]
        if name == "IF" and len(given) in (2, 3):
            return _if(*given)
        if len(given) != 1:
            raise ExpressionError(
                f"Error in expression {self.expression!r}: {name} with {len(given)} arguments is not known here"
            )
        (value,) = given
        if name in _AGGREGATES:
            return _aggregate(_AGGREGATES[name], value)
        if name in _ROUNDED:
            return _each(_ROUNDED[name], value)
        if name in _OF_SERIES:
            return _series(value, _OF_SERIES[name])
        if name == "PERIOD":
            return float(self.asked.period)
        if name == "RATE":
            return _series(value, _rate)
        if name in ("FIRST", "LAST") and isinstance(value, dict):
            return [*value.values()][0 if name == "FIRST" else -1] if value else {}
        if name == "DATAPOINT_COUNT" and isinstance(value, dict):
            return float(len(value))
        if name == "METRIC_COUNT" and isinstance(value, list):
            return float(len(value))
        raise ExpressionError(f"Error in expression {self.expression!r}: {name} is not known here")


def _both(sign: Callable[[float, float], float], left: Value, right: Value) -> Value:
    """Of two series, the moments that both have."""
    if isinstance(left, float) and isinstance(right, float):
        return sign(left, right)
    if isinstance(left, list) or isinstance(right, list):
        if isinstance(left, list) and isinstance(right, list):
            raise ExpressionError("Two arrays cannot be combined")
        if isinstance(left, list):
            return [_pair(sign, one, right) for one in left]
        return [_pair(sign, left, one) for one in right] if isinstance(right, list) else []
    return _pair(sign, left, right)


def _pair(sign: Callable[[float, float], float], left: Value, right: Value) -> Series:
    if isinstance(left, dict) and isinstance(right, dict):
        return _clean({at: sign(value, right[at]) for at, value in left.items() if at in right})
    if isinstance(left, dict) and isinstance(right, float):
        return _clean({at: sign(value, right) for at, value in left.items()})
    if isinstance(left, float) and isinstance(right, dict):
        return _clean({at: sign(left, value) for at, value in right.items()})
    raise ExpressionError("These cannot be combined")


def _clean(series: Series) -> Series:
    """Without what a division by 0 would be: CloudWatch has no value there."""
    return {at: value for at, value in series.items() if math.isfinite(value)}


def _each(function: Callable[[float], float], value: Value) -> Value:
    if isinstance(value, float):
        return function(value)
    return _series(value, lambda one: {at: function(found) for at, found in one.items()})


def _series(value: Value, function: Callable[[Series], Series]) -> Value:
    if isinstance(value, float):
        raise ExpressionError("A number is no time series")
    return [function(one) for one in value] if isinstance(value, list) else function(value)


def _aggregate(function: Callable[[Sequence[float]], float], value: Value) -> Value:
    """A number of one series; of several the series of their values, with those that a moment has."""
    if isinstance(value, float):
        return value
    if isinstance(value, dict):
        return function([*value.values()]) if value else {}
    return {at: function([one[at] for one in value if at in one]) for at in sorted({at for one in value for at in one})}


def _if(condition: Value, then: Value, otherwise: Value | None = None) -> Value:
    if isinstance(condition, list) or isinstance(then, list) or isinstance(otherwise, list):
        raise ExpressionError("IF takes series and numbers, no arrays")
    if isinstance(condition, float):
        return then if condition else otherwise if otherwise is not None else {}
    found: Series = {}
    for at, value in condition.items():
        chosen = then if value else otherwise
        picked = chosen.get(at) if isinstance(chosen, dict) else chosen
        if picked is not None:
            found[at] = picked
    return found


def _scalar(value: Value, name: str) -> float:
    if not isinstance(value, float):
        raise ExpressionError(f"{name} takes a number here")
    return value


def _repeated(series: Series, times: Sequence[float]) -> Series:
    found: Series = {}
    last: float | None = None
    for at in times:
        last = series.get(at, last)
        if last is not None:
            found[at] = last
    return found


def _running_sum(series: Series) -> Series:
    total, found = 0.0, {}
    for at, value in series.items():
        found[at] = total = total + value
    return found


def _differences(series: Series) -> Series:
    return {at: value - before for (_, before), (at, value) in pairwise(series.items())}


def _rate(series: Series) -> Series:
    return {at: (value - before) / (at - was) for (was, before), (at, value) in pairwise(series.items())}


_AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "MAX": max,
    "MIN": min,
    "SUM": sum,
}
_ROUNDED: Mapping[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
}
_OF_SERIES: Mapping[str, Callable[[Series], Series]] = {"RUNNING_SUM": _running_sum, "DIFF": _differences}
