"""Places of runs: DuckDB here, or an environment's pipeline, by the same commands that people type.

So there is one lease, one journal and one account of cost, whoever begins a run; Dagster holds no dbt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import boto3

from lakeloop_dagster import outcome
from lakeloop_dagster.commands import last, typed
from lakeloop_dagster.outcome import Node, Outcome

_BEGUN = re.compile(r"^The run (\S+) has begun")
Say = Callable[[str], None]
Running = Generator[Node, None, Outcome]
"""Nodes as they end, and at the end the outcome with all of them."""


@dataclass(frozen=True)
class Ask:
    """A command of dbt's on what the words of ``selected`` choose, on everything without any.

    ``days`` are the first and the last that models by day have to read (again), None for what is new; ``by_event_time`` tells
    that microbatch models are among those chosen. ``arrived`` are sources (``shop.orders``) whose files are new.
    """

    command: tuple[str, ...]
    selected: tuple[str, ...] = ()
    days: tuple[date, date] | None = None
    by_event_time: bool = False
    arrived: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The command and its options, as dbt has them."""
        chosen = ["--select", *self.selected] if self.selected else []
        if self.days is None or not self.by_event_time:
            return [*self.command, *chosen]
        first, end = self.days[0], self.days[1] + timedelta(days=1)
        return [*self.command, *chosen, "--event-time-start", first.isoformat(), "--event-time-end", end.isoformat()]

    @property
    def first_day(self) -> str:
        """The day from which incremental models have to read; empty if nothing says."""
        return self.days[0].isoformat() if self.days else ""


class Place(Protocol):
    """Somewhere that dbt's commands run."""

    def run(self, ask: Ask, say: Say) -> Running:
        """Run what is asked for; each line goes to *say*, and each node is told when it has ended."""

    def ingest(self, pipeline: str) -> list[str]:
        """The words of the command that runs a pipeline of batch ingestion."""


@dataclass(frozen=True)
class Local:
    """DuckDB over local files, in the checkout *root*."""

    root: Path
    raw: str

    def run(self, ask: Ask, say: Say) -> Running:
        target = self.root / ".lakeloop" / "target"
        left = target / ("sources.json" if ask.command == ("source", "freshness") else "run_results.json")
        left.unlink(missing_ok=True)  # an old one is no outcome of this run
        # dbt tells the end of a node at the level of debug; people are told all else.
        words = ["dbt-local", *ask.words, "--log-format", "json", "--log-level", "debug"]
        more = {"DBT_ARRIVED_FROM": ask.first_day} if ask.first_day else {}
        lines, kept = typed(self.root, words, more), last()
        code = yield from _followed(lines, lambda line: self._heard(line, say, kept))
        found = json.loads(left.read_text("utf-8")) if left.is_file() else {"results": []}
        return Outcome(code == 0, outcome.nodes(found), "\n".join(kept))

    def ingest(self, pipeline: str) -> list[str]:
        return ["ingest", pipeline, f"raw={self.raw}", "json=true"]

    def _heard(self, line: str, say: Say, kept: Any) -> Iterable[Node]:
        event = _json(line)
        if event is None:
            text = line
        elif node := outcome.of_event(event):
            return (node,)
        elif event["info"]["level"] == "debug":
            return ()
        else:
            text = str(event["info"]["msg"])
        say(text)
        kept.append(text)
        return ()


@dataclass(frozen=True)
class Environment:
    """An environment's pipeline: Step Functions and the runner. The process has the variables that lead there."""

    root: Path
    name: str
    artifacts_bucket: str
    on: str = ""
    wait_seconds: int = 600

    def run(self, ask: Ask, say: Say) -> Running:
        where = [*self._where(), f"wait={self.wait_seconds}"]
        where += [f"arrived={','.join(ask.arrived)}"] if ask.arrived else []
        where += [f"arrived_from={ask.first_day}"] if ask.first_day else []
        kept, run_id, known = last(), "", set[str]()

        def heard(line: str) -> Iterable[Node]:
            nonlocal run_id
            say(line)
            kept.append(line)
            if begun := _BEGUN.match(line):
                run_id = begun[1]
            # `just run` prints a line whenever a node has ended.
            return self._ended(run_id, known) if run_id else ()

        code = yield from _followed(typed(self.root, ["run", *where, *ask.words]), heard)
        results, summary = self._left(run_id, "run_results.json"), self._left(run_id, "summary.json")
        if results is None:
            found = outcome.of_summary(summary, run_id) if summary else []
        else:
            found = outcome.nodes(results, summary, run_id)
        return Outcome(code == 0, found, "\n".join(kept), run_id, (summary or {}).get("exports", ()))

    def ingest(self, pipeline: str) -> list[str]:
        return ["ingest", pipeline, *self._where(), "json=true"]

    def _where(self) -> list[str]:
        return [f"env={self.name}", *([f"on={self.on}"] if self.on else [])]

    def _ended(self, run_id: str, known: set[str]) -> Iterable[Node]:
        """Nodes that the journal has and that are not *known* yet, the earliest first."""
        s3 = boto3.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.artifacts_bucket, Prefix=f"runs/{run_id}/journal/"
        )
        new = [one for page in pages for one in page.get("Contents", ()) if one["Key"] not in known]
        known.update(one["Key"] for one in new)
        for one in sorted(new, key=lambda one: one["LastModified"]):
            entry = json.loads(s3.get_object(Bucket=self.artifacts_bucket, Key=one["Key"])["Body"].read())
            if "result" in entry:  # hooks are a list
                yield outcome.of_entry(entry, run_id)

    def _left(self, run_id: str, name: str) -> Any:
        """A file that the run has left; None if it left none."""
        s3 = boto3.client("s3")
        try:
            body = s3.get_object(Bucket=self.artifacts_bucket, Key=f"runs/{run_id}/{name}")["Body"]
        except s3.exceptions.NoSuchKey:
            return None
        return json.loads(body.read())


def _followed(lines: Generator[str, None, int], heard: Callable[[str], Iterable[Node]]) -> Generator[Node, None, int]:
    """The nodes that *heard* takes out of *lines*; returns what they return."""
    while True:
        try:
            line = next(lines)
        except StopIteration as end:
            return int(end.value)
        try:
            yield from heard(line)
        except BaseException:
            lines.close()
            raise


def _json(line: str) -> Any:
    """The event of dbt's that *line* is; None for any other line."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "info" in event and "data" in event else None
