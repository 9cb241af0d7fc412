"""SpookyHash V2 of short messages: http://burtleburtle.net/bob/hash/spooky.html."""

from __future__ import annotations

from local_athena.dialect.udf.failures import Failure

_MASK = 2**64 - 1
_CONSTANT = 0xDEADBEEFDEADBEEF
_MIX = (50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36)
_END = (15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63)
_LONGEST = 192


def _rotl(x: int, by: int) -> int:
    return ((x << by) | (x >> (64 - by))) & _MASK


def _mix(h: list[int]) -> None:
    for step, by in enumerate(_MIX):
        a, b, c = (step + 2) % 4, (step + 3) % 4, step % 4
        h[a] = (_rotl(h[a], by) + h[b]) & _MASK
        h[c] ^= h[a]


def _end(h: list[int]) -> None:
    for step, by in enumerate(_END):
        a, b = (step + 3) % 4, (step + 2) % 4
        h[a] ^= h[b]
        h[b] = _rotl(h[b], by)
        h[a] = (h[a] + h[b]) & _MASK


def _word(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _hash(data: bytes) -> int:
    if len(data) >= _LONGEST:
        raise Failure(f"NOT_SUPPORTED: The spooky hash of {_LONGEST} bytes or more is not supported by local Athena")
    h = [0, 0, _CONSTANT, _CONSTANT]
    at = 0
    while len(data) - at >= 16:
        h[2] = (h[2] + _word(data[at : at + 8])) & _MASK
        h[3] = (h[3] + _word(data[at + 8 : at + 16])) & _MASK
        _mix(h)
        if len(data) - at >= 32:
            h[0] = (h[0] + _word(data[at + 16 : at + 24])) & _MASK
            h[1] = (h[1] + _word(data[at + 24 : at + 32])) & _MASK
            at += 16
        at += 16
    rest = data[at:]
    h[3] += len(data) << 56
    h[2] += _word(rest[:8]) if rest else _CONSTANT
    h[3] += _word(rest[8:]) if rest else _CONSTANT
    h[2], h[3] = h[2] & _MASK, h[3] & _MASK
    _end(h)
    return h[0]


def hash_32(data: bytes) -> bytes:
    return (_hash(data) & 0xFFFFFFFF).to_bytes(4, "big")


def hash_64(data: bytes) -> bytes:
    return _hash(data).to_bytes(8, "big")


FUNCTIONS = (("spooky_hash_32", hash_32, "BLOB", "BLOB"), ("spooky_hash_64", hash_64, "BLOB", "BLOB"))
