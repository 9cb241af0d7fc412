"""Binary values: digests, checksums, packed numbers, base 32."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac as keyed
import struct
import zlib

import mmh3

from local_athena.dialect.udf.failures import invalid

_MASK = 2**64 - 1
_P = (11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579, 2870177450012600261)


def _rotl(x: int, by: int) -> int:
    return ((x << by) | (x >> (64 - by))) & _MASK


def _round(accumulator: int, lane: int) -> int:
    return _rotl((accumulator + lane * _P[1]) & _MASK, 31) * _P[0] & _MASK


def xxhash64(data: bytes) -> bytes:
    """XXH64 with seed 0: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md."""
    end = len(data) - len(data) % 32
    if len(data) >= 32:
        lanes = [(_P[0] + _P[1]) & _MASK, _P[1], 0, -_P[0] & _MASK]
        for at in range(0, end, 32):
            lanes = [_round(a, x) for a, x in zip(lanes, struct.unpack_from("<4Q", data, at), strict=True)]
        h = sum(_rotl(a, by) for a, by in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
        for a in lanes:
            h = ((h ^ _round(0, a)) * _P[0] + _P[3]) & _MASK
    else:
        h = _P[4]
    h = (h + len(data)) & _MASK
    rest = data[end:]
    while len(rest) >= 8:
        h = (_rotl(h ^ _round(0, struct.unpack_from("<Q", rest)[0]), 27) * _P[0] + _P[3]) & _MASK
        rest = rest[8:]
    if len(rest) >= 4:
        h = (_rotl(h ^ (struct.unpack_from("<I", rest)[0] * _P[0] & _MASK), 23) * _P[1] + _P[2]) & _MASK
        rest = rest[4:]
    for byte in rest:
        h = _rotl(h ^ (byte * _P[4] & _MASK), 11) * _P[0] & _MASK
    for shift, factor in ((33, _P[1]), (29, _P[2])):
        h = (h ^ (h >> shift)) * factor & _MASK
    return struct.pack(">Q", h ^ (h >> 32))


def sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def hmac(data: bytes, key: bytes, name: str) -> bytes:
    if not key:
        raise invalid("Empty key")
    return keyed.digest(key, data, name)


_BLOCK = 64  # bytes that MD5, SHA-1 and SHA-256 take at a time


def hmac_pad(key: bytes, name: str, byte: int) -> bytes:
    """The block before a text in HMAC: the key, filled up, its bits turned by *byte*."""
    short = hashlib.new(name, key).digest() if len(key) > _BLOCK else key
    return bytes(b ^ byte for b in short.ljust(_BLOCK, b"\0"))


def crc32(data: bytes) -> int:
    return zlib.crc32(data)


def murmur3(data: bytes) -> bytes:
    return mmh3.hash_bytes(data)


def from_hex(text: str) -> bytes:
    try:
        return binascii.unhexlify(text)
    except (binascii.Error, ValueError):
        raise invalid(f"Invalid hex string: {text}") from None


def to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode()


def from_base32(text: str) -> bytes:
    try:
        kept = text.rstrip("=")
        return base64.b32decode(kept + "=" * (-len(kept) % 8))
    except ValueError as error:
        raise invalid(str(error)) from None


def from_base64(text: str) -> bytes:
    try:
        # Padding may be left out, but not in part.
        return base64.b64decode(text if "=" in text else text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise invalid(str(error)) from None


FUNCTIONS = (
    ("sha512", sha512, "BLOB", "BLOB"), ("hmac", hmac, "BLOB BLOB VARCHAR", "BLOB"),
    ("hmac_pad", hmac_pad, "BLOB VARCHAR INTEGER", "BLOB"),
    ("crc32", crc32, "BLOB", "BIGINT"), ("murmur3", murmur3, "BLOB", "BLOB"), ("from_hex", from_hex, "VARCHAR", "BLOB"),
    ("to_base32", to_base32, "BLOB", "VARCHAR"), ("from_base64", from_base64, "VARCHAR", "BLOB"),
    ("from_base32", from_base32, "VARCHAR", "BLOB"),
)  # fmt: skip
