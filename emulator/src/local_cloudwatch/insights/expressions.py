"""Expressions of Logs Insights: ``status = "error" and seconds > 60 or message like /denied/``."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_cloudwatch.errors import QueryError
from local_cloudwatch.insights.events import Row, Value, moment, shown
from local_cloudwatch.insights.words import Words, compiled

_UNITS = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1000),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60_000),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3_600_000),
    **dict.fromkeys(("d", "day", "days"), 86_400_000),
    **dict.fromkeys(("w", "week", "weeks"), 604_800_000),
}
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: tuple[Mapping[str, Callable[[float, float], float]], ...] = (
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.truediv, "%": operator.mod},
    {"^": operator.pow},
)


@dataclass(frozen=True)
class Expression:
    """An expression, and the text that names its column if nothing else does."""

    text: str
    value: Callable[[Row], Value]


def read(words: Words) -> Expression:
    """Read an expression. Raises ``QueryError``."""
    words.peek()
    begin = words.text[: words.at]
    first = words.peek()
    start = len(begin) - len(first.text) - (2 if first.kind == "string" else 0) - len(first.unit)
    value = _either(words)
    following = words.peek()
    end = words.at - len(following.text) - len(following.unit) if following.kind else words.at
    return Expression(words.text[start:end].strip(" \n`"), value)


def number(value: Value) -> float | None:
    """The number that a value is."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value


def duration(words: Words) -> float:
    """Milliseconds of ``5m``."""
    word = words.take()
    if word.kind != "number" or word.unit not in _UNITS:
        raise QueryError(f"unexpected symbol found {word.text + word.unit!r}: a duration such as 5m or 1d is expected")
    return float(word.text) * _UNITS[word.unit]


_Evaluate = Callable[[Row], Value]


def _either(words: Words) -> _Evaluate:
    left = _both(words)
    while words.accept("or"):
        left = _joined(left, _both(words), any)
    return left


def _both(words: Words) -> _Evaluate:
    left = _negated(words)
    while words.accept("and"):
        left = _joined(left, _negated(words), all)
    return left


def _joined(left: _Evaluate, right: _Evaluate, how: Callable[[list[bool]], bool]) -> _Evaluate:
    return lambda row: float(how([truth(left(row)), truth(right(row))]))


def truth(value: Value) -> bool:
    """Whether a value counts as true."""
    return bool(number(value)) if not isinstance(value, str) else value not in ("", "0", "false")


def _negated(words: Words) -> _Evaluate:
    if words.accept("not"):
        inner = _negated(words)
        return lambda row: float(not truth(inner(row)))
    return _comparison(words)


def _comparison(words: Words) -> _Evaluate:
    left = _sum(words)
    negated = words.accept("not")
    word = words.peek()
    if word.is_("like", "=~"):
        words.take()
        found = _like(left, words)
    elif word.is_("in"):
        words.take()
        found = _in(left, words)
    elif negated:
        raise QueryError(f"unexpected symbol found {word.text!r}: like or in is expected after not")
    elif word.kind == "sign" and word.text in _COMPARE:
        words.take()
        return _compared(left, word.text, _sum(words))
    else:
        return left
    return (lambda row: float(not truth(found(row)))) if negated else found


def _like(left: _Evaluate, words: Words) -> _Evaluate:
    if (pattern := words.regex()) is not None:
        expression = compiled(pattern)
        return lambda row: float((text := left(row)) is not None and bool(expression.search(shown("", text))))
    word = words.take()
    if word.kind != "string":
        raise QueryError(f"unexpected symbol found {word.text!r}: like takes a string or /a regular expression/")
    return lambda row: float((text := left(row)) is not None and word.text in shown("", text))


def _in(left: _Evaluate, words: Words) -> _Evaluate:
    words.expect("[")
    options = [_sum(words)]
    while words.accept(","):
        options.append(_sum(words))
    words.expect("]")
    equal = [_compared(left, "=", option) for option in options]
    return lambda row: float(any(truth(one(row)) for one in equal))


def _compared(left: _Evaluate, sign: str, right: _Evaluate) -> _Evaluate:
    compare = _COMPARE[sign]

    def evaluate(row: Row) -> Value:
        one, other = left(row), right(row)
        if one is None or other is None:
            return float(sign == "!=" and one is not other)
        numbers = number(one), number(other)
        if numbers[0] is not None and numbers[1] is not None:
            return float(compare(numbers[0], numbers[1]))
        return float(compare(shown("", one), shown("", other)))

    return evaluate


