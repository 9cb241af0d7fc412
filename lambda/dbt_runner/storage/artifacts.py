"""A run's files in the artifacts bucket, under ``runs/<run_id>/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import answer, errors
from dbt_runner.event import Request
from dbt_runner.run import Outcome, Run
from dbt_runner.storage import client, state

# https://docs.getdbt.com/reference/artifacts/dbt-artifacts: those that are there after a command are kept.
_FILES = (
    "manifest.json",
    "run_results.json",
    "catalog.json",
    "sources.json",
    "index.html",
    "static_index.html",
)


class Artifacts:
    """A run's prefix in the artifacts bucket."""

    def __init__(self, bucket: str, run: Run) -> None:
        self._bucket = bucket
        self._prefix = f"runs/{run.run_id}/"
        self._run = run
        self._s3 = client.s3()

    @property
    def uri(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def open(self, request: Request) -> None:
        """Write down what was asked for, before anything runs: a run whose files have no place to go does not start.

        Raises:
            TerminalError, TransientError: the bucket does not take it.
        """
        self._put_json("event.json", {"command": list(request.command), "cli_args": list(request.cli_args)})

    def upload(self, outcome: Outcome, log: str = "dbt.log") -> None:
        """dbt's own files and its log, to be named *log*, and the compiled SQL of what failed.

        Raises:
            TerminalError, TransientError: the bucket does not take them.
        """
        for name in _FILES:
            self._upload(self._run.target / name, name)
        self._upload(self._run.logs / "dbt.log", log)
        for failure in answer.failures(outcome):
            if failure.compiled:
                self._upload(failure.compiled, answer.compiled_key(self._run, failure.compiled))

    def promote(self, about: dict[str, Any]) -> None:
        """Make the run's files the environment's state; *about* says what they are, and is written last.

        Raises:
            TerminalError, TransientError: the bucket does not take them.
        """
        for name in state.FILES:
            self._upload(self._run.target / name, name, state.LATEST)
        self._put_json(state.ABOUT, about, state.LATEST)

    def publish_docs(self) -> None:
        """Make the run's page of documentation that of the environment: ``docs/index.html``, which a browser opens.

        Raises:
            TerminalError, TransientError: the bucket does not take it.
        """
        self._upload(
            self._run.target / "static_index.html", "index.html", "docs/", ContentType="text/html; charset=utf-8"
        )

    def close(self, summary: dict[str, Any]) -> None:
        """``summary.json``, the last file of a run.

        Raises:
            TerminalError, TransientError: the bucket does not take it.
        """
        self._put_json("summary.json", summary)

    def _put_json(self, name: str, content: Any, prefix: str | None = None) -> None:
        key = (prefix or self._prefix) + name
        body = json.dumps(content, indent=1).encode()
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Cannot write s3://{self._bucket}/{key}", error) from None

    def _upload(self, file: Path, name: str, prefix: str | None = None, **headers: str) -> None:
        if not file.is_file():
            return
        key = (prefix or self._prefix) + name
        try:
            self._s3.upload_file(str(file), self._bucket, key, ExtraArgs=headers)
        except (BotoCoreError, ClientError, S3UploadFailedError) as error:
            raise errors.from_exception(f"Cannot write s3://{self._bucket}/{key}", error) from None
