"""Text: soundex, normalisation, UTF-8 decoding, check digits."""

from __future__ import annotations

import re
import unicodedata

from local_athena.dialect.udf.failures import invalid

_SOUNDEX = {c: d for d, letters in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for c in letters}

_SOUNDEX_SIZE = 4


def soundex(text: str) -> str:
    """American Soundex, as https://trino.io/docs/current/functions/string.html#soundex."""
    letters = [c for c in text.upper() if c.isalpha()]
    if not letters:
        return ""
    code, last = letters[0], _SOUNDEX.get(letters[0])
    for i, c in enumerate(letters):
        if len(code) == _SOUNDEX_SIZE:
            break
        if not c.isascii():
            raise invalid(f"The character is not mapped: {c} (index={ord(c) - ord('A')})")
        if i == 0:
            continue
        digit = _SOUNDEX.get(c)
        if digit and digit != last:
            code += str(digit)
        if c not in "HW":
            last = digit
    return code.ljust(_SOUNDEX_SIZE, "0")


def normalize(text: str, form: str) -> str:
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


def luhn_check(text: str) -> bool:
    if not re.fullmatch("[0-9]*", text):
        raise invalid("Input contains non-digit character")
    total = 0
    for i, c in enumerate(reversed(text)):
        digit = int(c) * (2 if i % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return text != "" and total % 10 == 0


def from_utf8(data: bytes, replacement: str) -> str:
    if len(replacement) > 1:
        raise invalid("Replacement character string must empty or a single character")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _repaired(data, replacement)


def _repaired(data: bytes, replacement: str) -> str:
    """Trino replaces a whole sequence that is too long for its character or stands for half of a pair; Python each byte."""
    made, at = "", 0
    while at < len(data):
        lead = data[at]
        size = (
            1
            if lead < 0xC0
            else 2
            if lead < 0xE0
            else 3
            if lead < 0xF0
            else 4
            if lead < 0xF8
            else 5
            if lead < 0xFC
            else 6
        )
        size = 1 if lead >= 0xFE else size
        taken = 1
        while taken < size and at + taken < len(data) and data[at + taken] & 0xC0 == 0x80:
            taken += 1
        try:
            made += data[at : at + taken].decode()
        except UnicodeDecodeError:
            made += replacement
        at += taken
    return made


def split_to_map(text: str, entries: str, pairs: str) -> dict[str, str]:
    result: dict[str, str] = {}
    for key, value in _pairs(text, entries, pairs, quote="'"):
        if key in result:
            raise invalid(f"Duplicate keys ({key}) are not allowed")
        result[key] = value
    return result


def split_to_multimap(text: str, entries: str, pairs: str) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for key, value in _pairs(text, entries, pairs):
        result.setdefault(key, []).append(value)
    return result


def _pairs(text: str, entries: str, pairs: str, quote: str = "") -> list[tuple[str, str]]:
    """Keys and values; *quote* stands around an entry that the message of a failure shows."""
    if not entries or not pairs:
        raise invalid("entryDelimiter is empty" if not entries else "keyValueDelimiter is empty")
    if entries == pairs:
        raise invalid("entryDelimiter and keyValueDelimiter must not be the same")
    result = []
    for entry in text.split(entries):
        key, found, value = entry.partition(pairs)
        if not entry and entry == text.split(entries)[-1]:
            continue
        if not found or pairs in value:
            shown = f"{quote}{entry}{quote}"
            raise invalid(f"Key-value delimiter must appear exactly once in each entry. Bad input: {shown}")
        result.append((key, value))
    return result


def strpos(text: str, part: str, instance: int) -> int:
    if instance == 0:
        raise invalid("'instance' must be a positive or negative number.")
    if not part:
        return 1
    at = -1 if instance > 0 else len(text)
    for _ in range(abs(instance)):
        at = (
            text.find(part, at + 1)
            if instance > 0
            else (text.rfind(part, 0, at + len(part) - 1) if at + len(part) - 1 >= 0 else -1)
        )
        if at < 0:
            return 0
    return at + 1


def levenshtein(left: str, right: str) -> int:
    """Edit distance in characters; DuckDB's counts bytes."""
    if len(left) > len(right):
        left, right = right, left
    if not left:
        return len(right)
    # Myers' bit vectors: a column of the table of distances as the bits of two numbers, +1 and -1 from row to row.
    places: dict[str, int] = {}
    for at, c in enumerate(right):
        places[c] = places.get(c, 0) | 1 << at
    every, last = (1 << len(right)) - 1, 1 << len(right) - 1
    more, less, distance = every, 0, len(right)
    for c in left:
        same = places.get(c, 0)
        across = (((same & more) + more) ^ more) | same | less
        up, down = less | ~(across | more) & every, more & across
        distance += (up & last > 0) - (down & last > 0)
        up, down = up << 1 | 1, down << 1
        less, more = up & (same | less), (down | ~(same | less | up)) & every
    return distance


MOST_PADDED = 100_000_000
"""Characters or bytes that texts are padded to: of as many as Trino pads to, this machine cannot hold a few."""


def pad(data: bytes, size: int, padding: bytes, left: bool) -> bytes:
    if not padding:
        raise invalid("Padding bytes must not be empty")
    if not 0 <= size < 2**31:
        raise invalid("Target length must be in the range [0..2147483647]")
    if size > MOST_PADDED:
        raise MemoryError
    missing = size - len(data)
    if missing <= 0:
        return data[:size]
    added = (padding * (missing // len(padding) + 1))[:missing]
    return added + data if left else data + added


def char2hexint(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def listagg(values: list[str], separator: str, filler: str, counted: bool, longest: int) -> str:
    """*values* joined, or as many of the first as fit into *longest* bytes, and *filler* in the place of the others.

    https://trino.io/docs/current/functions/aggregate.html#listagg
    """
    between = len(separator.encode())
    size = -between
    for kept, value in enumerate(values):
        size += between + len(value.encode())
        if size > longest:
            missing = f"({len(values) - kept})" if counted else ""
            return separator.join([*values[:kept], filler]) + missing
    return separator.join(values)


FUNCTIONS = (
    ("listagg", listagg, "VARCHAR[] VARCHAR VARCHAR BOOLEAN BIGINT", "VARCHAR"),
    ("soundex", soundex, "VARCHAR", "VARCHAR"), ("normalize", normalize, "VARCHAR VARCHAR", "VARCHAR"),
    ("luhn_check", luhn_check, "VARCHAR", "BOOLEAN"),
    ("split_to_map", split_to_map, "VARCHAR VARCHAR VARCHAR", "MAP(VARCHAR,VARCHAR)"),
    ("split_to_multimap", split_to_multimap, "VARCHAR VARCHAR VARCHAR", "MAP(VARCHAR,VARCHAR[])"),
    ("levenshtein", levenshtein, "VARCHAR VARCHAR", "BIGINT"), ("pad", pad, "BLOB BIGINT BLOB BOOLEAN", "BLOB"),
    ("char2hexint", char2hexint, "VARCHAR", "VARCHAR"),
    ("strpos", strpos, "VARCHAR VARCHAR BIGINT", "BIGINT"),
)  # fmt: skip
