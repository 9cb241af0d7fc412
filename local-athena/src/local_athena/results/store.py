"""A query's result: written once to S3, read back a page at a time.

Rows live in S3 alone, in the CSV file that Athena writes too. In memory are the byte range of each block of some
thousand rows, so that any page costs one or two ranged reads however long the result is, and the most recently used
blocks up to a fixed number of bytes: the first page of a fresh result costs no read at all.
"""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from local_athena.model import Column, Outcome
from local_athena.queries.kinds import location
from local_athena.results import metadata
from local_athena.results.columns import ROWS_COLUMN, column_infos
from local_athena.results.csvtext import Row, decode_rows, encode_header, encode_rows
from local_athena.results.text import render
from local_athena.results.upload import Upload
from local_athena.storage import split_uri

BLOCK_ROWS = 2048
CACHE_BYTES = 32 * 1024 * 1024
_LISTED = {"UNLOAD", "CREATE_TABLE_AS_SELECT"}
"""Statements whose list of files is there when it is empty, for clients read it without looking at the count."""

_UPDATE_TYPES = {"CREATE_TABLE_AS_SELECT": "CREATE TABLE"}
"""Trino's words where they are not the statement's."""
type Settings = Mapping[str, str]
_PLAIN: Settings = MappingProxyType({})
_APPLICATION, _BINARY = "application/octet-stream", "binary/octet-stream"


@dataclass
class Result:
    """Index of a finished query's rows. ``first_rows`` and ``ranges`` have one entry a block."""

    query_id: str
    columns: list[dict[str, Any]]
    location: str | None = None
    manifest: str | None = None
    header: bool = False
    rows: int = 0
    bytes: int = 0
    update_count: int | None = 0
    lines: list[str] | None = None
    first_rows: list[int] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Rows as GetQueryResults counts them: the header is one."""
        return self.rows + self.header


class BlockCache:
    """The most recently used blocks of rows, bounded by the bytes of their CSV text."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit, self._size = limit, 0
        self._lock = threading.Lock()
        self._blocks: OrderedDict[tuple[str, int], tuple[list[Row], int]] = OrderedDict()

    def get(self, key: tuple[str, int]) -> list[Row] | None:
        with self._lock:
            if key not in self._blocks:
                return None
            self._blocks.move_to_end(key)
            return self._blocks[key][0]

    def put(self, key: tuple[str, int], rows: list[Row], size: int) -> None:
        with self._lock:
            if size > self._limit or key in self._blocks:
                return
            self._blocks[key] = rows, size
            self._size += size
            while self._size > self._limit:
                _, (_, freed) = self._blocks.popitem(last=False)
                self._size -= freed


