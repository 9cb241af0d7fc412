"""A statement on Athena: started, waited for, its rows.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.errors import UserError

_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0


@dataclass(frozen=True)
class Column:
    """A column of a result: Athena's type name, and its digits where the type has any."""

    name: str
    type: str
    precision: int
    scale: int


@dataclass(frozen=True)
class Execution:
    """A statement that succeeded; ``location`` is the S3 address of its result file."""

    id: str
    location: str
    columns: tuple[Column, ...]
    seconds: float
    bytes_scanned: int


def execute(athena: Any, sql: str, *, workgroup: str, database: str) -> Execution:
    """Run *sql* and wait for its end; Ctrl-C cancels it.

    Raises:
        UserError: Athena refuses the statement, or it fails; the message is Athena's.
    """
    try:
        query = athena.start_query_execution(
            QueryString=sql, WorkGroup=workgroup, QueryExecutionContext={"Database": database}
        )["QueryExecutionId"]
    except ClientError as error:
        raise UserError(f"Athena refuses the query: {error.response['Error'].get('Message')}") from error
    try:
        finished = _wait(athena, query)
    except KeyboardInterrupt:
        athena.stop_query_execution(QueryExecutionId=query)
        raise
    status = finished["Status"]
    if status["State"] != "SUCCEEDED":
        raise UserError(
            f"The query {status['State'].lower()} on Athena: {status.get('StateChangeReason', 'no reason given')}"
        )
    statistics = finished.get("Statistics", {})
    page = athena.get_query_results(QueryExecutionId=query, MaxResults=1)
    return Execution(
        query,
        finished["ResultConfiguration"]["OutputLocation"],
        tuple(_column(info) for info in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]),
        statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
        statistics.get("DataScannedInBytes", 0),
    )


def rows(athena: Any, execution: Execution) -> Iterator[list[object]]:
    """The result's rows, values as Python has them: numbers and truth values typed, whatever else as text."""
    header = [column.name for column in execution.columns]
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution.id)
    found = ([cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"])
    for position, row in enumerate(found):
        # SELECT has its names as the first row, SHOW and DESCRIBE have none.
        if position or row != header:
            cells = row if len(row) == len(header) else _described(row, len(header))
            yield [_typed(column.type, text) for column, text in zip(execution.columns, cells, strict=True)]


def _described(row: list[str | None], width: int) -> list[str | None]:
    """DESCRIBE answers with one cell a row, the columns padded with blanks and parted by tabs."""
    cells = [cell.strip() for cell in (row[0] or "").split("\t")] if row else []
    return [*cells, *[None] * width][:width]


def _wait(athena: Any, query: str) -> dict[str, Any]:
    wait = _FIRST_WAIT
    while True:
        execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return execution
        time.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_WAIT)


def _column(info: dict[str, Any]) -> Column:
    return Column(info["Name"], info["Type"], info.get("Precision", 0), info.get("Scale", 0))


def _typed(kind: str, text: str | None) -> object:
    if text is None:
        return None
    if kind in ("tinyint", "smallint", "integer", "bigint"):
        return int(text)
    if kind in ("double", "float", "real"):
        return float(text)
    if kind == "boolean":
        return text == "true"
    return text
