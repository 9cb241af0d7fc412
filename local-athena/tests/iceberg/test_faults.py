"""Writers that race, and files that are gone or broken. Those that are killed are in ``test_kills``."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_athena.errors import AthenaError, IcebergCommitError, QueryCancelled
from local_athena.model import TableName

from .conftest import Lake, tuples


def test_ten_writers_of_this_process_lose_nothing(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 0")

    def write(number: int) -> None:
        connection = lake.connection.cursor()
        lake.load("t").insert(connection, f"SELECT {number}", lake.context())

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(1, 21)))
    assert lake.rows("t") == tuples(lake.iceberg_scan("t")) == sorted(((i,) for i in range(21)), key=repr)


def test_two_engines_at_once_commit_or_fail_but_lose_nothing(lake: Lake) -> None:
    """The second engine has its own locks, as another process would. moto's Glue does not compare VersionId, so a swap is
    only as atomic as the look before it; a lost race must then show as an error or as a retry."""
    lake.create("t", {"id": "bigint"}, "SELECT 0")
    other, done, guard = lake.fresh(), [0], threading.Lock()
    swap = threading.Lock()

    def atomically(pointer):  # type: ignore[no-untyped-def]
        original = pointer._swap

        def one(*arguments):  # type: ignore[no-untyped-def]
            with swap:
                original(*arguments)

        pointer._swap = one

    atomically(lake.tables.pointer)
    atomically(other.pointer)

    def write(number: int) -> None:
        tables = lake.tables if number % 2 else other
        connection = lake.connection.cursor()
        name = TableName("db", "t")
        try:
            tables.load(name, lake.glue("t")).insert(connection, f"SELECT {number}", lake.context())
        except IcebergCommitError as error:
            assert error.type == 233 and error.retryable
            return
        with guard:
            done.append(number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(1, 13)))
    assert lake.rows("t") == sorted(((i,) for i in done), key=repr)
    assert len(done) > 4


def test_an_append_moves_on_to_what_another_engine_committed(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    stale, foreign = lake.load("t"), lake.pyiceberg("t")
    foreign.append(foreign.scan().to_arrow())
    stale.insert(lake.connection, "SELECT 2", lake.context())
    assert lake.rows("t") == [(1,), (1,), (2,)]


def test_a_missing_data_file_is_named(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    (path,) = [uri for uri in lake.objects("t/") if uri.endswith(".parquet")]
    lake.tables.files.storage.delete([path])
    with pytest.raises(AthenaError, match=f"ICEBERG_CANNOT_OPEN_SPLIT: Error opening Iceberg split {path} "):
        lake.rows("t")


def test_a_corrupt_data_file_is_named(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    (path,) = [uri for uri in lake.objects("t/") if uri.endswith(".parquet")]
    lake.tables.files.storage.put_bytes(b"PAR1 this is no Parquet file PAR1", path)
    with pytest.raises(AthenaError, match=f"ICEBERG_BAD_DATA: Malformed Parquet file {path}"):
        lake.rows("t")


def test_missing_and_broken_metadata(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    location = lake.glue("t")["Parameters"]["metadata_location"]
    lake.tables.files.storage.put_bytes(b"{not json", location)
    with pytest.raises(AthenaError, match="ICEBERG_INVALID_METADATA"):
        lake.rows("t")
    lake.tables.files.storage.delete([location])
    with pytest.raises(
        AthenaError, match="ICEBERG_MISSING_METADATA: Metadata not found in metadata location for table db"
    ):
        lake.rows("t")
    with pytest.raises(AthenaError, match="ICEBERG_MISSING_METADATA"):
        lake.insert("t", "SELECT 2")


def test_a_cancelled_write_leaves_nothing(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    before, context = lake.objects(), lake.context()
    context.cancel()
    with pytest.raises(QueryCancelled):
        lake.load("t").insert(lake.connection, "SELECT 2", context)
    assert lake.objects() == before
    assert lake.tables.files.pending() == set()


def test_a_format_that_is_only_read_is_refused_for_writing(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    storage, location = lake.tables.files.storage, lake.glue("t")["Parameters"]["metadata_location"]
    metadata = {**json.loads(storage.read_bytes(location)), "format-version": 3, "next-row-id": 1}
    storage.put_bytes(json.dumps(metadata).encode(), location)
    assert lake.rows("t") == [(1,)]
    with pytest.raises(AthenaError, match="NOT_SUPPORTED: Writing Iceberg tables of format version 3"):
        lake.insert("t", "SELECT 2")
    assert lake.load("t").data_files() == [uri for uri in lake.objects("t/") if uri.endswith(".parquet")]
