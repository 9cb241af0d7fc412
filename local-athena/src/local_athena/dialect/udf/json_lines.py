"""Lines of JSON that DuckDB does not read as the JSON SerDes do: numbers of many digits, and what only OpenX takes for JSON.

https://github.com/trinodb/trino/tree/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/openxjson
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

_BARE = re.compile(r"[^,:\]}/\\\"\[{;=#\x00-\x1f]*")
_BLANK = re.compile(r"\s*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_EXPONENT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d{1,9}")
_MOST_DIGITS = 15


def plain(line: str, openx: bool) -> str | None:
    """*line* as JSON whose numbers of more than 15 digits are texts and whose members have one value each, the last; None if
    it is none.
    """
    try:
        text, _ = _Reader(line, openx).value(0)
    except (IndexError, ValueError, RecursionError):
        return None
    return text


def folded(line: str) -> str | None:
    """``plain`` for Hive, with keys at the top in lower case; of those that are the same then the last counts."""
    try:
        text, _ = _Reader(line, False).members(line.index("{") + 1, str.lower)
    except (IndexError, ValueError, RecursionError):
        return None
    return text


class _Reader:
    """Reads a value at a place, and gives its plain text and the place behind it."""

    def __init__(self, line: str, openx: bool) -> None:
        self.line, self.openx = line, openx

    def skip(self, at: int) -> int:
        found = _BLANK.match(self.line, at)
        return found.end() if found else at

    def value(self, at: int) -> tuple[str, int]:
        at = self.skip(at)
        start = self.line[at]
        if start == "{":
            return self.members(at + 1)
        if start == "[":
            return self.items(at + 1)
        if start == '"':
            return self.quoted(at)
        found = _BARE.match(self.line, at)
        word = found[0].strip() if found else ""
        if not word:
            raise ValueError
        return self.bare(word), at + len(found[0])  # type: ignore[index]

    def quoted(self, at: int) -> tuple[str, int]:
        found = _QUOTED.match(self.line, at)
        if not found:
            raise ValueError
        json.loads(found[0], strict=False)
        return found[0], found.end()

    def bare(self, word: str) -> str:
        if word.lower() in ("true", "false", "null"):
            return word.lower()
        if self.openx and _EXPONENT.fullmatch(word):
            return json.dumps(str(Decimal(word)))
        if not self.openx and word.lstrip("-").isdigit():
            return word
        short = sum(map(str.isdigit, word)) <= _MOST_DIGITS
        return word if short and _PLAIN.fullmatch(word) else json.dumps(word)

    def members(self, at: int, spelled: Callable[[str], str] = str) -> tuple[str, int]:
        found: dict[str, str] = {}
        while True:
            at = self.skip(at)
            if self.line[at] == "}":
                break
            key, at = self.value(at)
            at = self.skip(at)
            sign = next(sign for sign in ("=>", "=", ":", "") if self.line.startswith(sign, at))
            if not sign:
                raise ValueError
            name = spelled(key if key.startswith('"') else json.dumps(key))
            found.pop(name, None)
            found[name], at = self.value(at + len(sign))
            at = self.skip(at)
            if self.line[at] in ",;":
                at += 1
            elif self.line[at] != "}":
                raise ValueError
        return "{" + ",".join(f"{key}:{value}" for key, value in found.items()) + "}", at + 1

    def items(self, at: int) -> tuple[str, int]:
        found: list[str] = []
        while True:
            at = self.skip(at)
            if self.line[at] == "]":
                break
            if self.line[at] in ",;":
                found.append("null")
                at += 1
                continue
            item, at = self.value(at)
            found.append(item)
            at = self.skip(at)
            if self.line[at] in ",;":
                at += 1
            elif self.line[at] != "]":
                raise ValueError
        return f"[{','.join(found)}]", at + 1


_WHOLE = re.compile(r"0[xX]([0-9a-fA-F]+)|0([0-7]+)|([-+]?(?:0|[1-9]\d*))")


def whole(text: str) -> str | None:
    """The whole number that *text* writes, of base 16 behind ``0x`` and 8 behind ``0``, in base 10; None if it writes none."""
    found = _WHOLE.fullmatch(text)
    if not found:
        return None
    hexadecimal, octal, decimal = found.groups()
    return decimal or str(int(hexadecimal, 16) if hexadecimal else int(octal, 8))


FUNCTIONS = (
    ("line_plain", plain, "VARCHAR BOOLEAN", "VARCHAR"),
    ("line_folded", folded, "VARCHAR", "VARCHAR"),
    ("line_whole", whole, "VARCHAR", "VARCHAR"),
)
