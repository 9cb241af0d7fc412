"""The journal of a run in S3, written as it happens: an invocation killed at any moment loses nothing that ended.

Under ``runs/<run_id>/``:
- ``run.json``: what was asked for, when, of which code, and how many invocations have worked on it;
- ``journal/<node>.json``: the result of a node, written before anything that depends on it starts;
- ``journal.json``: the results of many, written at the end of an invocation so that the next one reads one object.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dbt.version import __version__ as dbt_version

from dbt_runner import errors
from dbt_runner.cost.account import Account, Invocation
from dbt_runner.cost.price import Prices
from dbt_runner.cost.queries import Query
from dbt_runner.event import Request
from dbt_runner.start import manifest
from dbt_runner.storage.store import Store

Entry = dict[str, Any]
"""A node's result as JSON has it; the runner reads back what it wrote."""
_READERS = 16
_SHOWN = 300


@dataclass
class Record:
    """``run.json``."""

    command: list[str]
    cli_args: list[str]
    code: str
    arrived_from: str = ""
    """As the request's."""
    begun_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    """ISO 8601, UTC: ``run_started_at`` of every invocation."""
    invocation_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    """dbt's ``invocation_id`` of every invocation."""
    rounds: int = 0
    """Invocations that have begun to work on the run."""
    in_order: bool = True
    """Whether the last invocation that worked on the run came to its own end."""
    stalled: int = 0
    """How far the run is from getting on: each invocation in a row that ended in order without having finished a node adds 2 if it
    ran one that was cut, and 1 if it came to run none."""
    invocations: list[dict[str, Any]] = field(default_factory=list)
    """Those that have begun to work on the run, each as ``cost.account.Invocation``."""

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the run began."""
        return time.time() - datetime.fromisoformat(self.begun_at).timestamp()


class Journal:
    """The journal of a run. Its methods raise ``TerminalError`` or ``TransientError`` when the bucket refuses."""

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._prefix = f"runs/{run_id}/"
        self._run_id = run_id
        self.record = Record([], [], "")
        self.entries: dict[str, Entry] = {}
        """By node: what earlier invocations finished. This invocation's own are added as they end."""
        self.killed = False
        """Whether the invocation before this one was killed, or failed at its end."""
        self.cut: dict[str, float] = {}
        """By node: the seconds that it had run when an earlier invocation ended."""
        self.queries: list[dict[str, Any]] = []
        """Queries of earlier invocations that are of no node that has ended, each as ``cost.queries.Query``."""

    def answer(self, request: Request) -> dict[str, Any] | None:
        """The answer of a run that has ended, which says that it is given again; None if there is no such run yet.

        Args:
            request: what is asked for; without words it is the run's answer alone.

        Raises:
            TerminalError: the run that has ended is of another command.
        """
        found = self._store.get(self._prefix + "summary.json")
        if found is None or found.content["status"] == "incomplete" or "raised" in found.content:
            return None
        ended: dict[str, Any] = found.content
        self._check_command(request, ended["command"], f"has ended ({ended['status']})")
        when = f", begun at {ended['begun_at']}" if "begun_at" in ended else ""
        ended["repeated"] = (
            f"The run {self._run_id} had ended{when}: this is its answer again, and nothing ran now. A run_id names one run for "
            "good; leave it out, of a schedule's input too, and each event begins a run of its own."
        )
        return ended

    def reserve(self, request: Request) -> None:
        """Refuse to write *request*, which is of one invocation, over a run of another command. Raises ``TerminalError``."""
        for name in ("summary.json", "run.json"):
            found = self._store.get(self._prefix + name)
            if found is not None:
                words = [*found.content["command"], *found.content.get("cli_args", ())]
                self._check_command(request, words, "is there already")

    def open(self, request: Request | None, project: Path, invocation: Invocation) -> Request:
        """Begin the run, or carry it on if it has begun. To be called by who holds the lease.

        Args:
            request: what is asked for; None to carry on a run, whatever was asked of it.
            invocation: the one at work, for the run's account.

        Returns:
            what was asked for when the run began.

        Raises:
            TerminalError: there is no such run to carry on, or it was begun with another command or by other code.
        """
        found = self._store.get(self._prefix + "run.json")
        code = _code(project)
        if found is not None:
            self.record = Record(**found.content)
            self._check(request, code)
            self._load()
        elif request is None:
            raise errors.TerminalError(
                f"There is no run {self._run_id} to carry on: looked for s3://{self._store.bucket}/{self._prefix}run.json. "
                "Send the event with a command to begin it."
            )
        else:
            self.record = Record(list(request.command), list(request.cli_args), code, request.arrived_from)
        self.killed = not self.record.in_order
        if self.killed:  # which says nothing of how far it would have come
            self.record.stalled = 0
        self.record.rounds += 1
        self.record.invocations.append(asdict(invocation))
        self.record.in_order = False
        self._write_record()
        return Request(
            tuple(self.record.command), tuple(self.record.cli_args), self._run_id, arrived_from=self.record.arrived_from
        )

    def add(self, unique_id: str, entry: Entry) -> None:
        """Write down that a node has ended."""
        self.entries[unique_id] = entry
        self._store.put(self._key(unique_id), entry)

    def close(self, cut: dict[str, float], finished: int, rest: Iterable[Query]) -> None:
        """The end of an invocation that leaves nodes to the next one: *cut* ones with the seconds that they ran, and *rest*, the
        queries that are of no node that has ended."""
        self.record.in_order = True
        self.record.stalled = 0 if finished else self.record.stalled + (2 if cut else 1)
        self.record.invocations[-1]["seconds"] = Invocation(**self.record.invocations[-1]).age
        self.queries += [asdict(query) for query in rest]
        content = {"entries": self.entries, "cut": {**self.cut, **cut}, "queries": self.queries}
        self._store.put(self._prefix + "journal.json", content)
        self._write_record()

    def account(self, rest: Iterable[Query], prices: Prices) -> Account:
        """The account of the run so far: what is written down, and *rest*, the queries that are not."""
        entries = [part for entry in self.entries.values() for part in entry.get("results", [entry])]
        written = [query for entry in entries for query in entry["queries"]]
        invocations = [Invocation(**invocation) for invocation in self.record.invocations]
        invocations[-1].seconds = invocations[-1].age
        return Account(
            prices,
            invocations,
            [*(Query(**query) for query in [*self.queries, *written]), *rest],
            {entry["result"]["unique_id"]: entry["round"] for entry in entries},
        )

    def _check(self, request: Request | None, code: str) -> None:
        record = self.record
        if request is not None:
            self._check_command(request, [*record.command, *record.cli_args], "is not done")
        if code != record.code:
            raise errors.TerminalError(
                f"The run {self._run_id} was begun by other code ({record.code}) than the function has now ({code}): the "
                "function was deployed in between. Begin a new run."
            )

    def _check_command(self, request: Request, words: list[str], how: str) -> None:
        """*words* are those of the run, *how* it stands with it."""
        if request.words and request.words != words:
            raise errors.TerminalError(
                f"The run {self._run_id} {how} and is `dbt {_shown(words)}`, so `dbt {_shown(request.words)}` was not run. "
                "A run_id names one run for good: leave it out, of a schedule's input too, and each event begins a run of its own. "
                "The run_id alone, without a command, carries that run on, or gives its answer."
            )

    def _load(self) -> None:
        found = self._store.get(self._prefix + "journal.json")
        if found is not None:
            self.entries, self.cut = found.content["entries"], found.content["cut"]
            self.queries = found.content["queries"]
        known = {self._key(unique_id) for unique_id in self.entries}
        new = [key for key in self._store.keys(self._prefix + "journal/") if key not in known]
        with ThreadPoolExecutor(_READERS) as pool:
            for stored in pool.map(self._store.get, new):
                if stored is not None:
                    self.entries[stored.content["unique_id"]] = stored.content

    def _write_record(self) -> None:
        self._store.put(self._prefix + "run.json", asdict(self.record))

    def _key(self, unique_id: str) -> str:
        return f"{self._prefix}journal/{quote(unique_id, safe='')}.json"


def _shown(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _code(project: Path) -> str:
    """dbt's version and a hash of the project's files: what the nodes of a run are."""
    return f"dbt {dbt_version}, project {manifest.digest(project)[:12]}"
