"""One way to ask an engine in a test."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from local_athena.engine import Engine
from local_athena.errors import AthenaError
from local_athena.model import Outcome, QueryContext
from local_athena.storage import AwsClients


@dataclass
class Athena:
    """``run`` gives the outcome, ``rows`` a query's rows or a statement's lines, ``error`` the message of what fails."""

    engine: Engine
    aws: AwsClients
    _numbers: Any = field(default_factory=itertools.count)

    def context(self, **options: Any) -> QueryContext:
        options = {"database": "db", "output_location": "s3://lake/results/", **options}
        return QueryContext(f"{next(self._numbers):08}-0000-4000-8000-000000000000", **options)

    def run(self, sql: str, **options: Any) -> Outcome:
        outcome = self.engine.execute(sql, self.context(**options))
        if outcome.batches is not None:
            outcome.batches = [*outcome.batches]
        return outcome

    def rows(self, sql: str, **options: Any) -> list[Any]:
        outcome = self.run(sql, **options)
        if outcome.batches is None:
            return [line.strip() for line in outcome.lines or []]
        return [
            row
            for batch in outcome.batches
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]

    def error(self, sql: str, **options: Any) -> str:
        with pytest.raises(AthenaError) as caught:
            self.run(sql, **options)
        return str(caught.value)

    def table(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.aws.glue.get_table(DatabaseName="db", Name=name)["Table"]
        return found

    def keys(self, prefix: str) -> list[str]:
        return [item["Key"] for item in self.aws.s3.list_objects_v2(Bucket="lake", Prefix=prefix).get("Contents", [])]

    def put(self, key: str, body: bytes) -> None:
        self.aws.s3.put_object(Bucket="lake", Key=key, Body=body)
