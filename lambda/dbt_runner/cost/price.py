"""Prices of queries and invocations. https://aws.amazon.com/athena/pricing/ and https://aws.amazon.com/lambda/pricing/"""

from __future__ import annotations

from dataclasses import dataclass

from dbt_runner.cost.queries import Query

# AWS's Pricing Calculator (https://calculator.aws/) takes units of 1,024.
MB, TB, GB_OF_MB = 1024**2, 1024**4, 1024
_LEAST = 10 * MB


@dataclass(frozen=True)
class Prices:
    """US dollars: a terabyte that Athena scans, a GB-second of the function. Terraform's variables of the same names."""

    athena_per_tb: float
    lambda_per_gb_second: float


# For the proof of the layer, which parses and sends nothing.
FREE = Prices(0.0, 0.0)


def billed_bytes(query: Query) -> int:
    """Bytes of *query* that are paid for.

    Rounded up to a whole megabyte, ten at the least. DDL, failed queries and results that were reused are free; CREATE TABLE AS
    SELECT, DDL by its type, is a query; a cancelled query is paid for what it had scanned.
    """
    if query.state in ("", "FAILED") or query.reused:
        return 0
    free = query.type.partition(" ")[0] in ("DDL", "UTILITY") and not query.type.endswith("_AS_SELECT")
    if not query.bytes_scanned and (free or query.state == "CANCELLED"):
        return 0
    return max(-(-query.bytes_scanned // MB) * MB, _LEAST)


def query_dollars(query: Query, prices: Prices) -> float:
    """Dollars for what *query* scanned."""
    return billed_bytes(query) / TB * prices.athena_per_tb


def function_dollars(seconds: float, memory_mb: int, prices: Prices) -> float:
    """Dollars for an invocation of *seconds*, without the 0.0000002 that each request costs."""
    return seconds * memory_mb / GB_OF_MB * prices.lambda_per_gb_second