def _sum(words: Words, level: int = 0) -> _Evaluate:
    if level == len(_ARITHMETIC):
        return _one(words)
    left = _sum(words, level + 1)
    while (sign := words.peek()).kind == "sign" and sign.text in _ARITHMETIC[level]:
        words.take()
        left = _calculated(_ARITHMETIC[level][sign.text], left, _sum(words, level + 1))
    return left


def _calculated(function: Callable[[float, float], float], left: _Evaluate, right: _Evaluate) -> _Evaluate:
    def evaluate(row: Row) -> Value:
        one, other = number(left(row)), number(right(row))
        if one is None or other is None:
            return None
        try:
            return float(function(one, other))
        except (ZeroDivisionError, OverflowError):
            return None

    return evaluate


def _one(words: Words) -> _Evaluate:
    word = words.take()
    if word.is_("("):
        inner = _either(words)
        words.expect(")")
        return inner
    if word.is_("-"):
        negative = _one(words)
        return lambda row: None if (found := number(negative(row))) is None else -found
    if word.kind == "number" and not word.unit:
        constant = float(word.text)
        return lambda row: constant
    if word.kind == "string":
        return lambda row: word.text
    if word.kind != "name":
        raise QueryError(
            f"unexpected symbol found {word.text + word.unit or 'end of the query'!r}: a value is expected"
        )
    if words.accept("("):
        return _called(word.text.lower(), words)
    return lambda row: row.get(word.text)


def _called(name: str, words: Words) -> _Evaluate:
    if name in ("bin", "datefloor", "dateceil"):
        field: _Evaluate = lambda row: row.get("@timestamp")  # noqa: E731 - the default of bin
        if name != "bin":
            field = _sum(words)
            words.expect(",")
        width = duration(words)
        words.expect(")")
        whole = math.ceil if name == "dateceil" else math.floor
        return lambda row: None if (at := number(field(row))) is None else moment(whole(at / width) * width)
    arguments: list[_Evaluate] = []
    while not words.accept(")"):
        arguments.append(_either(words))
        if not words.peek().is_(")"):
            words.expect(",")
    if name not in _FUNCTIONS:
        raise QueryError(f"{name} is no function that the local Logs Insights knows. It knows {', '.join(_FUNCTIONS)}")
    counts, function = _FUNCTIONS[name]
    if len(arguments) not in counts:
        raise QueryError(f"{name} does not take {len(arguments)} arguments")
    return lambda row: function(*(argument(row) for argument in arguments))


def _numeric(function: Callable[..., float]) -> Callable[..., Value]:
    def called(*values: Value) -> Value:
        numbers = [number(value) for value in values]
        return None if None in numbers else float(function(*numbers))

    return called


def _textual(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *values: None if None in values else function(*(shown("", value) for value in values))


_MANY = range(1, 100)
_FUNCTIONS: Mapping[str, tuple[range | tuple[int, ...], Callable[..., Value]]] = {
    "abs": ((1,), _numeric(abs)),
    "ceil": ((1,), _numeric(math.ceil)),
    "floor": ((1,), _numeric(math.floor)),
    "greatest": (_MANY, _numeric(max)),
    "least": (_MANY, _numeric(min)),
    "coalesce": (_MANY, lambda *values: next((value for value in values if value is not None), None)),
    "ispresent": ((1,), lambda value: float(value is not None)),
    "isempty": ((1,), lambda value: float(value in (None, ""))),
    "isblank": ((1,), lambda value: float(value is None or not shown("", value).strip())),
    "concat": (_MANY, _textual(lambda *texts: "".join(texts))),
    "strlen": ((1,), _textual(lambda text: float(len(text)))),
    "toupper": ((1,), _textual(lambda text: text.upper())),
    "tolower": ((1,), _textual(lambda text: text.lower())),
    "trim": ((1,), _textual(lambda text: text.strip())),
    "replace": ((3,), _textual(lambda text, old, new: text.replace(old, new))),
    "strcontains": ((2,), _textual(lambda text, part: float(part in text))),
}
