"""Classifiers: the format of an object by its content, and its columns.

The built-in ones of AWS, as far as they are here: Parquet, ORC, Avro, JSON, CSV; JSON and CSV also gzipped or bzipped.
https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html
"""

from __future__ import annotations

import bz2
import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet

from local_glue.crawler.files import Object, Remote
from local_glue.crawler.hive_types import Column, merged, of_arrow, of_json, of_text

SAMPLE = 1024 * 1024
"""Bytes of a text that are looked at, as by AWS's crawlers."""
_DELIMITERS = (",", "|", "\t", ";", "\x01")
_NAME = re.compile(r"[A-Za-z_][\w .-]*")
_LONGEST_NAME = 150


@dataclass(frozen=True)
class Schema:
    """Classification, compression and columns of an object."""

    classification: str
    columns: tuple[Column, ...] = ()
    compression: str = "none"
    records: int = 0
    """Known or estimated."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    serde: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> tuple[str, str, str]:
        """Objects of one table have this in common."""
        return (self.classification, self.compression, self.serde.get("field.delim", ""))


UNKNOWN = Schema("UNKNOWN")


def classify(s3: Any, of: Object) -> Schema:
    """The first classifier that is certain; ``UNKNOWN`` if none is."""
    file = Remote(s3, of)
    head = file.read(SAMPLE)
    file.seek(0)
    for magic, reader in _BINARY.items():
        if head.startswith(magic):
            try:
                return reader(file)
            except (ValueError, OSError, EOFError, pa.ArrowException):
                return UNKNOWN
    text, compression, whole = _text(head, of)
    if text is None:
        return UNKNOWN
    found = _json(text, whole) or _csv(text, whole)
    if found is None:
        return UNKNOWN
    read = max(len(text.encode()), 1)
    total = of.size if compression == "none" else read
    records = max(round(found.records * total / read), found.records)
    return Schema(found.classification, found.columns, compression, records, found.parameters, found.serde)


def _parquet(file: Remote) -> Schema:
    read = pyarrow.parquet.ParquetFile(pa.PythonFile(file, mode="r"))
    columns = tuple((one.name, of_arrow(one.type)) for one in read.schema_arrow)
    return Schema("parquet", columns, records=read.metadata.num_rows)


def _orc(file: Remote) -> Schema:
    read = pyarrow.orc.ORCFile(pa.PythonFile(file, mode="r"))
    return Schema("orc", tuple((one.name, of_arrow(one.type)) for one in read.schema), records=read.nrows)


def _avro(file: Remote) -> Schema:
    read = fastavro.reader(io.BufferedReader(file))
    schema: Any = read.writer_schema
    columns = tuple((one["name"], _of_avro(one["type"])) for one in schema["fields"])
    records = sum(1 for _ in read)
    return Schema("avro", columns, records=records, serde={"avro.schema.literal": json.dumps(schema)})


def _of_avro(kind: Any) -> str:
    if isinstance(kind, list):
        others = [one for one in kind if one != "null"]
        return _of_avro(others[0]) if len(others) == 1 else "string"
    if isinstance(kind, dict):
        match kind.get("logicalType"):
            case "decimal":
                return f"decimal({kind['precision']},{kind.get('scale', 0)})"
            case "date":
                return "date"
            case "timestamp-millis" | "timestamp-micros":
                return "timestamp"
        match kind["type"]:
            case "array":
                return f"array<{_of_avro(kind['items'])}>"
            case "map":
                return f"map<string,{_of_avro(kind['values'])}>"
            case "record":
                inner = ",".join(f"{one['name']}:{_of_avro(one['type'])}" for one in kind["fields"])
                return f"struct<{inner}>"
        return _of_avro(kind["type"])
    return {"long": "bigint", "bytes": "binary", "fixed": "binary", "enum": "string", "null": "string"}.get(
        kind, str(kind)
    )


_BINARY: dict[bytes, Callable[[Remote], Schema]] = {b"PAR1": _parquet, b"ORC": _orc, b"Obj\x01": _avro}


def _text(head: bytes, of: Object) -> tuple[str | None, str, bool]:
    """The beginning as text without a last line that is cut, its compression, and whether it is all of it."""
    compression, whole, data = "none", of.size <= SAMPLE, head
    try:
        if head.startswith(b"\x1f\x8b"):
            unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            compression, data = "gzip", unpacker.decompress(head, SAMPLE)
            whole = whole and unpacker.eof
        elif head.startswith(b"BZh"):
            unpacked = bz2.BZ2Decompressor()
            compression, data = "bzip2", unpacked.decompress(head, SAMPLE)
            whole = whole and unpacked.eof
        if not whole:
            data = data[: data.rfind(b"\n") + 1] or data
        text = data.decode("utf-8-sig")
    except (zlib.error, OSError, UnicodeDecodeError):
        return None, compression, whole
    return (None if "\x00" in text else text), compression, whole


def _json(text: str, whole: bool) -> Schema | None:
    """An object a line, objects one behind the other, or one array of them."""
    decoder, position = json.JSONDecoder(), 0
    rows: list[Any] = []
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            break
        if text[position] not in "{[":
            return None
        try:
            value, position = decoder.raw_decode(text, position)
        except ValueError:
            if whole or not rows:
                return None
            break
        rows += value if isinstance(value, list) else [value]
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None
    columns = merged([(name, of_json(value)) for name, value in row.items()] for row in rows)  # type: ignore[misc]
    paths = ",".join(sorted(name for name, _ in columns))
    return Schema("json", tuple(columns), records=len(rows), serde={"paths": paths})


def _csv(text: str, whole: bool) -> Schema | None:
    """At least two columns and two rows, the same number of fields in each."""
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
        except csv.Error:
            continue
        if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
            continue
        header = _has_header(rows)
        data = rows[1:] if header else rows
        names = [name.strip() for name in rows[0]] if header else [f"col{number}" for number in range(len(rows[0]))]
        kinds = merged([(name, of_text(value)) for name, value in zip(names, row, strict=True)] for row in data)  # type: ignore[misc]
        columns = tuple((name, kind) for name, kind in kinds)
        parameters = {"areColumnsQuoted": str('"' in text).lower(), "columnsOrdered": "true", "delimiter": delimiter}
        if header:
            parameters["skip.header.line.count"] = "1"
        return Schema("csv", columns, "none", len(data), parameters, {"field.delim": delimiter})
    return None


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row is one: names in all columns, and some other row that holds more than strings.

    https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in
    """
    first = rows[0]
    if len(set(first)) < len(first):
        return False
    if not all(
        len(name) < _LONGEST_NAME and _NAME.fullmatch(name.strip()) and of_text(name) == "string" for name in first
    ):
        return False
    return any(of_text(value) not in ("string", None) for row in rows[1:] for value in row)
