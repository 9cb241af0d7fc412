"""Places of runs: DuckDB here, or an environment's pipeline, by the same commands that people type.

So there is one lease, one journal and one account of cost, whoever begins a run; Dagster holds no dbt.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import boto3

from lakeloop_dagster.outcome import Outcome, nodes

_BEGUN = re.compile(r"^The run (\S+) has begun")
_SHOWN = 20
Say = Callable[[str], None]


class Place(Protocol):
    """Somewhere that dbt's commands run."""

    def run(self, command: str, selected: Sequence[str], say: Say) -> Outcome:
        """Run *command* (``build``, ``test``) on what the words of *selected* choose, all without any; each line goes to *say*."""


@dataclass(frozen=True)
class Local:
    """DuckDB over local files, in the checkout *root*."""

    root: Path

    def run(self, command: str, selected: Sequence[str], say: Say) -> Outcome:
        results = self.root / ".lakeloop" / "target" / "run_results.json"
        results.unlink(missing_ok=True)  # an old one is no outcome of this run
        code, said = _typed(self.root, ["dbt-local", command, *_select(selected)], say)
        found = json.loads(results.read_text("utf-8")) if results.is_file() else {"results": []}
        return Outcome(code == 0, nodes(found), said)


@dataclass(frozen=True)
class Environment:
    """An environment's pipeline: Step Functions and the runner. The process has the variables that lead there."""

    root: Path
    name: str
    artifacts_bucket: str
    on: str = ""
    wait_seconds: int = 600

    def run(self, command: str, selected: Sequence[str], say: Say) -> Outcome:
        run_id = ""

        def listen(line: str) -> None:
            nonlocal run_id
            if begun := _BEGUN.match(line):
                run_id = begun[1]
            say(line)

        where = [f"env={self.name}", *([f"on={self.on}"] if self.on else []), f"wait={self.wait_seconds}"]
        words = ["run", *where, command, *_select(selected)]
        code, said = _typed(self.root, words, listen)
        results, summary = self._left(run_id, "run_results.json"), self._left(run_id, "summary.json")
        return Outcome(code == 0, nodes(results or {"results": []}, summary), said, run_id)

    def _left(self, run_id: str, name: str) -> Any:
        """A file that the run has left; None if it left none."""
        s3 = boto3.client("s3")
        try:
            body = s3.get_object(Bucket=self.artifacts_bucket, Key=f"runs/{run_id}/{name}")["Body"]
        except s3.exceptions.NoSuchKey:
            return None
        return json.loads(body.read())


def _select(selected: Sequence[str]) -> list[str]:
    return ["--select", *selected] if selected else []


def _typed(root: Path, words: Sequence[str], say: Say) -> tuple[int, str]:
    """Run a command of ``lakeloop``; its exit code, and its last lines."""
    command = ["uv", "run", "--quiet", "--locked", "--no-dev", "lakeloop", *words]
    variables = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    last: deque[str] = deque(maxlen=_SHOWN)
    with subprocess.Popen(
        command, cwd=root, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                say(line.rstrip())
                last.append(line.rstrip())
        except BaseException:
            # Dagster ends a run that somebody stops: dbt ends with it, and a run in AWS goes on.
            process.terminate()
            raise
    return process.returncode, "\n".join(last)
