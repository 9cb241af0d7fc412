"""Functions of whole columns: numpy and Arrow compute what Python would do row by row.

``FUNCTIONS`` as in the other modules, but each function takes and returns Arrow arrays, NULL for NULL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from local_athena.dialect.udf.batches import Batch
from local_athena.dialect.udf.binary import xxhash64 as xxhash64_of
from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.numbers import cbrt as cbrt_of
from local_athena.dialect.udf.texts import from_utf8 as from_utf8_of
from local_athena.dialect.values.zones import normalise
from local_athena.errors import AthenaError

type Words = Any  # numpy's array of unsigned words, of which its stubs lose sight

LONGEST = 1024
"""Bytes of a value up to which a batch becomes a matrix; batches with longer ones are hashed row by row."""
_P = [
    np.uint64(p)
    for p in (11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579, 2870177450012600261)
]


def _rotl(x: Words, by: int) -> Words:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))


def _round(accumulator: Words, lane: Words) -> Words:
    return _rotl(accumulator + lane * _P[1], 31) * _P[0]


def _matrix(values: list[bytes]) -> tuple[Any, Any]:
    """The bytes of *values*, each in a row filled up with zeros to a multiple of 8, and their lengths."""
    lengths: Any = np.fromiter(map(len, values), np.int64, len(values))
    width = -(-max(int(lengths.max()), 8) // 8) * 8
    padded = b"".join(v.ljust(width, b"\0") for v in values)
    return np.frombuffer(padded, np.uint8).reshape(len(values), width), lengths


def hashes(values: list[bytes]) -> Words:
    """XXH64 of each of *values*, as ``binary.xxhash64`` computes it; at least one value, none long."""
    octets, lengths = _matrix(values)
    words: Words = octets.view("<u8")
    rows = np.arange(len(values))
    stripes: Words = lengths // 32
    with np.errstate(over="ignore"):
        lanes: list[Words] = [
            np.full(len(values), a, np.uint64) for a in (_P[0] + _P[1], _P[1], np.uint64(0), np.uint64(0) - _P[0])
        ]
        for at in range(int(stripes.max())):
            more = stripes > at
            for lane, state in enumerate(lanes):
                state[more] = _round(state[more], words[more, 4 * at + lane])
        h: Words = sum((_rotl(a, by) for a, by in zip(lanes, (1, 7, 12, 18), strict=True)), np.uint64(0))
        for a in lanes:
            h = (h ^ _round(np.uint64(0), a)) * _P[0] + _P[3]
        h = np.where(stripes > 0, h, _P[4]) + lengths.astype(np.uint64)
        done, rest = stripes * 4, lengths % 32
        for _ in range(3):
            more = rest >= 8
            word = words[rows, np.minimum(done, words.shape[1] - 1)]
            h = np.where(more, _rotl(h ^ _round(np.uint64(0), word), 27) * _P[0] + _P[3], h)
            done, rest = done + more, rest - 8 * more
        halves, at_half = octets.view("<u4"), done * 2
        more = rest >= 4
        half = halves[rows, np.minimum(at_half, halves.shape[1] - 1)].astype(np.uint64)
        h = np.where(more, _rotl(h ^ (half * _P[0]), 23) * _P[1] + _P[2], h)
        at_byte, rest = (at_half + more) * 4, rest - 4 * more
        for _ in range(3):
            more = rest >= 1
            byte = octets[rows, np.minimum(at_byte, octets.shape[1] - 1)].astype(np.uint64)
            h = np.where(more, _rotl(h ^ (byte * _P[4]), 11) * _P[0], h)
            at_byte, rest = at_byte + more, rest - more
        return _mixed(h)


def _mixed(h: Words) -> Words:
    for shift, factor in ((33, _P[1]), (29, _P[2])):
        h = (h ^ (h >> np.uint64(shift))) * factor
    return h ^ (h >> np.uint64(32))


def hashes_of_words(words: Words) -> Words:
    """XXH64 of unsigned *words* of 64 bits, each by itself."""
    with np.errstate(over="ignore"):
        h = _P[4] + np.uint64(words.itemsize)
        return _mixed(_rotl(h ^ _round(np.uint64(0), words), 27) * _P[0] + _P[3])


def _fixed(rows: np.ndarray[Any, Any], present: np.ndarray[Any, Any]) -> Batch:
    """Values of one size, a row of bytes each, as an array of binaries; NULL where none is *present*."""
    width = rows.dtype.itemsize
    offsets = np.concatenate(([0], np.cumsum(present * width))).astype(np.int32)
    bitmap = np.packbits(present, bitorder="little").tobytes()
    buffers = [pa.py_buffer(bitmap), pa.py_buffer(offsets.tobytes()), pa.py_buffer(rows.tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(present), buffers)


def _present(batch: Batch) -> Any:
    return np.asarray(batch.is_valid())


def xxhash64(batch: Batch) -> Batch:
    values = batch.drop_null().to_pylist()
    if not values:
        return pa.nulls(len(batch), pa.binary())
    if max(map(len, values)) > LONGEST:
        return pa.array([None if v is None else xxhash64_of(v) for v in batch.to_pylist()], pa.binary())
    return _fixed(hashes(values).astype(">u8"), _present(batch))


def from_utf8(batch: Batch, replacements: Batch) -> Batch:
    """Arrow reads a batch without faults as a whole."""
    if replacements.null_count == 0 and max(map(len, replacements.unique().to_pylist()), default=0) <= 1:
        try:
            return batch.cast(pa.string())
        except pa.ArrowInvalid:
            pass
    rows = zip(batch.to_pylist(), replacements.to_pylist(), strict=True)
    return pa.array([None if None in row else from_utf8_of(*row) for row in rows], pa.string())


def _zones(batch: Batch) -> tuple[Batch, Batch]:
    """Zones in Trino's spelling, NULL for what is none; and whether each is none."""
    encoded = (batch.combine_chunks() if isinstance(batch, pa.ChunkedArray) else batch).dictionary_encode()
    made = pa.array([_zone(written) for written in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
    return made, pc.and_(made.is_null(), batch.is_valid())


def _zone(written: str) -> str | None:
    try:
        return normalise(written)
    except AthenaError:
        return None


def zone_in(zones: Batch, texts: Batch) -> Batch:
    """The zones of timestamps that are cast from *texts*."""
    made, none = _zones(zones)
    if pc.any(none).as_py():
        text = texts.filter(none)[0].as_py()
        raise Failure(f"INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp with time zone: {text}")
    return made


def zone_in_or_null(zones: Batch, _: Batch) -> Batch:
    return _zones(zones)[0]


def _packer(arrow: pa.DataType, form: str) -> Callable[[Batch], Batch]:
    def pack(batch: Batch) -> Batch:
        return _fixed(np.asarray(batch.drop_null().cast(arrow)).astype(form), _present(batch))

    return pack


_BYTES = "expected {}-byte input, but instead got {} bytes"
_FLOATING = "Input floating-point value must be exactly {} bytes long"


def _unpacker(arrow: pa.DataType, form: str, wrong: str = _BYTES) -> Callable[[Batch], Batch]:
    size = np.dtype(form).itemsize

    def unpack(batch: Batch) -> Batch:
        values = batch.drop_null().to_pylist()
        for value in values:
            if len(value) != size:
                raise invalid(wrong.format(size, len(value)))
        made: Any = np.zeros(len(batch), np.dtype(form).newbyteorder("="))
        present = _present(batch)
        made[present] = np.frombuffer(b"".join(values), form)
        return pa.array(made, arrow, mask=~present)

    return unpack


def cbrt(batch: Batch) -> Batch:
    """The nearest double to each cube root: of the extended one, whose last bits decide unless it lies halfway."""
    values = np.asarray(batch.fill_null(0.0))
    extended = np.cbrt(values.astype(np.longdouble))
    made = extended.astype(np.float64)
    unit = np.spacing(np.abs(made)).astype(np.longdouble)
    with np.errstate(invalid="ignore"):
        off = np.abs(np.abs(extended - made.astype(np.longdouble)) - unit / 2)
        doubtful = np.isfinite(values) & (values != 0) & ~(off > unit / 512)
    for at in np.flatnonzero(doubtful | (np.isfinite(values) & (np.finfo(np.longdouble).nmant < 60))):
        made[at] = cbrt_of(float(values[at]))
    return pa.array(made, pa.float64(), mask=~_present(batch))


FUNCTIONS = (
    ("xxhash64", xxhash64, "BLOB", "BLOB"), ("from_utf8", from_utf8, "BLOB VARCHAR", "VARCHAR"), ("cbrt", cbrt, "DOUBLE", "DOUBLE"),
    ("zone_in", zone_in, "VARCHAR VARCHAR", "VARCHAR"), ("zone_in_or_null", zone_in_or_null, "VARCHAR VARCHAR", "VARCHAR"),
    ("to_big_endian_32", _packer(pa.int32(), ">i4"), "INTEGER", "BLOB"),
    ("to_big_endian_64", _packer(pa.int64(), ">i8"), "BIGINT", "BLOB"),
    ("to_ieee754_32", _packer(pa.float32(), ">f4"), "FLOAT", "BLOB"),
    ("to_ieee754_64", _packer(pa.float64(), ">f8"), "DOUBLE", "BLOB"),
    ("from_big_endian_32", _unpacker(pa.int32(), ">i4"), "BLOB", "INTEGER"),
    ("from_big_endian_64", _unpacker(pa.int64(), ">i8"), "BLOB", "BIGINT"),
    ("from_ieee754_32", _unpacker(pa.float32(), ">f4", _FLOATING), "BLOB", "FLOAT"),
    ("from_ieee754_64", _unpacker(pa.float64(), ">f8", _FLOATING), "BLOB", "DOUBLE"),
)  # fmt: skip
