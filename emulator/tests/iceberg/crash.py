"""A process that writes to a table until it is killed."""

from __future__ import annotations

import uuid
from multiprocessing.synchronize import Event
from pathlib import Path

from local_athena import dialect
from local_athena.model import Column, QueryContext, TableName, trino_type
from local_athena.storage import AwsClients, Storage
from local_athena.tables.iceberg import IcebergTables

COLUMNS = {"id": "bigint", "n": "integer"}
ROWS = "SELECT i, 0 FROM range(20000) t(i)"
MERGE = """merge into t using src on t.id = src.id when matched then update set n = t.n + 1
    when not matched then insert (id, n) values (src.id, t.n)"""


def write(endpoint: str, cache: str, kind: str, ready: Event) -> None:
    """One write of *kind* to ``db.t`` (CTAS: ``db.new``), which begins when *ready* is set."""
    aws = AwsClients.connect(endpoint, access_key="test", secret_key="test")
    tables, connection = IcebergTables(aws, Storage(aws.s3, Path(cache))), dialect.connect()
    name, context = TableName("db", "t"), QueryContext(uuid.uuid4().hex)
    ready.set()
    columns = [Column(column, trino_type(of)) for column, of in COLUMNS.items()]
    if kind == "ctas":
        tables.create_as(
            TableName("db", "new"), columns, f"s3://lake/new/{uuid.uuid4()}", [], {}, connection, ROWS, context
        )
        return
    with tables.writing(name):
        table = tables.load(name, aws.glue.get_table(DatabaseName="db", Name="t")["Table"])
        if kind == "insert":
            table.insert(connection, ROWS, context)
        elif kind == "optimize":
            table.optimize(connection, None, context)
        elif kind == "vacuum":
            table.vacuum(context)
        else:
            connection.execute("CREATE TEMP VIEW src AS SELECT i::BIGINT AS id, 1::INTEGER AS n FROM range(20000) t(i)")
            table.change(connection, dialect.parse(MERGE), {"src": columns}, context)
