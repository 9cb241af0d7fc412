"""Trino's words about a text that is none of its grammar: the place up to which it might be one, and all that may follow there.

Trino's parser is ANTLR's; its messages list all that its grammar would go on with at the word that is none of it:
https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/parser/ErrorHandler.java
"""

from __future__ import annotations

from functools import cache

from local_athena.dialect.parsing import lexer
from local_athena.dialect.parsing.notation import Grammar, Match, Reading
from local_athena.dialect.parsing.trino_grammar import FREE, NAMED, RULES


@cache
def _grammar() -> Grammar:
    return Grammar(RULES)


def refusal(sql: str, rule: str = "statement") -> str | None:
    """Trino's message about *sql*, None where its grammar has it."""
    return refusal_of(lexer.read(sql), rule)


def refusal_of(read: lexer.Lexemes, rule: str) -> str | None:
    """The same of a text that has been parted into words."""
    match = _grammar().rules[rule]
    if len(read.kinds) - 1 in match(Reading(read.kinds), 0):
        return read.illegal(len(read.kinds))
    expected = _expected(match, Reading(read.kinds, {}))
    # ANTLR's messages take no keyword for a name where it has not made up its mind: the word before the error.
    closer = _expected(match, Reading(read.kinds, {}, no_name=max(expected) - 1))
    at, names = _committed(read.kinds, closer if max(closer) == max(expected) else expected)
    if illegal := read.illegal(at):
        return illegal
    return f"{read.place(at)}: mismatched input '{read.text(at)}'. Expecting: {', '.join(sorted(names))}"


def _expected(match: Match, reading: Reading) -> dict[int, set[str]]:
    for end in match(reading, 0):
        reading.note(end, NAMED["$EOF"])
    return reading.expected or {0: set()}


def _committed(kinds: list[str], expected: dict[int, set[str]]) -> tuple[int, set[str]]:
    """The place of the error and what is expected there, without what ANTLR has given up by then: it looks one word ahead to choose
    between a name, a call, a lambda and a literal behind its type, and goes back before a point that no name follows."""
    at = max(expected)
    names = expected[at]
    if names == {NAMED["identifier"]} and at and kinds[at - 1] == "." and "'['" in expected.get(at - 1, ()):
        at, names = at - 1, expected[at - 1] - {"'.'", "'['"}
        return at, names - _BEHIND_NAMES
    if "'['" in names and (kinds[at] in _AFTER_VALUES or kinds[at] in FREE):
        names = names - ({"'->'"} if kinds[at - 1] == ")" else _BEHIND_NAMES)
    return at, names


_BEHIND_NAMES = {"'->'", "'('", "'OVER'", NAMED["string"]}
_TEXT = """
$EOF $NAME $QUOTED ) ] , . : = <> != < <= > >= + - * / % || AND OR AS FROM WHERE GROUP HAVING ORDER UNION EXCEPT INTERSECT
THEN WHEN ELSE END ON USING CROSS JOIN INNER LEFT RIGHT FULL NATURAL BETWEEN IN LIKE IS NOT ESCAPE FOR WITH INSERT
"""
_AFTER_VALUES = frozenset(_TEXT.split())
"""Words and signs that may follow a value somewhere in the grammar, beside the words that may be names."""
