"""Files that DuckDB does not read as Athena does, turned into local Parquet once and kept in the disk cache.

Text becomes a column ``line`` (JSON) or ``fields`` (delimited); Avro and ORC become their own columns. All stream: memory is
bounded by a block, a stripe or a batch.
"""

from __future__ import annotations

import csv
from array import array
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from fastavro.read import SchemaResolutionError
from pyarrow import orc

from local_athena.errors import AthenaError, NotSupported
from local_athena.tables.hive.columnar.avro import arrow_schema, column_names, has_uuids, raw, resolved
from local_athena.tables.hive.conversion import parquet_packs
from local_athena.tables.hive.conversion.packs import AT
from local_athena.tables.hive.description.formats import Format
from local_athena.tables.hive.lines import json_flags
from local_athena.tables.hive.lines.cloudtrail import records
from local_athena.tables.hive.lines.fields import FIELDS, parser

_BLOCK = 8 << 20
_ROWS = 50_000
_COMPRESSION = {".gz": "gzip", ".gzip": "gzip", ".bz2": "bz2", ".zst": "zstd", ".zstd": "zstd", ".lz4": "lz4"}
_UNREADABLE = {".snappy": "Hadoop's Snappy framing", ".lzo": "LZO", ".deflate": "DEFLATE"}


def converter(form: Format) -> tuple[str, Callable[[Path, str, Path], None]] | None:
    """A name that tells two conversions apart and ``convert(source, uri, target)``; None for Parquet, which needs none."""
    if form.kind == "parquet":
        return None
    if form.kind == "orc":
        return "orc", _orc
    if form.kind == "avro":
        literal = avro_literal(form)
        return (f"avro:{literal}" if literal else "avro:case"), partial(_avro, literal)
    text = _text_form(form)
    return text.name, partial(_text, text)


def avro_literal(form: Format) -> str | None:
    """The schema that an Avro table was given."""
    literal = form.get("avro.schema.literal") if form.kind == "avro" else None
    return literal if literal and literal.lower() != "none" else None


def packer(form: Format) -> tuple[str, Callable[[Sequence[Path | bytes], Sequence[str], Path], None]]:
    """As ``converter``, for many files into one: ``convert(sources, uris, target)``."""
    if form.kind == "parquet":
        return "pack:parquet:types", parquet_packs.pack
    text = _text_form(form)
    return f"pack:{text.name}", partial(_pack, text)


@dataclass(frozen=True)
class _Text:
    """A conversion of text: the columns it makes of each line, without so many at the head and the foot of a file."""

    name: str
    schema: pa.Schema
    header: int
    footer: int
    records: bool
    parse: Callable[[pa.Array], list[pa.Array]]


def _text_form(form: Format) -> _Text:
    header, footer = form.header_lines, form.footer_lines
    if form.kind == "json":
        name, schema, parse = f"json:flags:{form.openx}", json_flags.SCHEMA, partial(json_flags.flagged, form.openx)
    else:
        name, cut = parser(form)
        schema, parse = FIELDS, partial(_one, cut)
    return _Text(f"{name}:{header}:{footer}:{form.records}:cr", schema, header, footer, form.records, parse)


def _one(cut: Callable[[pa.Array], pa.Array], lines: pa.Array) -> list[pa.Array]:
    return [cut(lines)]


def _write(schema: pa.Schema, batches: Iterable[pa.RecordBatch], target: Path) -> None:
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def _bad(uri: str, error: Exception) -> AthenaError:
    return AthenaError("HIVE_CURSOR_ERROR", f"Failed to read file at {uri}: {error}")


def _orc(source: Path, uri: str, target: Path) -> None:
    try:
        file = orc.ORCFile(source)
        _write(file.schema, (file.read_stripe(stripe) for stripe in range(file.nstripes)), target)
    except pa.ArrowInvalid as error:
        if "nanosecond" in str(error):
            raise NotSupported(f"An ORC timestamp before 1677 or after 2262, as in {uri},") from error
        raise _bad(uri, error) from error
    except (pa.ArrowException, OSError) as error:
        raise _bad(uri, error) from error


def _avro(literal: str | None, source: Path, uri: str, target: Path) -> None:
    """As the schema *literal* says, or as the file itself does."""
    try:
        with source.open("rb") as file:
            reader = fastavro.reader(file)
            wanted = reader.writer_schema
            if not isinstance(wanted, Mapping):
                raise ValueError("its schema is not a record")
            if literal is not None:
                wanted = resolved(literal, wanted)
                file.seek(0)
                reader = fastavro.reader(file, reader_schema=wanted)
            schema = arrow_schema(wanted)
            records = map(raw, reader) if has_uuids(wanted) else reader
            rows = (pa.RecordBatch.from_pylist([*batch], schema=schema) for batch in batched(records, _ROWS))
            names = column_names(schema.names, literal is not None)
            renamed = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)])
            _write(renamed, (batch.rename_columns(names) for batch in rows), target)
    except SchemaResolutionError as error:
        raise AthenaError(
            "HIVE_CANNOT_OPEN_SPLIT", f"Avro type resolution error when initializing split from {uri}: {error}"
        ) from error
    except (ValueError, EOFError, pa.ArrowException, OSError, KeyError, TypeError) as error:
        raise _bad(uri, error) from error


