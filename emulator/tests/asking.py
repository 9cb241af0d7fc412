"""Ways to ask a service at an address in a test. The tests of the emulator have this file, too: they share no code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

OUTPUT = "s3://results/out/"
Run = Callable[..., dict[str, Any]]


def client(name: str, url: str) -> Any:
    """A boto3 client with the credentials that emulators take; it leaves validation to the service."""
    return boto3.client(
        name,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False),
    )


def run_sql(athena: Any, sql: str, output: str | None = OUTPUT, **arguments: Any) -> dict[str, Any]:
    """Run *sql* to its end; answers the QueryExecution."""
    if output:
        arguments["ResultConfiguration"] = {"OutputLocation": output}
    return finished(athena, athena.start_query_execution(QueryString=sql, **arguments)["QueryExecutionId"])


def finished(athena: Any, query_id: str) -> dict[str, Any]:
    """The QueryExecution when its state is final."""
    for _ in range(200):  # GetQueryExecution waits by itself
        execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return execution
    raise AssertionError(f"query {query_id} does not end")


def rows(answer: dict[str, Any]) -> list[list[str | None]]:
    """The texts of a GetQueryResults."""
    return [[value.get("VarCharValue") for value in row["Data"]] for row in answer["ResultSet"]["Rows"]]
