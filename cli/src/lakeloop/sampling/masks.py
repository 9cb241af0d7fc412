"""Masks of columns, as expressions of Athena's SQL: a value that has one never leaves the account unmasked.

Values are keyed hashes (HMAC-SHA256, https://trino.io/docs/current/functions/binary.html), so that equal values stay equal
in every table and nobody without the key can try out addresses. Blanks around a text and its case do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

from lakeloop_project.sources import Type
from lakeloop_raw.sql import identifier, literal

from lakeloop.sampling import suspects

KINDS = ("hash", "null", "keep", "fake")
_HEX, _SHORTEST = 32, 8
_LARGEST = {"tinyint": 127, "smallint": 32_767, "integer": 2_147_483_647}
_DAYS, _SECONDS = 365, 365 * 24 * 3600
_NAMES = (
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Donald",
    "Edgar",
    "Edsger",
    "Frances",
    "Grace",
    "John",
    "Kathleen",
    "Tony",
)


class BadMask(Exception):
    """A mask that a column cannot have; the message says why."""


@dataclass(frozen=True)
class Masked:
    """A column to be masked: ``holds`` is the type that its text must parse as, None where any text will do."""

    name: str
    type: Type
    holds: Type | None = None
    required: bool = False


def expression(kind: str, column: Masked, key: str) -> str:
    """The SQL that is selected in the place of *column*; of its type.

    Args:
        kind: one of ``KINDS``.
        key: of the hashes, in hexadecimal.

    Raises:
        BadMask: *kind* is none, or none for a column of that type.
    """
    name = identifier(column.name)
    if kind == "keep":
        return name
    if kind == "null":
        if column.required:
            raise BadMask("it is required, and so never null: hash, fake or keep")
        return f"cast(null as {column.type})"
    if kind not in KINDS:
        raise BadMask(f"{kind!r} is no mask: {', '.join(KINDS)}")
    if column.type.nested or column.type.name == "varbinary":
        raise BadMask(f"{kind} is for simple types, and it is {column.type}: null or keep")
    made = _hash(column, key) if kind == "hash" else _fake(column, key)
    # An empty text is no value: OpenCSVSerDe has it for a field that is missing.
    return f"if({name} = '', '', {made})" if column.type.is_text else made


def _hash(column: Masked, key: str) -> str:
    held = column.holds or column.type
    if held.is_integer:
        return _as_text(column, _whole(column, held, key))
    if not held.is_text:
        raise BadMask(f"hash is for texts and whole numbers, and it holds {held}: fake, null or keep")
    length = min([_HEX, *column.type.numbers])
    if length < _SHORTEST:
        raise BadMask(f"{column.type} is too short for a hash: fake, null or keep")
    return f"substr({_hex(column, key)}, 1, {length})"


def _fake(column: Masked, key: str) -> str:
    held = column.holds or column.type
    if held.is_text:
        length = column.type.numbers
        text = _fake_text(column, key)
        return f"substr({text}, 1, {length[0]})" if length else text
    if held.is_integer:
        return _as_text(column, f"cast(mod({_number(column, key)}, {min(10_000, _largest(held) + 1)}) as {held})")
    if held.name == "decimal":
        digits = min(4, held.numbers[0] - held.numbers[1])
        return _as_text(column, f"cast(mod({_number(column, key)}, {10**digits}) as {held})")
    if held.name in ("real", "double"):
        return _as_text(column, f"cast(mod({_number(column, key)}, 1000000) / 100e0 as {held})")
    if held.name == "boolean":
        return _as_text(column, f"(mod({_number(column, key)}, 2) = 0)")
    if held.name == "date":
        return _as_text(column, f"date_add('day', mod({_number(column, key)}, {_DAYS}), {_year(column, 'date')})")
    if held.name == "timestamp":
        second = f"mod({_number(column, key)}, {_SECONDS})"
        return _as_text(column, f"date_add('second', {second}, {_year(column, 'timestamp')})")
    if held.name == "timestamp with time zone":
        second = f"mod({_number(column, key)}, {_SECONDS})"
        year = f"date_trunc('year', try(from_iso8601_timestamp({identifier(column.name)})))"
        return f"to_iso8601(date_add('second', {second}, {year}))"
    raise BadMask(f"nothing is made up for {held}: null or keep")


def _fake_text(column: Masked, key: str) -> str:
    """A text of the kind that the column's name promises; a number of no country, an address of nobody (RFC 2606)."""
    kind = suspects.by_name(column.name)
    if kind == suspects.EMAIL:
        return f"concat('user-', substr({_hex(column, key)}, 1, 12), '@example.com')"
    if kind == suspects.PHONE:
        return f"concat('+999 ', lpad(cast(mod({_number(column, key)}, 1000000000) as varchar), 9, '0'))"
    if kind == suspects.NAME:
        names = ", ".join(map(literal, _NAMES))
        return f"element_at(array[{names}], 1 + cast(mod({_number(column, key)}, {len(_NAMES)}) as integer))"
    return f"concat('text-', substr({_hex(column, key)}, 1, 12))"


def _year(column: Masked, kind: str) -> str:
    """The year stays: ages and seasons of a whole table do, and no day of anybody's."""
    name = identifier(column.name)
    return f"date_trunc('year', {f'try_cast({name} as {kind})' if column.type.is_text else name})"


def _whole(column: Masked, held: Type, key: str) -> str:
    if held.name in ("tinyint", "smallint"):
        raise BadMask(f"{held} has too few values for a hash: fake, null or keep")
    number = _number(column, key)
    return number if held.name == "bigint" else f"cast(mod({number}, {_largest(held)}) as {held})"


def _largest(held: Type) -> int:
    return _LARGEST.get(held.name, 2**63 - 1)


def _as_text(column: Masked, made: str) -> str:
    return f"cast({made} as varchar)" if column.type.is_text else made


def _number(column: Masked, key: str) -> str:
    """A hash as a bigint of no sign."""
    return f"bitwise_and(from_big_endian_64(substr({_digest(column, key)}, 1, 8)), {2**63 - 1})"


def _hex(column: Masked, key: str) -> str:
    return f"lower(to_hex({_digest(column, key)}))"


def _digest(column: Masked, key: str) -> str:
    text = f"lower(trim(cast({identifier(column.name)} as varchar)))"
    return f"hmac_sha256(to_utf8({text}), from_hex('{key}'))"
