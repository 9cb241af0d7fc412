"""Reads the files of runs in the artifacts bucket."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.errors import UserError

_READERS = 8


@dataclass(frozen=True)
class Runs:
    """The runs of an environment, by what their runner wrote (lambda/README.md says what is where)."""

    s3: Any
    bucket: str

    def index(self) -> list[dict[str, Any]]:
        """The last runs that changed the lake, the newest first."""
        found: list[dict[str, Any]] | None = self._json("runs/index.json")
        return found or []

    def summary(self, run_id: str) -> dict[str, Any]:
        """A run's ``summary.json``. Raises ``UserError`` if there is none, or none that tells of cost."""
        found: dict[str, Any] | None = self._json(f"runs/{run_id}/summary.json")
        if found is None:
            known = [run["run_id"] for run in self.index()[:5]]
            others = f" The last runs are {', '.join(known)}." if known else ""
            raise UserError(
                f"There is no run {run_id} that has ended: looked for s3://{self.bucket}/runs/{run_id}/summary.json.{others}"
            )
        if "nodes" not in found:
            raise UserError(f"The run {run_id} was made by a runner that kept no account of its nodes: run it again.")
        return found

    def summaries(self, run_ids: list[str]) -> list[dict[str, Any]]:
        """Those of the summaries that are there and tell of cost, in the order of *run_ids*."""
        with ThreadPoolExecutor(_READERS) as pool:
            found = pool.map(lambda run_id: self._json(f"runs/{run_id}/summary.json"), run_ids)
            return [summary for summary in found if summary and "nodes" in summary]

    def manifest(self, run_id: str) -> dict[str, Any]:
        """A run's ``manifest.json``; empty if dbt wrote none."""
        found: dict[str, Any] | None = self._json(f"runs/{run_id}/manifest.json")
        return found or {}

    def text(self, uri: str) -> str | None:
        """The text of an object of the bucket by its ``s3://`` address, None if it is not there."""
        body = self._get(uri.removeprefix(f"s3://{self.bucket}/"))
        return None if body is None else body.decode()

    def _json(self, key: str) -> Any:
        body = self._get(key)
        return None if body is None else json.loads(body)

    def _get(self, key: str) -> bytes | None:
        try:
            body: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"].get("Code") in ("NoSuchKey", "404"):
                return None
            raise UserError(f"s3://{self.bucket}/{key} cannot be read: {error}") from error
        return body
