"""Iceberg's bucket hash in DuckDB: murmur3, x86, 32 bits, seed 0.

https://iceberg.apache.org/spec/#appendix-b-32-bit-hash-requirements. Integers, dates and times hash as eight bytes: that is
arithmetic in DuckDB. Bytes and decimals go through Arrow, each distinct value once.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import mmh3
import pyarrow as pa
from pyiceberg.utils.decimal import decimal_to_bytes

_MASK = "4294967295::UBIGINT"
_REGISTERING = threading.Lock()


def register_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``iceberg_hash_long``, ``iceberg_hash_bytes`` and ``iceberg_hash_decimal`` known to *connection*."""
    connection.execute(f"CREATE OR REPLACE TEMP MACRO iceberg_hash_long(value) AS ({_murmur3('value')})")
    arrow: Any = "arrow"
    functions: list[tuple[str, Callable[[pa.ChunkedArray], pa.Array], str]] = [
        ("iceberg_hash_bytes", _hash_bytes, "BLOB"),
        ("iceberg_hash_decimal", _hash_decimal, "DECIMAL(38,0)"),
    ]
    for name, function, argument in functions:
        # Known already when a query before used the same database.
        with _REGISTERING, contextlib.suppress(duckdb.CatalogException, duckdb.NotImplementedException):
            connection.create_function(name, function, [argument], "BIGINT", type=arrow)


@cache
def _murmur3(value: str) -> str:
    """The hash of a BIGINT."""
    hashed = ""
    for number, half in enumerate((f"({value} & 4294967295)", f"(({value} >> 32) & 4294967295)")):
        product = _times(f"{half}::UBIGINT", 0xCC9E2D51)
        block = _let(f"b{number}", product, _times(_rotate(f"b{number}", 15), 0x1B873593))
        mixed = f"(({_rotate(f'm{number}', 13)} * 5 + {0xE6546B64}) & {_MASK})"
        hashed = _let(f"m{number}", f"xor({hashed}, {block})" if hashed else block, mixed)
    hashed = f"xor({hashed}, 8::UBIGINT)"
    for number, (shift, factor) in enumerate(((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1))):
        hashed = _let(f"f{number}", hashed, _times(f"xor(f{number}, f{number} >> {shift})", factor))
    return hashed


def _let(name: str, value: str, body: str) -> str:
    """*body*, in which *name* stands for *value*: written out, the text would double at every step."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _times(value: str, factor: int) -> str:
    return f"(({value} * {factor}::UBIGINT) & {_MASK})"


def _rotate(value: str, by: int) -> str:
    return f"((({value} << {by}) | ({value} >> {32 - by})) & {_MASK})"


def _hashes(values: pa.ChunkedArray, to_bytes: Callable[[Any], bytes]) -> pa.Array:
    encoded = values.combine_chunks().dictionary_encode()
    hashes = pa.array([mmh3.hash(to_bytes(value)) for value in encoded.dictionary.to_pylist()], pa.int64())
    return hashes.take(encoded.indices)


def _hash_bytes(values: pa.ChunkedArray) -> pa.Array:
    return _hashes(values, lambda value: value)


def _hash_decimal(values: pa.ChunkedArray) -> pa.Array:
    return _hashes(values, decimal_to_bytes)
