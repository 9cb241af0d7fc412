"""Dollars of the steps of a proof: the queries of the environment's workgroup, and the invocations that its runs account for.

Left out, each below a cent in an hour: requests to S3, Glue and Step Functions, storage, logs, SnapStart's snapshots.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError

LEFT_OUT = "requests to S3, Glue and Step Functions, storage, logs and SnapStart's snapshots"
# A query is paid for by the megabyte, ten at the least; AWS's units are of 1,024: https://aws.amazon.com/athena/pricing/
_MB, _TB = 1024**2, 1024**4
_LEAST = 10 * _MB
_BATCH = 50  # https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetQueryExecution.html
_FREE = ("DDL", "UTILITY")


@dataclass
class Meter:
    """Counts each query and each run once. ``athena_price`` is US dollars for a terabyte."""

    athena: Any
    s3: Any
    lake: Outputs
    athena_price: float
    _seen: set[str] = field(default_factory=set)

    def since(self) -> float:
        """US dollars of what has come since the last call. Raises ``UserError`` if it cannot be asked."""
        try:
            return sum(map(self._query, self._queries())) + sum(map(self._run, self._runs()))
        except ClientError as error:
            raise UserError(f"The cost so far cannot be read: {error}") from error

    def _queries(self) -> Iterator[dict[str, Any]]:
        pages = self.athena.get_paginator("list_query_executions").paginate(WorkGroup=self.lake.athena_workgroup)
        new = [one for page in pages for one in page.get("QueryExecutionIds", []) if one not in self._seen]
        self._seen.update(new)
        for start in range(0, len(new), _BATCH):
            answer = self.athena.batch_get_query_execution(QueryExecutionIds=new[start : start + _BATCH])
            yield from answer["QueryExecutions"]

    def _query(self, query: dict[str, Any]) -> float:
        scanned: int = query.get("Statistics", {}).get("DataScannedInBytes", 0)
        free = query.get("StatementType") in _FREE and not scanned
        if query["Status"]["State"] == "FAILED" or free:
            return 0.0
        return max(-(-scanned // _MB) * _MB, _LEAST) / _TB * self.athena_price

    def _runs(self) -> Iterator[dict[str, Any]]:
        bucket = self.lake.artifacts_bucket
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="runs/"):
            for key in (one["Key"] for one in page.get("Contents", [])):
                if key.endswith("/summary.json") and key not in self._seen:
                    self._seen.add(key)
                    yield json.loads(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def _run(self, summary: dict[str, Any]) -> float:
        """The function's part: the queries of a run are in the workgroup."""
        return float((summary.get("cost") or {}).get("lambda_dollars", 0.0))
