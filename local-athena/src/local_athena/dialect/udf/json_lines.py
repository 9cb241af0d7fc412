"""Lines of JSON that DuckDB does not read as the JSON SerDes do: numbers whose digits count, keys that stand twice, and JSON that
only OpenX takes for some.

https://github.com/trinodb/trino/tree/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/openxjson
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

BARE = "\ufdd0"
"""The character before a word that had no quotes, where it is a text here: Unicode keeps it from ever standing in a file."""
_WORD = re.compile(r"[^ \r\n\t\f{}\[\]/\\:,=;#\"]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*|//[^\r\n]*|/\*.*?\*/)*", re.S)
_JSON_BLANK = re.compile(r"[ \t\r\n]*")
_QUOTED = {quote: re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", re.S) for quote in "'\""}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "v": "\t"}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_KEPT = re.compile(
    r"(?!-0\.0$)(?:-?[1-9]\d{0,17}|0|-?(?=[\d.]{3,16}$)(?:[1-9]\d*\.(?:0|\d*[1-9])|0\.(?:0|\d{0,3}[1-9])))"
)
"""Numbers of which DuckDB keeps the text."""
_EXACT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,9})?")
_MARKED = re.compile(rf'"{BARE}([^"]*)"')
_WHOLE = re.compile(r"0[xX]([0-9a-fA-F]+)|0([0-7]+)|([-+]?\d+)")
_LONGS = range(-(1 << 63), 1 << 63)


def plain(line: str, openx: bool, folded: bool) -> str | None:
    """*line* as JSON that DuckDB keeps: members have one value each, the last, of keys that are the same whatever their case where
    *folded*; numbers that DuckDB would spell anew and OpenX's words are texts behind ``BARE``. None if it is none.
    """
    if not (openx or line.lstrip(" \t").startswith("{")):
        return None
    try:
        text, _ = _Reader(line, openx, str.lower if folded else str).value(0)
    except (IndexError, ValueError, RecursionError):
        return None
    return text


def folded(line: str) -> str | None:
    """``plain`` for Hive, with keys at the top in lower case; of those that are the same then the last counts."""
    try:
        reader = _Reader(line, False, str)
        text, _ = reader.members(line.index("{") + 1, str.lower, str.lower)
    except (IndexError, ValueError, RecursionError):
        return None
    return text


class _Reader:
    """Reads a value at a place, and gives its plain text and the place behind it. *same* is alike of keys that are the same."""

    def __init__(self, line: str, openx: bool, same: Callable[[str], str]) -> None:
        self.line, self.openx, self.same = line, openx, same
        self.blank = _BLANK if openx else _JSON_BLANK
        self.separators = ",;" if openx else ","
        self.signs = ("=>", "=", ":") if openx else (":",)

    def skip(self, at: int) -> int:
        found = self.blank.match(self.line, at)
        return found.end() if found else at

    def value(self, at: int) -> tuple[str, int]:
        at = self.skip(at)
        start = self.line[at]
        if start == "{":
            return self.members(at + 1)
        if start == "[":
            return self.items(at + 1)
        if start == '"' or (start == "'" and self.openx):
            return self.quoted(at)
        found = _WORD.match(self.line, at)
        if not found:
            raise ValueError
        return self.bare(found[0]), found.end()

    def quoted(self, at: int) -> tuple[str, int]:
        found = _QUOTED[self.line[at]].match(self.line, at)
        if not found:
            raise ValueError
        text = _ESCAPE.sub(_unescaped, found[1]) if self.openx else json.loads(found[0])
        return json.dumps(_paired(text), ensure_ascii=False), found.end()

    def bare(self, word: str) -> str:
        known = word.lower() if self.openx else word
        if known in ("true", "false", "null"):
            return known
        if _KEPT.fullmatch(word):
            return word
        if not self.openx and not _NUMBER.fullmatch(word):
            raise ValueError
        return json.dumps(BARE + word, ensure_ascii=False)

    def key(self, at: int) -> tuple[str, int]:
        at = self.skip(at)
        if self.line[at] in "\"'":
            return self.quoted(at)
        found = _WORD.match(self.line, at)
        if not found or not self.openx or found[0].lower() == "null":
            raise ValueError
        return json.dumps(found[0], ensure_ascii=False), found.end()

    def members(
        self, at: int, same: Callable[[str], str] | None = None, spelled: Callable[[str], str] = str
    ) -> tuple[str, int]:
        found: dict[str, tuple[str, str]] = {}
        at = self.skip(at)
        if self.line[at] == "}":
            return "{}", at + 1
        same = same or self.same
        while True:
            key, at = self.key(at)
            at = self.skip(at)
            sign = next((sign for sign in self.signs if self.line.startswith(sign, at)), None)
            if sign is None:
                raise ValueError
            value, at = self.value(at + len(sign))
            found.pop(same(key), None)
            found[same(key)] = spelled(key), value
            at = self.skip(at)
            if self.line[at] == "}":
                return "{" + ",".join(f"{key}:{value}" for key, value in found.values()) + "}", at + 1
            if self.line[at] not in self.separators:
                raise ValueError
            at += 1

    def items(self, at: int) -> tuple[str, int]:
        found: list[str] = []
        separated = False
        while True:
            at = self.skip(at)
            if self.line[at] == "]":
                if separated and not self.openx:
                    raise ValueError
                return f"[{','.join([*found, 'null'] if separated else found)}]", at + 1
            if self.line[at] in self.separators:
                if not self.openx:
                    raise ValueError
                found.append("null")
            else:
                item, at = self.value(at)
                found.append(item)
                at = self.skip(at)
                if self.line[at] == "]":
                    return f"[{','.join(found)}]", at + 1
                if self.line[at] not in self.separators:
                    raise ValueError
            separated = True
            at += 1


def _unescaped(found: re.Match[str]) -> str:
    code, letter = found.groups()
    if letter == "u":
        raise ValueError
    return chr(int(code, 16)) if code else _ESCAPED.get(letter, letter)


def _paired(text: str) -> str:
    """*text* with pairs of surrogates as one character."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def words(text: str) -> str:
    """The text of an OpenX value that may be a word behind ``BARE``: numbers are spelled as Java does."""
    return _spelled(text[1:]) or text[1:] if text.startswith(BARE) else text


