"""Rules of composite alarms: ``ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))``.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local_cloudwatch.errors import ExpressionError

_TOKEN = re.compile(r'\s*(?:(\(|\))|"([^"]*)"|([^\s()"]+))')
_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
States = Callable[[str], str]
"""The state of an alarm by its name or ARN."""


@dataclass(frozen=True)
class Rule:
    """A rule that was read: the alarms that it names, and whether it holds."""

    names: frozenset[str]
    holds: Callable[[States], bool]


def read(text: str) -> Rule:
    """Read a rule. Raises ``ExpressionError``."""
    parser = _Parser(text)
    holds = parser.either()
    if parser.tokens:
        raise ExpressionError(f"AlarmRule is not valid: nothing is expected at {parser.tokens[0]!r} in {text!r}")
    return Rule(frozenset(parser.names), holds)


def cycle(name: str, rules: Mapping[str, Rule]) -> bool:
    """Whether the composite alarm *name* depends on itself."""
    seen: set[str] = set()
    ahead = list(rules[name].names)
    while ahead:
        one = ahead.pop()
        if one == name:
            return True
        if one in rules and one not in seen:
            seen.add(one)
            ahead += rules[one].names
    return False


class _Parser:
    """NOT binds most tightly, then AND, then OR."""

    def __init__(self, text: str) -> None:
        self.text, self.names = text, set[str]()
        self.tokens: list[str] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise ExpressionError(f"AlarmRule is not valid: nothing is known of {text[at:]!r}")
            bracket, quoted, word = found.groups()
            self.tokens.append(bracket or word or f'"{quoted}"')
            at = found.end()

    def _take(self, wanted: str | None = None) -> str:
        if not self.tokens or (wanted is not None and self.tokens[0] != wanted):
            found = self.tokens[0] if self.tokens else "its end"
            raise ExpressionError(
                f"AlarmRule is not valid: {wanted or 'more'} is expected at {found!r} in {self.text!r}"
            )
        return self.tokens.pop(0)

    def _next(self, word: str) -> bool:
        if self.tokens and self.tokens[0].upper() == word:
            self.tokens.pop(0)
            return True
        return False

    def either(self) -> Callable[[States], bool]:
        parts = [self._both()]
        while self._next("OR"):
            parts.append(self._both())
        return lambda states: any(part(states) for part in parts)

    def _both(self) -> Callable[[States], bool]:
        parts = [self._one()]
        while self._next("AND"):
            parts.append(self._one())
        return lambda states: all(part(states) for part in parts)

    def _one(self) -> Callable[[States], bool]:
        if self._next("NOT"):
            inner = self._one()
            return lambda states: not inner(states)
        word = self._take()
        if word == "(":
            inner = self.either()
            self._take(")")
            return inner
        if word.upper() in ("TRUE", "FALSE"):
            constant = word.upper() == "TRUE"
            return lambda states: constant
        state = word.upper()
        if state not in _STATES:
            raise ExpressionError(f"AlarmRule is not valid: {word!r} is none of {', '.join(_STATES)} in {self.text!r}")
        self._take("(")
        name = self._take().strip('"').rpartition(":alarm:")[2]
        self._take(")")
        self.names.add(name)
        return lambda states: states(name) == state
