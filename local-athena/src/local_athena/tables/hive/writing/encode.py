"""The last step of a write: a local Parquet file as the table's own format."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import orc
from sqlglot import exp

from local_athena.errors import AthenaError, NotSupported
from local_athena.model import Column
from local_athena.session import Session
from local_athena.tables.hive.columnar.avro import avro_schema
from local_athena.tables.hive.description.delimiters import Delimiters
from local_athena.tables.hive.lines.values import FLOATS, TEXT, identifier, literal
from local_athena.tables.hive.writing.target import Target

_ROWS = 20_000
_ORC = {
    "ZLIB": "zlib",
    "SNAPPY": "snappy",
    "ZSTD": "zstd",
    "LZ4": "lz4",
    "NONE": "uncompressed",
    "UNCOMPRESSED": "uncompressed",
}
_FLOATS = (exp.DType.DOUBLE, exp.DType.FLOAT)
_AVRO = {"DEFLATE": "deflate", "GZIP": "deflate", "SNAPPY": "snappy", "ZSTD": "zstandard", "NONE": "null"}
_TEXT = {
    "GZIP": ("gzip", ".gz"),
    "BZIP2": ("bz2", ".bz2"),
    "ZSTD": ("zstd", ".zst"),
    "LZ4": ("lz4", ".lz4"),
    "NONE": (None, ""),
}
"""Compressions of each format; the first is Athena's default, save that ORC's is ZLIB."""


def finish(session: Session, source: Path, wanted: Target) -> tuple[Path, str]:
    """The file to upload for *source*, and what its name must end with.

    :raises AthenaError: ``INVALID_TABLE_PROPERTY`` for a compression that the format does not have.
    """
    kind, compression = wanted.kind, wanted.compression
    if kind == "parquet":
        return source, ""
    target = source.with_suffix(f".{kind}")
    if kind == "orc":
        _write_orc(source, target, _codec(_ORC, kind, compression or "ZLIB"))
        return target, ""
    if kind == "avro":
        _write_avro(source, target, _codec(_AVRO, kind, compression or "DEFLATE"))
        return target, ""
    codec, suffix = _codec(_TEXT, kind, compression or "GZIP")
    expression = _json_line(wanted) if kind == "json" else _text_line(wanted.data, wanted.text)
    reader = session.connection.execute(
        f"SELECT {expression} AS line FROM read_parquet({literal(str(source))})"
    ).to_arrow_reader(_ROWS)
    with pa.output_stream(str(target), compression=codec) as stream:
        for batch in reader:
            lines = batch.column(0).to_pylist()
            stream.write(("\n".join(lines) + "\n").encode())
    return target, suffix


def _codec[T](known: Mapping[str, T], kind: str, name: str) -> T:
    if name.upper() not in known:
        raise AthenaError(
            "INVALID_TABLE_PROPERTY",
            f"Compression {name} is not supported for {kind.upper()}; it has {', '.join(known)}",
        )
    return known[name.upper()]


def _write_orc(source: Path, target: Path, codec: str) -> None:
    file = pq.ParquetFile(source)
    schema = pa.schema([field.with_type(_orc_type(field.type)) for field in file.schema_arrow])
    try:
        with orc.ORCWriter(target, compression=codec) as writer:
            for batch in file.iter_batches(_ROWS):
                writer.write(pa.Table.from_batches([batch]).cast(schema))
    except pa.ArrowInvalid as error:
        raise NotSupported("Writing an ORC timestamp before 1677 or after 2262") from error


def _orc_type(kind: pa.DataType) -> pa.DataType:
    return pa.timestamp("ns") if pa.types.is_timestamp(kind) else kind


def _write_avro(source: Path, target: Path, codec: str) -> None:
    file = pq.ParquetFile(source)
    rows = (row for batch in file.iter_batches(_ROWS) for row in batch.to_pylist(maps_as_pydicts="strict"))
    with target.open("wb") as stream:
        fastavro.writer(stream, avro_schema(file.schema_arrow), rows, codec=codec)


def _json_line(wanted: Target) -> str:
    fields = ", ".join(
        f"{literal(column.name)}: {_json_value(identifier(column.name), column.type, wanted.openx)}"
        for column in wanted.data
    )
    return f"CAST(to_json({{{fields}}}) AS VARCHAR)"


def _json_value(value: str, kind: exp.DataType, openx: bool) -> str:
    """*value* with what DuckDB's JSON would show otherwise put right, wherever it is in it."""
    if not any(
        inner.this in (exp.DType.VARBINARY, *_FLOATS, exp.DType.DECIMAL) for inner in kind.find_all(exp.DataType)
    ):
        return value
    if kind.this in _FLOATS:  # what JSON has no number for is text
        shown = f"CAST(CAST({value} AS VARCHAR) AS JSON)"
        return f"CASE WHEN isfinite({value}) THEN {shown} ELSE to_json({_float(value)}) END"
    if kind.this == exp.DType.DECIMAL:
        precision, scale = (int(size.name) for size in kind.expressions)
        if precision > scale:
            return value
        # Without the 0 before its point it is no number.
        return f"CAST({value} AS DECIMAL({precision + 1}, {scale}))" if precision < 38 else _decimal(value)
    if kind.this in (exp.DType.ARRAY, exp.DType.LIST):
        return _json_items(value, kind.expressions[0], openx)
    if kind.this == exp.DType.MAP:
        sides = zip(("map_keys", "map_values"), kind.expressions, strict=True)
        items = ", ".join(_json_items(f"{side}({value})", of, openx) for side, of in sides)
        return f"CASE WHEN {value} IS NOT NULL THEN map({items}) END"
    if kind.this == exp.DType.STRUCT:
        fields = (
            f"{literal(f.name)}: {_json_value(f'({value}).{identifier(f.name)}', f.args['kind'], openx)}"
            for f in kind.expressions
        )
        return f"CASE WHEN {value} IS NOT NULL THEN {{{', '.join(fields)}}} END"
    if kind.this != exp.DType.VARBINARY:
        return value
    # Hive's SerDe takes bytes for text, and spoils those that are none:
    # https://github.com/trinodb/trino/blob/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/json/JsonSerializer.java
    return f"to_base64({value})" if openx else f"trino_from_utf8({value}, chr(65533))"


