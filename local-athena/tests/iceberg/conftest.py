"""Iceberg tables in moto's Glue and S3 over HTTP, and the other readers that must understand what is written."""

from __future__ import annotations

import urllib.request
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_avro
import duckdb_extension_httpfs
import duckdb_extension_iceberg
import pyarrow as pa
import pytest
from moto.server import ThreadedMotoServer
from pyiceberg.catalog.glue import GlueCatalog

from local_athena import dialect
from local_athena.model import Column, QueryContext, TableName, trino_type
from local_athena.storage import AwsClients, Storage
from local_athena.tables.iceberg import IcebergTable, IcebergTables, Written

BUCKET, DATABASE = "lake", "db"
_EXTENSIONS = (duckdb_extension_avro, duckdb_extension_httpfs, duckdb_extension_iceberg)


def tuples(table: pa.Table) -> list[tuple[Any, ...]]:
    """The rows of *table* in an order of their own, so that results compare; NaN as text, which equals itself."""
    rows = [tuple("NaN" if value != value else value for value in row.values()) for row in table.to_pylist()]
    return sorted(rows, key=repr)


@cache
def _clients(endpoint: str) -> AwsClients:
    return AwsClients.connect(endpoint, access_key="test", secret_key="test")


@cache
def _extended_duckdb(endpoint: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB with its own Iceberg and S3 readers, loaded from the wheels' files."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for extension in _EXTENSIONS:
        file = next(Path(extension.__path__[0]).rglob("*.duckdb_extension"))
        connection.execute(f"LOAD '{file}'")
    host = endpoint.removeprefix("http://")
    connection.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID 'test', SECRET 'test', ENDPOINT '{host}', USE_SSL false, URL_STYLE 'path')"
    )
    return connection


class Lake:
    """An empty lake: one bucket, one database."""

    def __init__(self, endpoint: str, cache: Path) -> None:
        self.endpoint, self.cache = endpoint, cache
        self.aws = _clients(endpoint)
        self.aws.s3.create_bucket(Bucket=BUCKET)
        self.aws.glue.create_database(DatabaseInput={"Name": DATABASE})
        self.tables = self.fresh()
        self.connection = dialect.connect()

    def fresh(self) -> IcebergTables:
        """The tables as another process would see them: nothing in memory, nothing on disk."""
        return IcebergTables(self.aws, Storage(self.aws.s3, self.cache / uuid.uuid4().hex))

    def context(self, **settings: Any) -> QueryContext:
        return QueryContext(query_id=uuid.uuid4().hex, database=DATABASE, **settings)

    def create(
        self, table: str, columns: dict[str, str], sql: str, partitioning: list[str] | None = None, **properties: str
    ) -> Written:
        """CREATE TABLE *table* AS *sql*, which is DuckDB's; *columns* maps names to Trino types."""
        return self.tables.create_as(
            TableName(DATABASE, table),
            [Column(name, trino_type(kind)) for name, kind in columns.items()],
            f"s3://{BUCKET}/{table}/{uuid.uuid4().hex}",
            partitioning or [],
            {"table_type": "iceberg", **properties},
            self.connection,
            sql,
            self.context(),
        )

    def glue(self, table: str) -> dict[str, Any]:
        return dict(self.aws.glue.get_table(DatabaseName=DATABASE, Name=table)["Table"])

    def load(self, table: str) -> IcebergTable:
        return self.tables.load(TableName(DATABASE, table), self.glue(table))

    def insert(self, table: str, sql: str) -> Written:
        return self.load(table).insert(self.connection, sql, self.context())

    def change(self, table: str, sql: str, **relations: tuple[dict[str, str], str]) -> Written:
        """MERGE, UPDATE or DELETE in Trino's words; *relations* are sources: columns (Trino types) and DuckDB's query."""
        columns = {}
        for name, (types, query) in relations.items():
            casts = ", ".join(f"CAST({c} AS {dialect.types.to_duckdb(trino_type(t))}) AS {c}" for c, t in types.items())
            self.connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {casts} FROM ({query}) q({', '.join(types)})"
            )
            columns[name] = [Column(column, trino_type(kind)) for column, kind in types.items()]
        with self.tables.writing(TableName(DATABASE, table)):
            return self.load(table).change(self.connection, dialect.parse(sql), columns, self.context())

    def rows(self, table: str, query: str = "SELECT * FROM r", **scan: Any) -> list[tuple[Any, ...]]:
        """Rows that local Athena reads: *query* over the table as ``r``, in order."""
        self.load(table).scan(self.connection, "r", **scan)
        return tuples(self.connection.execute(query).to_arrow_table())

    def objects(self, prefix: str = "") -> list[str]:
        return [item.uri for item in self.tables.files.storage.list(f"s3://{BUCKET}/{prefix}")]

    def pyiceberg(self, table: str) -> Any:
        """The table through PyIceberg's own Glue catalog and S3 client."""
        catalog = GlueCatalog(
            "glue",
            **{
                "glue.endpoint": self.endpoint,
                "glue.region": "us-east-1",
                "glue.access-key-id": "test",
                "glue.secret-access-key": "test",
                "s3.endpoint": self.endpoint,
                "s3.region": "us-east-1",
                "s3.access-key-id": "test",
                "s3.secret-access-key": "test",
            },
        )
        return catalog.load_table((DATABASE, table))

    def other_rows(self, table: str) -> dict[str, list[tuple[Any, ...]]]:
        """All rows as PyIceberg and DuckDB's Iceberg extension read them."""
        return {
            "pyiceberg": tuples(self.pyiceberg(table).scan().to_arrow()),
            "duckdb": tuples(self.iceberg_scan(table)),
        }

    def iceberg_scan(self, table: str, query: str = "SELECT * FROM {}") -> pa.Table:
        connection = _extended_duckdb(self.endpoint)
        location = self.glue(table)["Parameters"]["metadata_location"]
        return connection.execute(query.format(f"iceberg_scan('{location}')")).to_arrow_table()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def reset(endpoint: str) -> None:
    """Empty the emulated AWS."""
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))


@pytest.fixture
def lake(endpoint: str, tmp_path: Path) -> Iterator[Lake]:
    reset(endpoint)
    yield Lake(endpoint, tmp_path)
