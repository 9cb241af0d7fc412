"""The notation of ``trino_grammar`` as readers of words: each takes a reading and a place, and gives the places where it may end.

A word is looked at before what may begin with it is tried, so that a text of the grammar is read in one go. What counts parts
(``*``, ``+``, lists) takes as many as there are: nothing that may follow one in Trino's grammar begins as another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from local_athena.dialect.parsing.trino_grammar import FREE, NAMED

type Ends = tuple[int, ...]
type Match = Callable[["Reading", int], Ends]
type _Tree = tuple[str, list["_Tree"], str]
"""A kind of node, its parts, and the name in it."""


@dataclass
class Reading:
    """One text being read. What the grammar expects at a word is noted in ``expected``, if it is asked for."""

    kinds: list[str]
    expected: dict[int, set[str]] | None = None
    named: int = -1
    """The place of a rule with a name of its own; the words that may begin it are not told beside that."""
    no_name: int = -1
    """The place of a keyword that is not to be read as a name."""
    seen: dict[tuple[str, int], Ends] = field(default_factory=dict)

    def note(self, at: int, name: str) -> None:
        if self.expected is not None and at != self.named:
            self.expected.setdefault(at, set()).add(name)


@dataclass(frozen=True)
class _Part:
    """A part of the grammar: its reader, the kinds of words that it begins with, and whether it may be empty."""

    match: Match
    first: frozenset[str]
    empty: bool


_OFTEN = frozenset(("query", "body", "relation", "expression", "primary", "type", "row_pattern"))
"""Rules that are tried more than once at a place."""


class Grammar:
    """Readers by the names of their rules."""

    def __init__(self, text: str) -> None:
        rules = re.split(r"\n(?=\w+ :)", text.strip())
        self._trees = {name.strip(): _tree(body) for name, _, body in (rule.partition(" :") for rule in rules)}
        self._first: dict[str, tuple[frozenset[str], bool]] = dict.fromkeys(self._trees, (frozenset(), False))
        while (found := {name: self._begins(tree) for name, tree in self._trees.items()}) != self._first:
            self._first = found
        self._bodies: dict[str, Match] = {}
        self.rules = {name: self._rule(name) for name in self._trees}
        self._bodies |= {name: self._part(tree).match for name, tree in self._trees.items()}

    def _begins(self, tree: _Tree) -> tuple[frozenset[str], bool]:
        kind, parts, name = tree
        if kind == "word":
            return (FREE if name == "$FREE" else frozenset((name,))), False
        if kind == "rule":
            return self._first[name]
        known = [self._begins(part) for part in parts]
        if kind == "sequence":
            first: frozenset[str] = frozenset()
            for begun, empty in known:
                first |= begun
                if not empty:
                    return first, False
            return first, True
        return frozenset().union(*(begun for begun, _ in known)), kind in "?*" or any(empty for _, empty in known)

    def _rule(self, name: str) -> Match:
        shown, bodies, often = NAMED.get(name), self._bodies, name in _OFTEN

        def read(reading: Reading, at: int) -> Ends:
            if reading.expected is None and not often:
                return bodies[name](reading, at)
            if shown is not None:
                reading.note(at, shown)
            key = name, at
            found = reading.seen.get(key)
            if found is None:
                outer = reading.named
                if shown is not None:
                    reading.named = at
                found = reading.seen[key] = bodies[name](reading, at)
                reading.named = outer
            return found

        return read

    def _part(self, tree: _Tree) -> _Part:
        kind, parts, name = tree
        first, empty = self._begins(tree)
        if kind == "word":
            return _Part(_word(name), first, empty)
        if kind == "rule":
            return _Part(self.rules[name], first, empty)
        made = [self._part(part) for part in parts]
        return _Part(_READERS[kind](made), first, empty)


def _word(kind: str) -> Match:
    shown = NAMED.get(kind, f"'{kind}'")

    def read(reading: Reading, at: int) -> Ends:
        found = reading.kinds[at]
        if found == kind or (kind == "$FREE" and found in FREE and at != reading.no_name):
            return (at + 1,)
        reading.note(at, shown)
        return ()

    return read


def _sequence(parts: Sequence[_Part]) -> Match:
    matches = [part.match for part in parts]

    def read(reading: Reading, at: int) -> Ends:
        ends: Ends = (at,)
        for match in matches:
            ends = match(reading, ends[0]) if len(ends) == 1 else _each(match, reading, ends)
            if not ends:
                break
        return ends

    return read


def _choice(parts: Sequence[_Part]) -> Match:
    by_word: dict[str, list[Match]] = {}
    for kind in frozenset().union(*(part.first for part in parts)):
        by_word[kind] = [part.match for part in parts if part.empty or kind in part.first]
    always = [part.match for part in parts if part.empty]
    every = [part.match for part in parts]

    def read(reading: Reading, at: int) -> Ends:
        tried = by_word.get(reading.kinds[at], always) if reading.expected is None else every
        ends: Ends = ()
        for match in tried:
            ends = _joined(ends, match(reading, at))
        return ends

    return read


def _optional(parts: Sequence[_Part]) -> Match:
    (part,) = parts
    match, first = part.match, part.first

    def read(reading: Reading, at: int) -> Ends:
        if reading.expected is None and reading.kinds[at] not in first:
            return (at,)
        return _joined((at,), match(reading, at))

    return read


def _any_number(parts: Sequence[_Part]) -> Match:
    (part,) = parts

    def read(reading: Reading, at: int) -> Ends:
        return _further(reading, (at,), part)

    return read


def _one_or_more(parts: Sequence[_Part]) -> Match:
    (part,) = parts

    def read(reading: Reading, at: int) -> Ends:
        return _further(reading, part.match(reading, at), part)

    return read


def _further(reading: Reading, ends: Ends, part: _Part) -> Ends:
    """The ends of as many of *part* as follow any of *ends*."""
    while True:
        more: Ends = ()
        for end in ends:
            if reading.expected is not None or reading.kinds[end] in part.first:
                more = _joined(more, part.match(reading, end))
        if not more:
            return ends
        ends = more


def _list(parts: Sequence[_Part]) -> Match:
    (part,) = parts
    comma = _Part(_word(","), frozenset(","), False)
    following = _Part(_sequence((comma, part)), comma.first, False)

    def read(reading: Reading, at: int) -> Ends:
        return _further(reading, part.match(reading, at), following)

    return read


def _untold(parts: Sequence[_Part]) -> Match:
    (part,) = parts

    def read(reading: Reading, at: int) -> Ends:
        outer, reading.named = reading.named, at
        ends = part.match(reading, at)
        reading.named = outer
        return ends

    return read


def _each(match: Match, reading: Reading, starts: Ends) -> Ends:
    ends: Ends = ()
    for start in starts:
        ends = _joined(ends, match(reading, start))
    return ends


def _joined(ends: Ends, more: Ends) -> Ends:
    if not ends or not more:
        return ends or more
    return (*dict.fromkeys((*ends, *more)),)


_READERS: dict[str, Callable[[Sequence[_Part]], Match]] = {
    "sequence": _sequence, "|": _choice, "?": _optional, "*": _any_number, "+": _one_or_more, "{": _list, "~": _untold,
}  # fmt: skip


def _tree(text: str) -> _Tree:
    """A rule's right side."""
    words = re.findall(r"'[^']+'|\$\w+|\w+|[{}()|?*+~]", text)[::-1]
    tree = _choices(words)
    if words:
        raise ValueError(f"{words[-1]} in the grammar, in {text}")
    return tree


def _choices(words: list[str]) -> _Tree:
    choices = [_row(words)]
    while words and words[-1] == "|":
        words.pop()
        choices.append(_row(words))
    return choices[0] if len(choices) == 1 else ("|", choices, "")


def _row(words: list[str]) -> _Tree:
    row = []
    while words and words[-1] not in ("|", ")", "}"):
        row.append(_counted(words))
    return row[0] if len(row) == 1 else ("sequence", row, "")


def _counted(words: list[str]) -> _Tree:
    word = words.pop()
    if word == "~":
        return ("~", [_counted(words)], "")
    if word in "({":
        inner = _choices(words)
        words.pop()
        tree: _Tree = inner if word == "(" else ("{", [inner], "")
    else:
        tree = ("rule" if word.islower() and word[0] != "'" else "word", [], word.strip("'"))
    while words and words[-1] in ("?", "*", "+"):
        tree = (words.pop(), [tree], "")
    return tree
