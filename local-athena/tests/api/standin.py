"""A small engine for tests of the API: bare DuckDB, and statements that fail, hang or write on demand."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from local_athena.errors import AthenaError, IcebergRefused, InvalidRequest, NotSupported, QueryCancelled
from local_athena.model import Column, Outcome, QueryContext, Work, trino_type

_TYPES = {"int32": "integer", "int64": "bigint", "double": "double", "bool": "boolean", "date32[day]": "date"}
SLOW = "select count(*) from range(1000000000000)"
CTAS = "create table t as select 1"


class StandIn:
    """``SqlEngine`` for tests. ``executed`` lists what reached it."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self.executed: list[str] = []
        self.contexts: list[QueryContext] = []

    def plan(self, sql: str, context: QueryContext) -> Work:
        if sql.startswith("syntax error"):
            raise InvalidRequest("line 1:1: mismatched input 'syntax'")
        if sql.startswith("unread"):
            raise NotSupported("what cannot be read")
        return lambda: self._execute(sql, context)

    def _execute(self, sql: str, context: QueryContext) -> Outcome:
        self.executed.append(sql)
        self.contexts.append(context)
        if sql.startswith("defect"):
            raise ZeroDivisionError("division by zero")
        if sql == "drop table gone":
            raise AthenaError("FAILED", "SemanticException [Error 10001]: Table not found gone")
        if sql == "alter table iceberg":
            raise IcebergRefused
        if sql == "show tables":
            return Outcome("UTILITY", "SHOW", (Column("tab_name", trino_type("varchar")),), lines=["a", "b"])
        if sql == CTAS:
            return Outcome("DDL", "CREATE_TABLE_AS_SELECT", update_count=1, written=["s3://results/t/1.parquet"])
        return self._query(sql, context)

    def _query(self, sql: str, context: QueryContext) -> Outcome:
        cursor = self._connection.cursor()
        context.on_cancel(cursor.interrupt)
        scanned = 20_000_000 if sql.startswith("select 'big'") else 7
        try:
            reader = cursor.execute(sql).to_arrow_reader(5_000)
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise AthenaError("COLUMN_NOT_FOUND", str(error)) from error
        columns = tuple(Column(field.name, trino_type(_trino(field.type))) for field in reader.schema)
        return Outcome("DML", "SELECT", columns, batches=reader, scanned_bytes=scanned)


def _trino(type_: pa.DataType) -> str:
    return _TYPES.get(str(type_), "varchar")
