"""Files that DuckDB does not read as Athena does, turned into local Parquet once and kept in the disk cache.

Text becomes a column ``line`` (JSON) or ``fields`` (delimited); Avro and ORC become their own columns. All stream: memory is
bounded by a block, a stripe or a batch.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import orc

from local_athena.errors import AthenaError
from local_athena.tables.hive import parquet_packs
from local_athena.tables.hive.avro import arrow_schema
from local_athena.tables.hive.formats import Format
from local_athena.tables.hive.packs import AT

_BLOCK = 8 << 20
_ROWS = 50_000
_COMPRESSION = {".gz": "gzip", ".gzip": "gzip", ".bz2": "bz2", ".zst": "zstd", ".zstd": "zstd", ".lz4": "lz4"}
_UNREADABLE = {".snappy": "Hadoop's Snappy framing", ".lzo": "LZO", ".deflate": "DEFLATE"}
LINE = pa.schema([("line", pa.string())])
FIELDS = pa.schema([("fields", pa.list_(pa.string()))])


def converter(form: Format) -> tuple[str, Callable[[Path, str, Path], None]] | None:
    """A name that tells two conversions apart and ``convert(source, uri, target)``; None for Parquet, which needs none."""
    if form.kind == "parquet":
        return None
    if form.kind == "orc":
        return "orc", _orc
    if form.kind == "avro":
        return "avro", _avro
    text = _text_form(form)
    return text.name, partial(_text, text)


def packer(form: Format) -> tuple[str, Callable[[Sequence[Path | bytes], Sequence[str], Path], None]]:
    """As ``converter``, for many files into one: ``convert(sources, uris, target)``."""
    if form.kind == "parquet":
        return "pack:parquet", parquet_packs.pack
    text = _text_form(form)
    return f"pack:{text.name}", partial(_pack, text)


@dataclass(frozen=True)
class _Text:
    """A conversion of text: the column it makes of each line, after so many of *header*."""

    name: str
    schema: pa.Schema
    header: int
    parse: Callable[[pa.Array], pa.Array]


def _text_form(form: Format) -> _Text:
    header = form.header_lines
    if form.kind == "json":
        return _Text(f"json:{header}", LINE, header, _whole_lines)
    if form.kind == "opencsv":
        marks = {
            "delimiter": form.get("separatorChar") or ",",
            "quotechar": form.get("quoteChar") or '"',
            "escapechar": form.get("escapeChar") or "\\",
        }
        return _Text(f"opencsv:{header}:{marks}", FIELDS, header, partial(_quoted_fields, marks))
    delimiter, escape = form.get("field.delim", "serialization.format") or "\x01", form.get("escape.delim")
    delimiter = chr(int(delimiter)) if delimiter.isdigit() else delimiter
    split = partial(_escaped_fields, delimiter, escape) if escape else partial(_split_fields, delimiter)
    return _Text(f"text:{header}:{delimiter!r}:{escape!r}", FIELDS, header, split)


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
    except (pa.ArrowException, OSError) as error:
        raise _bad(uri, error) from error


def _avro(source: Path, uri: str, target: Path) -> None:
    try:
        with source.open("rb") as file:
            reader = fastavro.reader(file)
            if not isinstance(reader.writer_schema, Mapping):
                raise ValueError("its schema is not a record")
            schema = arrow_schema(reader.writer_schema)
            rows = (
                pa.RecordBatch.from_pylist([*batch], schema=schema) for batch in batched(reader, _ROWS, strict=False)
            )
            _write(schema, rows, target)
    except (ValueError, EOFError, pa.ArrowException, OSError, KeyError, TypeError) as error:
        raise _bad(uri, error) from error


def _text(text: _Text, source: Path, uri: str, target: Path) -> None:
    _write(text.schema, _batches(text, source, uri), target)


def _pack(text: _Text, sources: Sequence[Path | bytes], uris: Sequence[str], target: Path) -> None:
    schema = text.schema.append(pa.field(AT, pa.int32()))

    def batches() -> Iterator[pa.RecordBatch]:
        plain: list[tuple[int, bytes]] = []
        for at, (source, uri) in enumerate(zip(sources, uris, strict=True)):
            if isinstance(source, bytes) and not {_suffix(uri)} & {*_COMPRESSION, *_UNREADABLE}:
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
        body = _without_first_lines(data, text.header)
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
    yield pa.record_batch([rows, numbers], schema=schema)


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
        for block in _without_header(_lines(source, _COMPRESSION.get(suffix)), text.header):
            yield pa.record_batch([text.parse(block)], schema=text.schema)
    except (pa.ArrowException, OSError, csv.Error, UnicodeDecodeError) as error:
        raise _bad(uri, error) from error


def _lines(source: Path | bytes, compression: str | None) -> Iterator[pa.Array]:
    """Blocks of lines, ended by LF or CRLF; an end of line at the end of the file starts no line."""
    opened = pa.BufferReader(source) if isinstance(source, bytes) else str(source)
    with pa.input_stream(opened, compression=compression) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            whole, newline, tail = (rest + block).rpartition(b"\n")
            rest = tail
            if newline:
                yield _split_lines(whole)
        if rest:
            yield _split_lines(rest)


def _split_lines(block: bytes) -> pa.Array:
    text = block.decode("utf-8", errors="replace")
    lines = pc.split_pattern(pa.array([text], pa.large_string()), "\n").flatten()
    return pc.replace_substring_regex(lines, "\r$", "").cast(pa.string()) if "\r" in text else lines.cast(pa.string())


def _without_header(blocks: Iterable[pa.Array], header: int) -> Iterator[pa.Array]:
    for block in blocks:
        skipped = min(header, len(block))
        header -= skipped
        yield block.slice(skipped)


def _whole_lines(lines: pa.Array) -> pa.Array:
    return lines


def _split_fields(delimiter: str, lines: pa.Array) -> pa.Array:
    return pc.split_pattern(lines, delimiter)


def _escaped_fields(delimiter: str, escape: str, lines: pa.Array) -> pa.Array:
    """LazySimpleSerDe with ESCAPED BY; ``\\N`` alone stays as it is, because it means NULL."""

    def split(line: str) -> list[str]:
        fields, current, at = [], [], 0
        while at < len(line):
            character = line[at]
            if character == escape and at + 1 < len(line):
                following = line[at + 1]
                current.append(
                    character + following if following == "N" else {"n": "\n", "r": "\r"}.get(following, following)
                )
                at += 2
                continue
            if character == delimiter:
                fields.append("".join(current))
                current = []
            else:
                current.append(character)
            at += 1
        return [*fields, "".join(current)]

    return pa.array([split(line) for line in lines.to_pylist()], FIELDS.field(0).type)


def _quoted_fields(marks: Mapping[str, str], lines: pa.Array) -> pa.Array:
    """OpenCSVSerde reads line by line: a quoted line break is not one field, as on AWS."""
    escape = None if marks["escapechar"] == marks["quotechar"] else marks["escapechar"]

    def split(line: str) -> list[str]:
        reader = csv.reader((line,), delimiter=marks["delimiter"], quotechar=marks["quotechar"], escapechar=escape)
        return next(reader, [""]) or [""]

    return pa.array([split(line) for line in lines.to_pylist()], FIELDS.field(0).type)
