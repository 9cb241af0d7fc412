"""Properties of characters in regular expressions, which Python's ``re`` does not know: ``\\p{Lu}``, ``[[:alpha:]]``."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from local_athena.dialect.udf.failures import Failure

_ASCII = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "punct": r"!-/:-@\[-`{-~",
    "space": r" \t-\r", "xdigit": "0-9A-Fa-f", "cntrl": r"\x00-\x1f\x7f", "graph": "!-~", "print": " -~", "blank": r" \t",
    "ascii": r"\x00-\x7f", "word": r"\w",
}  # fmt: skip
_SCRIPTS = {
    "han": "CJK UNIFIED IDEOGRAPH", "hiragana": "HIRAGANA", "katakana": "KATAKANA", "latin": "LATIN", "greek": "GREEK",
    "cyrillic": "CYRILLIC", "arabic": "ARABIC", "hebrew": "HEBREW", "hangul": "HANGUL", "thai": "THAI", "devanagari": "DEVANAGARI",
}  # fmt: skip
_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
               "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn", "L", "M", "N", "P", "S", "Z", "C"}  # fmt: skip
_MARK = re.compile(r"\\Q(.*?)(?:\\E|\Z)|\\([pP])(?:\{\^?(\w+)\}|(\w))|\[:(\^?)(\w+):\]|\\.|(\[\^?\]?)|(\])", re.S)


def spelled_out(pattern: str) -> str:
    """*pattern* with the characters of each property in its place, and the text of ``\\Q...\\E`` escaped."""
    inside = False

    def part(m: re.Match[str]) -> str:
        nonlocal inside
        if m[1] is not None:
            return re.escape(m[1])
        if m[2]:
            ranges = _ranges(m[3] or m[4], (m[2] == "P") != ("{^" in m[0]))
            return ranges if inside else f"[{ranges}]"
        if m[6] and inside:
            return _ranges(m[6], m[5] == "^")
        if m[7] and inside:
            raise Failure("NOT_SUPPORTED: A class of characters within another is not supported by local Athena")
        if m[7] or m[8]:
            inside = bool(m[7])
        return m[0]

    return _MARK.sub(part, pattern)


@lru_cache(maxsize=64)
def _ranges(name: str, negated: bool) -> str:
    plain = _ASCII.get(name.lower())
    if plain is not None and not negated:
        return plain
    if plain is not None:
        one = re.compile(f"[{plain}]", re.ASCII)
        return _runs(lambda c: one.match(c) is None)
    if name in _CATEGORIES:
        return _runs(lambda c: unicodedata.category(c).startswith(name) != negated)
    script = _SCRIPTS.get(name.lower().removeprefix("is"))
    if script is None:
        raise Failure(f"NOT_SUPPORTED: The property {name} in a regular expression is not supported by local Athena")
    return _runs(lambda c: unicodedata.name(c, "").startswith(script) != negated)


def _runs(holds: Callable[[str], bool]) -> str:
    made, first = [], -1
    for code in range(sys.maxunicode + 2):
        if code <= sys.maxunicode and holds(chr(code)):
            first = code if first < 0 else first
        elif first >= 0:
            made.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = -1
    return "".join(made)