def _text(text: _Text, source: Path, uri: str, target: Path) -> None:
    _write(text.schema, _batches(text, source, uri), target)


def _pack(text: _Text, sources: Sequence[Path | bytes], uris: Sequence[str], target: Path) -> None:
    schema = text.schema.append(pa.field(AT, pa.int32()))

    def batches() -> Iterator[pa.RecordBatch]:
        plain: list[tuple[int, bytes]] = []
        for at, (source, uri) in enumerate(zip(sources, uris, strict=True)):
            whole = text.footer or text.records or {_suffix(uri)} & {*_COMPRESSION, *_UNREADABLE}
            if isinstance(source, bytes) and not whole:
                plain.append((at, source))
                continue
            yield from _at_once(text, plain, uris, schema)
            plain.clear()
            yield from _placed(_batches(text, source, uri), at, schema)
        yield from _at_once(text, plain, uris, schema)

    _write(schema, _together(schema, batches()), target)


def _placed(batches: Iterable[pa.RecordBatch], at: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.record_batch([*batch.columns, pa.repeat(pa.scalar(at, pa.int32()), len(batch))], schema=schema)


def _at_once(
    text: _Text, files: Sequence[tuple[int, bytes]], uris: Sequence[str], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """The rows of small files without compression, each with its place in the pack: one text is read faster than hundreds."""
    bodies: list[bytes] = []
    places = array("i")
    for at, data in files:
        body = _without_first_lines(_ended(data.removeprefix(BOM_UTF8)), text.header)
        if body and not body.endswith(b"\n"):
            body += b"\n"
        bodies.append(body)
        places.extend(array("i", [at]) * body.count(b"\n"))
    if not places:
        return
    try:
        rows = text.parse(_split_lines(b"".join(bodies)[:-1]))
    except (pa.ArrowException, csv.Error):  # one by one, to name the file
        for at, data in files:
            yield from _placed(_batches(text, data, uris[at]), at, schema)
        return
    numbers = pa.Array.from_buffers(pa.int32(), len(places), [None, pa.py_buffer(places)])
    yield pa.record_batch([*rows, numbers], schema=schema)


def _without_first_lines(data: bytes, lines: int) -> bytes:
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
        if not at:
            return b""
    return data[at:]


def _together(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """*batches* as fewer larger ones: each becomes a row group."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        waiting.append(batch)
        size += batch.nbytes
        if size >= _BLOCK:
            yield from pa.Table.from_batches(waiting, schema).combine_chunks().to_batches()
            waiting, size = [], 0
    yield from pa.Table.from_batches(waiting, schema).combine_chunks().to_batches()


def _suffix(uri: str) -> str:
    return "." + uri.rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()


def _batches(text: _Text, source: Path | bytes, uri: str) -> Iterator[pa.RecordBatch]:
    """Raises ``AthenaError``, which names *uri*."""
    suffix = _suffix(uri)
    if suffix in _UNREADABLE:
        raise AthenaError(
            "NOT_SUPPORTED", f"Text compressed with {_UNREADABLE[suffix]} is not supported by local Athena: {uri}"
        )
    try:
        blocks = _without_footer(_without_header(_lines(source, _COMPRESSION.get(suffix)), text.header), text.footer)
        for block in records(blocks) if text.records else blocks:
            yield pa.record_batch(text.parse(block), schema=text.schema)
    except (pa.ArrowException, OSError, csv.Error, UnicodeDecodeError) as error:
        raise _bad(uri, error) from error


def _lines(source: Path | bytes, compression: str | None) -> Iterator[pa.Array]:
    """Blocks of lines; an end of line at the end of the file starts no line, and a byte order mark at its beginning is left out."""
    opened = pa.BufferReader(source) if isinstance(source, bytes) else str(source)
    with pa.input_stream(opened, compression=compression) as stream:
        rest = b""
        block = stream.read(_BLOCK).removeprefix(BOM_UTF8)
        while block:
            whole, newline, tail = (rest + block).rpartition(b"\n")
            rest = tail
            if newline:
                yield _split_lines(_ended(whole + newline)[:-1] if b"\r" in whole else whole)
            block = stream.read(_BLOCK)
        if rest:
            yield _split_lines(_ended(rest).removesuffix(b"\n"))


def _ended(text: bytes) -> bytes:
    """*text* whose lines all end with LF: CR and CRLF end one, too.

    https://github.com/trinodb/trino/blob/423/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/text/TextLineReader.java
    """
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def _split_lines(block: bytes) -> pa.Array:
    text = block.decode("utf-8", errors="replace")
    return pc.split_pattern(pa.array([text], pa.large_string()), "\n").flatten().cast(pa.string())


def _without_header(blocks: Iterable[pa.Array], header: int) -> Iterator[pa.Array]:
    for block in blocks:
        skipped = min(header, len(block))
        header -= skipped
        yield block.slice(skipped)


def _without_footer(blocks: Iterable[pa.Array], footer: int) -> Iterator[pa.Array]:
    if not footer:
        yield from blocks
        return
    held = pa.array([], pa.string())
    for block in blocks:
        held = pa.concat_arrays([held, block])
        kept = max(0, len(held) - footer)
        yield held.slice(0, kept)
        held = held.slice(kept)
