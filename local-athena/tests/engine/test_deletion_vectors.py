"""Deletion vectors of Delta tables: https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vectors"""

from __future__ import annotations

import base64
import io
import json
import struct
import uuid
import zlib
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyroaring import BitMap64

from local_athena.tables.delta.vectors import _B85, _Z85

from .athena import Athena

_NAME = uuid.UUID("d2c639aa-8816-431a-aaf6-d3fe2512ff61")
_FIELDS = [
    {"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind in (("n", "long"), ("k", "string"))
]
_START = [
    {"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors"]}},
    {"metaData": {"id": "1", "format": {"provider": "parquet"}, "partitionColumns": ["k"], "configuration": {},
                  "schemaString": json.dumps({"type": "struct", "fields": _FIELDS})}},
]  # fmt: skip


def _z85(data: bytes) -> str:
    return base64.b85encode(data).decode().translate(str.maketrans(_B85, _Z85))


def _bitmap(*places: int) -> bytes:
    return struct.pack("<i", 1681511377) + BitMap64(places).serialize()


def _stored(*bitmaps: bytes) -> tuple[bytes, list[int]]:
    """A file of *bitmaps*, and the place of each."""
    body, places = b"\x01", []
    for bitmap in bitmaps:
        places.append(len(body))
        body += struct.pack(">i", len(bitmap)) + bitmap + struct.pack(">I", zlib.crc32(bitmap))
    return body, places


def _add(path: str, vector: dict[str, Any] | None = None) -> dict[str, Any]:
    more = {"deletionVector": vector} if vector else {}
    return {"add": {"path": path, "partitionValues": {"k": path[0]}, "size": 1, "dataChange": True, **more}}


def _table(athena: Athena, *adds: dict[str, Any]) -> None:
    for path in {add["add"]["path"] for add in adds}:
        sink = io.BytesIO()
        pq.write_table(pa.table({"n": pa.array(range(5), pa.int64())}), sink)
        athena.put(f"t/{path}", sink.getvalue())
    athena.put(f"t/_delta_log/{0:020}.json", "\n".join(json.dumps(action) for action in [*_START, *adds]).encode())
    athena.run("create external table t location 's3://lake/t/' tblproperties ('table_type'='DELTA')")


def test_rows_that_a_vector_names_are_gone(athena: Athena) -> None:
    first, second = _bitmap(0, 4), _bitmap(2, 1 << 33)
    body, (one, two) = _stored(first, second)
    athena.put(f"t/ab/deletion_vector_{_NAME}.bin", body)
    athena.put("elsewhere/v.bin", body)
    inline = _bitmap(1, 2, 3)
    padded = inline + bytes(-len(inline) % 4)
    _table(
        athena,
        _add("a.parquet", {"storageType": "u", "pathOrInlineDv": "ab" + _z85(_NAME.bytes), "offset": one, "sizeInBytes": len(first), "cardinality": 2}),
        _add("b.parquet", {"storageType": "p", "pathOrInlineDv": "s3://lake/elsewhere/v.bin", "offset": two, "sizeInBytes": len(second), "cardinality": 2}),
        _add("c.parquet", {"storageType": "i", "pathOrInlineDv": _z85(padded), "sizeInBytes": len(inline), "cardinality": 3}),
        _add("d.parquet"),
    )  # fmt: skip
    left = {"a": [1, 2, 3], "b": [0, 1, 3, 4], "c": [0, 4], "d": [0, 1, 2, 3, 4]}
    assert sorted(athena.rows("select k, n from t")) == [(key, n) for key, numbers in left.items() for n in numbers]
    assert athena.rows("select count(*) from t") == [(14,)]
    assert athena.rows("select n from t where k = 'c' order by 1") == [(0,), (4,)]
    assert athena.rows("select count(*) from t where \"$path\" like '%b.parquet'") == [(4,)]


@pytest.mark.parametrize(
    "spoil", [lambda body: body[:-1] + b"\0", lambda body: body[:4], lambda body: body[:5] + b"\0" + body[6:]]
)
def test_a_vector_that_is_none(athena: Athena, spoil: Any) -> None:
    bitmap = _bitmap(0)
    body, (at,) = _stored(bitmap)
    athena.put("v.bin", spoil(body))
    vector = {"storageType": "p", "pathOrInlineDv": "s3://lake/v.bin", "offset": at, "sizeInBytes": len(bitmap)}
    _table(athena, _add("a.parquet", vector))
    assert athena.error("select * from t").startswith(
        "DELTA_LAKE_BAD_DATA: Error reading deletion vector s3://lake/v.bin"
    )
