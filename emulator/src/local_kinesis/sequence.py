"""Sequence numbers: 56 digits that rise within a shard, and from a parent to its children.

AWS promises the order alone (https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number). The bits
are those that its numbers are known to have (https://github.com/mhart/kinesalite/blob/master/db/index.js), 186 of them:
version 2, second of the shard's making, shard, count, a zero byte, second of the record, shard, version 2.
"""

from __future__ import annotations

_VERSION = 2
_SECOND, _NIBBLE, _COUNT, _BYTE, _SHARD = 36, 4, 64, 8, 32
_LOWEST, _HIGHEST = _VERSION << 184, (_VERSION + 1) << 184
LAST = (1 << 63) - 1
"""The count in the number that ends a closed shard."""


def compose(made: int, shard: int, count: int, second: int) -> int:
    """The number of record *count* (from 1; 0 is the shard's own beginning) of a shard *made* at a second of the epoch."""
    number = (_VERSION << _SECOND) | made
    number = (number << _NIBBLE) | (shard & 0xF)
    number = (number << _COUNT) | count
    number = (number << _BYTE + _SECOND) | second
    return (((number << _SHARD) | shard) << _NIBBLE) | _VERSION


def parse(text: str) -> int | None:
    """The number that *text* is; None if it is none of a stream's."""
    if not text.isdecimal() or not text.isascii():
        return None
    number = int(text)
    return number if _LOWEST <= number < _HIGHEST and number & 0xF == _VERSION else None
