"""JSON read from left to right and no further than needed, as Trino's ``json_extract`` and ``json_array_*`` read it.

What follows the value that was asked for may be cut off or no JSON at all, and of two members of one name the first counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_BLANKS = re.compile(r"[ \t\n\r]*")


class _Number(float):
    """A number with a fraction or an exponent, that remembers how it was written."""

    def __new__(cls, text: str) -> _Number:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str


class _MinusZero(int):
    """``-0``, which is 0 but where its text is asked for."""

    text = "-0"


def _integer(text: str) -> int:
    return _MinusZero() if text == _MinusZero.text else int(text)


def _reject(name: str) -> Any:
    raise ValueError(name)


class Members(dict[str, Any]):
    """An object with several members of one name, which are shown and counted all."""

    pairs: list[tuple[str, Any]]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    kept = Members(made)
    kept.pairs = pairs
    return kept


_decoder = json.JSONDecoder(parse_float=_Number, parse_int=_integer, parse_constant=_reject, object_pairs_hook=_object)


def written(number: float) -> str:
    """A number as its JSON text spells it."""
    return number.text if isinstance(number, _Number | _MinusZero) else str(number)


def _value(text: str, at: int) -> tuple[Any, int]:
    """The value that starts at *at*, and where it ends. Raises ValueError if there is none."""
    return _decoder.raw_decode(text, at)


def _after(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def items(text: str, at: int = 0) -> Iterator[int]:
    """Offsets of the items of the array at *at*. Raises ValueError where the text stops being JSON."""
    at = _after(text, at + 1)
    if text[at : at + 1] == "]":
        return
    while True:
        yield at
        at = _after(text, _value(text, at)[1])
        if text[at : at + 1] == "]":
            return
        at = _after(text, _expect(text, at, ","))


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Names of the object at *at*, and where their values start."""
    at = _after(text, at + 1)
    if text[at : at + 1] == "}":
        return
    while True:
        name, at = _value(text, at)
        if not isinstance(name, str):
            raise ValueError(text)
        at = _after(text, _expect(text, _after(text, at), ":"))
        yield name, at
        at = _after(text, _value(text, at)[1])
        if text[at : at + 1] == "}":
            return
        at = _after(text, _expect(text, at, ","))


def _expect(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise ValueError(text)
    return at + 1


def start(text: str) -> int:
    return _after(text, 0)


def place(text: str, names: list[str]) -> int | None:
    """Offset of the value at the path of *names*; None if there is none. Raises ValueError if the text up to there is no JSON."""
    at = start(text)
    for name in names:
        if text[at : at + 1] == "{":
            found = next((v for key, v in _members(text, at) if key == name), None)
        elif text[at : at + 1] == "[":
            index = int(name) if re.fullmatch(r"[0-9]+", name) else -1
            found = next((v for i, v in enumerate(items(text, at)) if i == index), None)
        else:
            return None
        if found is None:
            return None
        at = found
    return at


def value_at(text: str, at: int) -> Any:
    """The value at *at*. A number or a word that is the whole text ends at a blank or at the end."""
    value, end = _value(text, at)
    if at == start(text) and not isinstance(value, dict | list | str) and text[end : end + 1].strip():
        raise ValueError(text)
    return value


def raw_items(text: str) -> list[str]:
    """The items of an array, or the values of an object, as *text* writes them. It has to be JSON."""
    at = start(text)
    places = items(text, at) if text[at] == "[" else (place for _, place in _members(text, at))
    return [text[place : _value(text, place)[1]] for place in places]


def raw_member(text: str, name: str) -> str | None:
    """The value of an object's member by its name, in any case, as *text* writes it. It has to be JSON."""
    found = (place for key, place in _members(text, start(text)) if key.lower() == name.lower())
    place = next(found, None)
    return None if place is None else text[place : _value(text, place)[1]]
