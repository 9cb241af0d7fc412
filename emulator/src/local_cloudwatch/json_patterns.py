"""Filter patterns over JSON: ``{ ($.status = "error") && ($.seconds > 60) }``.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#matching-terms-json-log-events
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable
from typing import Any

from local_cloudwatch.errors import PatternError

Condition = Callable[[Any], bool]
_MISSING = object()
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<selector>\$(?:\.[\w@-]+|\[\s*\d+\s*\]|\[\s*'[^']*'\s*\]|\[\s*"[^"]*"\s*\])+)
    | (?P<sign>&&|\|\||\(|\)|!=|<=|>=|=|<|>)
    | "(?P<quoted>(?:[^"\\]|\\.)*)"
    | %(?P<regular>(?:[^%\\]|\\.)+)%
    | (?P<word>[^\s()&|<>=!"%{}]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"""\.([\w@-]+)|\[\s*(\d+)\s*\]|\[\s*['"]([^'"]*)['"]\s*\]""")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled(text: str) -> Condition:
    """The condition between the braces. Raises ``PatternError``."""
    if not text.endswith("}"):
        raise PatternError(f"Invalid filter pattern {text!r}: no }} at its end")
    parser = _Parser(text[1:-1])
    found = parser.either()
    if parser.kind:
        raise PatternError(f"Invalid filter pattern {text!r}: nothing is expected at {parser.value!r}")
    return found


def select(selector: str, event: Any) -> Any:
    """The value that ``$.a.b[0]`` names in *event*; None where there is none. Raises ``PatternError``."""
    found = _walk(_path(selector), event)
    return None if found is _MISSING else found


def _path(selector: str) -> list[str | int]:
    match = re.fullmatch(r"\$(?:" + _STEP.pattern + ")+", selector)
    if match is None:
        raise PatternError(f"Invalid selector {selector!r}: it begins with $. as in $.field")
    return [int(step[2]) if step[2] is not None else step[1] or step[3] or "" for step in _STEP.finditer(selector)]


def _walk(path: list[str | int], event: Any) -> Any:
    for step in path:
        if isinstance(step, int):
            if not isinstance(event, list) or step >= len(event):
                return _MISSING
        elif not isinstance(event, dict) or step not in event:
            return _MISSING
        event = event[step]
    return event


class _Parser:
    """``&&`` binds more tightly than ``||``."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.kind, self.value = "", ""
        self._next()

    def _next(self) -> tuple[str, str]:
        was = self.kind, self.value
        rest = self.text[self.at :]
        if not rest.strip():
            self.kind, self.value = "", ""
            return was
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise PatternError(f"Invalid filter pattern {{{self.text}}}: nothing is known of {rest.strip()!r}")
        self.kind = str(found.lastgroup)
        self.value, self.at = found[self.kind], found.end()
        return was

    def either(self) -> Condition:
        parts = [self._both()]
        while self.value == "||" and self.kind == "sign":
            self._next()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda event: any(part(event) for part in parts)

    def _both(self) -> Condition:
        parts = [self._one()]
        while self.value == "&&" and self.kind == "sign":
            self._next()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda event: all(part(event) for part in parts)

    def _one(self) -> Condition:
        if (self.kind, self.value) == ("sign", "("):
            self._next()
            inner = self.either()
            if (self.kind, self.value) != ("sign", ")"):
                raise PatternError(f"Invalid filter pattern {{{self.text}}}: a ) is missing")
            self._next()
            return inner
        if self.kind != "selector":
            raise PatternError(
                f"Invalid filter pattern {{{self.text}}}: a selector such as $.field belongs at {self.value!r}"
            )
        path = _path(self._next()[1])
        kind, sign = self._next()
        if kind == "word":
            return self._worded(path, sign)
        if sign not in ("=", "!=", *_COMPARE):
            raise PatternError(
                f"Invalid filter pattern {{{self.text}}}: no comparison after the selector, but {sign!r}"
            )
        kind, value = self._next()
        if kind not in ("quoted", "regular", "word"):
            raise PatternError(f"Invalid filter pattern {{{self.text}}}: no value after {sign}")
        if sign in _COMPARE:
            return _ordered(path, _COMPARE[sign], value)
        same = _equal(kind, value)
        wanted = sign == "="

        def compare(event: Any) -> bool:
            found = _walk(path, event)
            return found is not _MISSING and same(found) == wanted

        return compare

    def _worded(self, path: list[str | int], word: str) -> Condition:
        """``IS NULL``, ``IS TRUE``, ``IS FALSE``, ``NOT EXISTS``."""
        said = f"{word} {self._next()[1]}".upper()
        match said:
            case "NOT EXISTS":
                return lambda event: _walk(path, event) is _MISSING
            case "IS NULL":
                return lambda event: _walk(path, event) is None
            case "IS TRUE" | "IS FALSE":
                wanted = said == "IS TRUE"
                return lambda event: _walk(path, event) is wanted
        raise PatternError(f"Invalid filter pattern {{{self.text}}}: {said} is none of IS NULL|TRUE|FALSE, NOT EXISTS")


def _ordered(path: list[str | int], compare: Callable[[Any, Any], bool], value: str) -> Condition:
    wanted = number(value)
    if wanted is None:
        raise PatternError(f"Invalid filter pattern: {value!r} is no number, and only numbers are more or less")

    def condition(event: Any) -> bool:
        found = _walk(path, event)
        return isinstance(found, int | float) and not isinstance(found, bool) and compare(found, wanted)

    return condition


def _equal(kind: str, value: str) -> Condition:
    if kind == "regular":
        from local_cloudwatch.patterns import regular_expression

        expression = regular_expression(value)
        return lambda found: isinstance(found, str) and expression.search(found) is not None
    text = re.sub(r"\\(.)", r"\1", value) if kind == "quoted" else value
    wanted = number(text) if kind == "word" else None
    # Of fnmatch's wildcards the pattern has the star alone.
    glob = re.compile(fnmatch.translate(text.replace("[", "[[]").replace("?", "[?]")))

    def same(found: Any) -> bool:
        if isinstance(found, bool) or found is None:
            return False
        if isinstance(found, int | float):
            return wanted is not None and found == wanted
        return isinstance(found, str) and glob.match(found) is not None

    return same


def number(text: str) -> float | None:
    """The number that *text* is, also as ``1.5e3``."""
    try:
        return float(text)
    except ValueError:
        return None