class ResultStore:
    """Writes and reads results through one S3 client."""

    def __init__(self, s3: Any, cache: BlockCache | None = None) -> None:
        self._s3 = s3
        self._cache = cache or BlockCache()

    def write(
        self,
        query_id: str,
        prefix: str,
        outcome: Outcome,
        check: Callable[[], None],
        settings: Settings = _PLAIN,
    ) -> Result:
        """Write the files of *outcome* under *prefix* (``s3://bucket/path/``); *check* raises to stop between blocks.

        The object that clients look at first is there last, and a stopped write leaves none. *settings* are boto3's
        arguments for each of them.
        """
        if outcome.batches is not None:
            return self._write_rows(query_id, prefix, outcome, check, settings)
        if outcome.statement_type != "UTILITY" and (outcome.update_count is not None or outcome.written):
            return self._write_manifest(query_id, prefix, outcome, settings)
        return self._write_lines(query_id, prefix, outcome, settings)

    def page(self, result: Result, start: int, limit: int) -> list[Row]:
        """At most *limit* rows from row *start* on, the header being row 0 where there is one."""
        stop = min(start + limit, result.total)
        rows: list[Row] = []
        if result.header and start == 0 and stop > 0:
            rows.append(tuple(column["Name"] for column in result.columns))
        if result.lines is not None:
            return rows + [(line,) for line in result.lines[start:stop]]
        position, stop = max(start - result.header, 0), stop - result.header
        while position < stop:
            block = bisect.bisect_right(result.first_rows, position) - 1
            offset = position - result.first_rows[block]
            piece = self._block(result, block)[offset : offset + stop - position]
            rows += piece
            position += len(piece)
        return rows

    def _block(self, result: Result, block: int) -> list[Row]:
        cached = self._cache.get((result.query_id, block))
        if cached is not None:
            return cached
        assert result.location is not None
        bucket, key = split_uri(result.location)
        first, end = result.ranges[block]
        body = self._s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{end - 1}")["Body"].read()
        rows = decode_rows(body, len(result.columns))
        self._cache.put((result.query_id, block), rows, len(body))
        return rows

    def _write_rows(
        self, query_id: str, prefix: str, outcome: Outcome, check: Callable[[], None], settings: Settings
    ) -> Result:
        columns = column_infos(outcome.columns)
        place = _place(query_id, prefix, outcome)
        result = Result(query_id, columns, place, header=True)
        upload = Upload(self._s3, place, settings)
        self._put(f"{place}.metadata", metadata.encode(query_id, columns), settings)
        try:
            upload.write(encode_header([column.name for column in outcome.columns]))
            for batch in outcome.batches or ():
                for start in range(0, batch.num_rows, BLOCK_ROWS):
                    check()
                    self._append(result, upload, batch.slice(start, BLOCK_ROWS), outcome.columns)
            check()
            upload.close()
        except BaseException:
            upload.abort()
            raise
        finally:
            close = getattr(outcome.batches, "close", None)
            if close is not None:  # a stream that is stopped half way holds a connection
                close()
        result.bytes = upload.size
        return result

    def _append(self, result: Result, upload: Upload, batch: pa.RecordBatch, columns: Sequence[Column]) -> None:
        texts = [render(array, column.type) for array, column in zip(batch.columns, columns, strict=True)]
        data = encode_rows(texts)
        result.first_rows.append(result.rows)
        result.ranges.append((upload.size, upload.size + len(data)))
        upload.write(data)
        if not result.rows:
            self._cache.put((result.query_id, 0), list(zip(*texts, strict=True)), len(data))
        result.rows += batch.num_rows

    def _write_manifest(self, query_id: str, prefix: str, outcome: Outcome, settings: Settings) -> Result:
        columns = column_infos(outcome.columns or (ROWS_COLUMN,))
        place = _place(query_id, prefix, outcome)
        result = Result(query_id, columns, place, update_count=outcome.update_count or 0)
        kind = _UPDATE_TYPES.get(outcome.substatement_type, outcome.substatement_type)
        described = metadata.encode(query_id, columns, kind, outcome.update_count or 0)
        self._put(f"{place}.metadata", described, settings)
        if outcome.written or outcome.substatement_type in _LISTED:
            result.manifest = f"{place.removesuffix('.csv')}-manifest.csv"
            self._put(result.manifest, "\n".join(outcome.written).encode(), settings)
        return result

    def _write_lines(self, query_id: str, prefix: str, outcome: Outcome, settings: Settings) -> Result:
        columns = column_infos(outcome.columns)
        if outcome.statement_type == "UTILITY":
            # Hive's text has no length: SHOW and DESCRIBE say string where a query says varchar. Views are Trino's.
            kind = "varchar" if "VIEW" in outcome.substatement_type else "string"
            columns = [{**info, "Type": kind, "Precision": 0, "CaseSensitive": False} for info in columns]
        place, count = _place(query_id, prefix, outcome), outcome.update_count
        lines = [row for line in outcome.lines or () for row in line.split("\n")]  # a value's own lines are rows, too
        data = "\n".join(lines).encode()
        # Only what a query reads of a Hive table without its engine has neither a count nor this type of file.
        kind = _APPLICATION if count is None and (lines or outcome.by_hive) else _BINARY
        if lines or columns or outcome.by_hive:
            self._put(f"{place}.metadata", metadata.encode(query_id, columns, outcome.update_type), settings, kind)
        self._put(place, data, settings, kind)
        return Result(query_id, columns, place, rows=len(lines), bytes=len(data), update_count=count, lines=lines)

    def write_reason(self, place: str, reason: str, settings: Settings = _PLAIN) -> None:
        """Hive's DDL leaves the reason why it failed where its result would lie."""
        self._put(place, reason.encode(), settings)

    def _put(self, uri: str, data: bytes, settings: Settings, kind: str = _APPLICATION) -> None:
        bucket, key = split_uri(uri)
        self._s3.put_object(Bucket=bucket, Key=key, Body=data, ContentType=kind, **settings)


def _place(query_id: str, prefix: str, outcome: Outcome) -> str:
    return location(prefix, query_id, outcome.statement_type, outcome.substatement_type)