def spelled(text: str, folded: bool) -> str:
    """The text of an object or array as OpenX writes it: each key once, numbers as Java spells them, ``</`` escaped."""
    read = (plain(text, True, folded) or text).replace("</", "<\\/")
    return _MARKED.sub(lambda found: _spelled(found[1]) or json.dumps(found[1], ensure_ascii=False), read)


def _spelled(word: str) -> str | None:
    """A number as OpenX spells it anew; None of what is no number."""
    number = whole(word)
    if number is not None and int(number) in _LONGS:
        return str(int(number))
    if not _EXACT.fullmatch(word):
        return None
    try:
        return str(Decimal(word)).replace("-0", "0", 1) if not Decimal(word) else str(Decimal(word))
    except InvalidOperation:
        return None


def whole(text: str) -> str | None:
    """The whole number that *text* writes, of base 16 behind ``0x`` and 8 behind ``0``, in base 10; None if it writes none."""
    found = _WHOLE.fullmatch(text)
    if not found:
        return None
    hexadecimal, octal, decimal = found.groups()
    if decimal and decimal[0] == "0" and len(decimal) > 1 and decimal[1] in "012345678":
        return None
    return decimal or str(int(hexadecimal, 16) if hexadecimal else int(octal, 8))


FUNCTIONS = (
    ("line_plain", plain, "VARCHAR BOOLEAN BOOLEAN", "VARCHAR"),
    ("line_folded", folded, "VARCHAR", "VARCHAR"),
    ("line_object", spelled, "VARCHAR BOOLEAN", "VARCHAR"),
    ("line_words", words, "VARCHAR", "VARCHAR"),
    ("line_whole", whole, "VARCHAR", "VARCHAR"),
)
