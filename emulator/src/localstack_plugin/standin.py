"""An engine that runs bare DuckDB, until the real one is merged."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import sqlglot

from local_athena.errors import AthenaError, InvalidRequest, NotSupported
from local_athena.model import Column, Outcome, QueryContext, trino_type
from local_athena.storage import AwsClients

_TYPES = {
    "int32": "integer",
    "int64": "bigint",
    "double": "double",
    "float": "real",
    "bool": "boolean",
    "date32[day]": "date",
}


class Engine:
    def __init__(self, aws: AwsClients, cache_dir: Path) -> None:
        self._connection = duckdb.connect()

    def execute(self, sql: str, context: QueryContext) -> Outcome:
        try:
            (statement,) = sqlglot.transpile(sql, read="athena", write="duckdb")
        except sqlglot.ParseError as error:
            raise InvalidRequest(str(error)) from error
        if not isinstance(sqlglot.parse_one(sql, read="athena"), sqlglot.exp.Query):
            raise NotSupported("this statement")
        cursor = self._connection.cursor()
        context.on_cancel(cursor.interrupt)
        try:
            reader = cursor.execute(statement).to_arrow_reader(100_000)
        except duckdb.Error as error:
            raise AthenaError("GENERIC_USER_ERROR", str(error)) from error
        columns = tuple(Column(field.name, trino_type(_trino(field.type))) for field in reader.schema)
        return Outcome("DML", "SELECT", columns, batches=reader)


def _trino(type_: pa.DataType) -> str:
    if pa.types.is_decimal(type_):
        return f"decimal({type_.precision},{type_.scale})"
    if pa.types.is_timestamp(type_):
        return "timestamp(3)"
    return _TYPES.get(str(type_), "varchar")
