"""Java's regular expressions on ``regex``, for patterns that RE2 does not know and for functions that DuckDB lacks.

Trino matches with Joni, whose classes are Unicode's: https://trino.io/docs/current/functions/regexp.html.
"""

from __future__ import annotations

import re  # for its types: those of `regex`, which has none, do the same
from collections.abc import Callable, Iterator
from functools import lru_cache

import regex

from local_athena.dialect.udf.failures import Failure, invalid

_JAVA: re.Pattern[str] = regex.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)|\\(?P<punct>[pP])\{Punct\}|\\k<(?P<name>\w+)>|\\(?P<end>[zZ])|\\.|\[:\^?\w+:\]"
    r"|(?P<open>\[\^?\]?)|(?P<close>\])|(?P<operator>--|\|\||~~)",
    regex.S,
)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """*pattern* of Java.

    Raises:
        Failure: ``INVALID_FUNCTION_ARGUMENT``; it is not well formed.
    """
    depth = 0

    def part(m: re.Match[str]) -> str:
        nonlocal depth
        if m["quoted"] is not None:
            return str(regex.escape(m["quoted"]))
        if m["punct"]:
            # Java's and POSIX's have the symbols of ASCII, Unicode's property has not.
            posix = f"[:{'^' if m['punct'] == 'P' else ''}punct:]"
            return posix if depth else f"[{posix}]"
        if m["name"]:
            return f"(?P={m['name']})"
        if m["end"]:
            return r"(?=\n?\Z)" if m["end"] == "Z" else r"\Z"
        if m["open"]:
            depth += 1
        elif m["close"]:
            depth = max(0, depth - 1)
        elif m["operator"] and depth:  # of sets in Python, no more than two characters in Java
            return "".join("\\" + c for c in m["operator"])
        return m[0]

    try:
        made: re.Pattern[str] = regex.compile(_JAVA.sub(part, pattern), regex.V1)
    except regex.error as error:
        raise invalid(f"{error}: {pattern}") from None
    return made


_MOST_SECONDS = 10
"""Seconds that a match may take: the time of one that goes back and forth doubles with each character, and nothing stops it."""


def _search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(_matches(pattern, text), None)


def _matches(pattern: re.Pattern[str], text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """All matches, from *start* on. Raises NOT_SUPPORTED for one that takes too long."""
    try:
        yield from pattern.finditer(text, start, timeout=_MOST_SECONDS)  # type: ignore[call-overload]
    except TimeoutError:
        message = f"A regular expression that takes more than {_MOST_SECONDS} seconds for a text"
        raise Failure(f"NOT_SUPPORTED: {message} is not supported by local Athena: {pattern.pattern}") from None


def _substituted(pattern: re.Pattern[str], text: str, by: Callable[[re.Match[str]], str]) -> str:
    parts, last = [], 0
    for m in _matches(pattern, text):
        parts += [text[last : m.start()], by(m)]
        last = m.end()
    return "".join([*parts, text[last:]])


def like(text: str, pattern: str) -> bool:
    return _search(compiled(pattern), text) is not None


def extract(text: str, pattern: str, group: int) -> str | None:
    made = compiled(pattern)
    _check(made, group)
    found = _search(made, text)
    return found[group] if found else None


def _check(pattern: re.Pattern[str], group: int) -> None:
    if group < 0:
        raise invalid("Group cannot be negative")
    if group > pattern.groups:
        raise invalid(f"Pattern has {pattern.groups} groups. Cannot access group {group}")


def extract_all(text: str, pattern: str, group: int) -> list[str | None]:
    made = compiled(pattern)
    _check(made, group)
    return [m[group] for m in _matches(made, text)]


_REFERENCE: re.Pattern[str] = regex.compile(r"\\(.)|\$(\d+)|\$\{(\w+)\}|[$\\]", regex.S)


def replace(text: str, pattern: str, replacement: str) -> str:
    made = compiled(pattern)

    def filled(m: re.Match[str]) -> str:
        def part(r: re.Match[str]) -> str:
            if r[0] in ("$", "\\"):
                raise invalid(f"Illegal replacement sequence: {replacement}")
            if r[1]:
                return r[1]
            if r[3]:
                if r[3] not in made.groupindex:
                    raise invalid(f"Illegal replacement sequence: unknown group {{ {r[3]} }}")
                return m[r[3]] or ""
            number = r[2]
            while len(number) > 1 and int(number) > made.groups:
                number = number[:-1]
            if int(number) > made.groups:
                raise invalid(f"Illegal replacement sequence: unknown group {number}")
            return (m[int(number)] or "") + r[2][len(number) :]

        return _REFERENCE.sub(part, replacement)

    return _substituted(made, text, filled)


def groups(text: str, pattern: str) -> list[list[str | None]]:
    made = compiled(pattern)
    return [list(m.groups()) for m in _matches(made, text)]


def interleave(text: str, pattern: str, replacements: list[str | None]) -> str | None:
    """*text* with each match replaced; nothing at all if one replacement is NULL."""
    known = [replacement for replacement in replacements if replacement is not None]
    if len(known) < len(replacements):
        return None
    given = iter(known)
    return _substituted(compiled(pattern), text, lambda _: next(given))


def split(text: str, pattern: str) -> list[str]:
    parts, last = [], 0
    for m in _matches(compiled(pattern), text):
        parts.append(text[last : m.start()])
        last = m.end()
    return [*parts, text[last:]]


def count(text: str, pattern: str) -> int:
    return sum(1 for _ in _matches(compiled(pattern), text))


def position(text: str, pattern: str, start: int, occurrence: int) -> int:
    if start < 1:
        raise invalid("start position cannot be smaller than 1")
    if occurrence < 1:
        raise invalid("occurrence cannot be smaller than 1")
    if start > len(text):
        return -1
    for i, m in enumerate(_matches(compiled(pattern), text, start - 1), 1):
        if i == occurrence:
            return m.start() + 1
    return -1


FUNCTIONS = (
    ("regexp_like", like, "VARCHAR VARCHAR", "BOOLEAN"), ("regexp_extract", extract, "VARCHAR VARCHAR BIGINT", "VARCHAR"),
    ("regexp_extract_all", extract_all, "VARCHAR VARCHAR BIGINT", "VARCHAR[]"),
    ("regexp_replace", replace, "VARCHAR VARCHAR VARCHAR", "VARCHAR"), ("regexp_groups", groups, "VARCHAR VARCHAR", "VARCHAR[][]"),
    ("regexp_interleave", interleave, "VARCHAR VARCHAR VARCHAR[]", "VARCHAR"),
    ("regexp_split", split, "VARCHAR VARCHAR", "VARCHAR[]"),
    ("regexp_count", count, "VARCHAR VARCHAR", "BIGINT"), ("regexp_position", position, "VARCHAR VARCHAR BIGINT BIGINT", "INTEGER"),
)  # fmt: skip