def _decimal(value: str) -> str:
    return f"regexp_replace(CAST({value} AS VARCHAR), '^(-?)[.]', '\\10.')"


def _float(value: str) -> str:
    """As Java shows it: ``1.0E7``, ``NaN``, ``-Infinity``."""
    shortest = f"CAST({value} AS VARCHAR)"
    return (
        f"CASE WHEN {value} = 0 OR abs({value}) >= 1e-3 AND abs({value}) < 1e7 THEN {shortest} "
        f"""ELSE trim(trino_json_number(CAST({shortest} AS DOUBLE)), '"') END"""
    )


def _json_items(items: str, kind: exp.DataType, openx: bool) -> str:
    item = f"j{len(str(kind))}"
    return f"list_transform({items}, lambda {item}: {_json_value(item, kind, openx)})"


def _text_line(columns: Sequence[Column], cut: Delimiters) -> str:
    """A line of LazySimpleSerDe: nested values with the delimiters behind the first."""
    fields = (_present(_text(identifier(column.name), column.type, cut, 1), cut) for column in columns)
    return f" || {literal(cut.field)} || ".join(fields)


def _present(value: str, cut: Delimiters) -> str:
    return f"coalesce({value}, {literal(cut.null)})"


def _text(value: str, kind: exp.DataType, cut: Delimiters, level: int) -> str:
    """A value whose parts, if it has any, stand between the delimiters of *level*."""
    inner = kind.expressions
    if kind.this in _FLOATS:
        return _float(value)
    if kind.this == exp.DType.DECIMAL:
        return _decimal(value)
    if kind.this == exp.DType.VARBINARY:
        return f"to_base64({value})"
    if kind.this in (exp.DType.ARRAY, exp.DType.LIST):
        item = _present(_text("item", inner[0], cut, level + 1), cut)
        return f"array_to_string(list_transform({value}, lambda item: {item}), {literal(cut.at(level))})"
    if kind.this == exp.DType.MAP:
        key = _text("item.key", inner[0], cut, level + 2)
        entry = (
            f"{key} || {literal(cut.at(level + 1))} || {_present(_text('item.value', inner[1], cut, level + 2), cut)}"
        )
        return f"array_to_string(list_transform(map_entries({value}), lambda item: {entry}), {literal(cut.at(level))})"
    if kind.this == exp.DType.STRUCT:
        fields = (
            _present(_text(f"({value}).{identifier(field.name)}", field.args["kind"], cut, level + 1), cut)
            for field in inner
        )
        return f"CASE WHEN {value} IS NOT NULL THEN {f' || {literal(cut.at(level))} || '.join(fields)} END"
    text = f"CAST({value} AS VARCHAR)"
    if kind.this in FLOATS:
        spelled = "MAP {'nan': 'NaN', 'inf': 'Infinity', '-inf': '-Infinity'}"  # as Java does
        return f"coalesce({spelled}[{text}], {text})"
    return _escaped(text, cut) if kind.this in TEXT else text


def _escaped(text: str, cut: Delimiters) -> str:
    """Text with the escape before itself and before each delimiter."""
    if cut.escape is None:
        return text
    special = "".join(re.escape(character) for character in (cut.escape, cut.field, *cut.nested))
    escape = cut.escape.replace("\\", "\\\\")
    return f"regexp_replace({text}, {literal(f'([{special}])')}, {literal(escape + '\\1')}, 'g')"
