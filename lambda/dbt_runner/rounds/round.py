"""One invocation's share of a run: which nodes it runs, which it knows already, and which it leaves to the next one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dbt.artifacts.schemas.run import RunResult, RunResultOutput
from dbt.artifacts.schemas.run.v5.run import process_run_result

from dbt_runner import errors
from dbt_runner.cost.account import dollars
from dbt_runner.cost.price import Prices
from dbt_runner.cost.queries import Watch
from dbt_runner.logs import logger
from dbt_runner.rounds.deadline import Deadline
from dbt_runner.rounds.journal import Entry, Journal

# Statuses that dbt gives to a node whose query was cancelled.
_CANCELLED = {"error", "runtime error", "partial success"}
_FAILED = {*_CANCELLED, "fail"}
# A node that was cut after this part of an invocation's time only ever starts when so much is left.
_LARGE_PART = 0.8
_CANCEL_AGAIN_SECONDS = 2.0


class RestoredResult(RunResult):
    """A result of an earlier invocation, with what ``run_results.json`` said of it there."""

    def __init__(self, output: RunResultOutput, **fields: Any) -> None:
        super().__init__(**fields)
        self.output = output


class Round:
    """Decides for ``patches.rounds``, in dbt's threads, and ends the round when its time is over or its lease is lost."""

    def __init__(self, journal: Journal, deadline: Deadline, target: Path, prices: Prices) -> None:
        self.journal = journal
        self.watch = Watch()
        """The queries of this invocation."""
        self.finished = 0
        self.cut: dict[str, float] = {}
        """Nodes that were running when the round ended, with the seconds that they had run."""
        self.remaining: set[str] = set()
        """Nodes that are left to the next invocation, the cut ones among them."""
        self.total = 0
        """Nodes of the run, as dbt counts them."""
        self.stopped = ""
        """Why the round starts no more nodes; empty while it does."""
        self.lost = ""
        """How the lease was lost; empty while it is held."""
        self._deadline = deadline
        self._target = target
        self._prices = prices
        self._recorded: set[str] = set()
        self._waiting: set[str] = set()
        self._running: dict[str, float] = {}
        self._lock = threading.Lock()
        self._first_start: float | None = None
        self._refused: set[str] = set()
        self._cancelling = threading.Event()
        self._ended = threading.Event()
        self._adapter: Any = None

    def __enter__(self) -> Round:
        self._recorded = set(self.journal.entries)
        self.watch.round = self.journal.record.rounds
        threading.Thread(target=self._watch, name="deadline", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._cancelling.set()

    @property
    def incomplete(self) -> bool:
        """Whether nodes are left to the next invocation."""
        return bool(self.remaining)

    @property
    def cancel_at(self) -> float:
        """The moment of ``time.monotonic()`` at which the round's queries are cancelled."""
        return self._deadline.cancel

    @property
    def progress(self) -> dict[str, Any]:
        """Progress for a person who waits: nodes in all, done, and running with the seconds that they have run."""
        now = time.monotonic()
        running = {unique_id: round(now - start, 1) for unique_id, start in list(self._running.items())}
        done = sum(not key.startswith("on-run-") for key in list(self.journal.entries))
        return {"round": self.journal.record.rounds, "nodes": self.total, "done": done, "running": running}

    def lose(self, how: str) -> None:
        """The lease is lost: nothing more starts, what runs is cancelled."""
        self.lost = how
        self.end(how)

    def recorded(self, node: Any) -> RunResult | None:
        """The result that an earlier invocation had of *node*, which then looks as it did after it ran."""
        return self._restore(node, self.journal.entries[node.unique_id]) if node.unique_id in self._recorded else None

    def may_start(self, node: Any, adapter: Any) -> bool:
        """Whether there is time for *node*, and nothing that it waits for is left to the next invocation.

        ``ended`` must be called when a node that may start has ended.
        """
        now = time.monotonic()
        with self._lock:
            self._adapter = adapter
            if self._first_start is None:
                self._first_start = now
            budget = self._deadline.cancel - self._first_start
            if now >= self._deadline.last_start:
                self.stop("the invocation is about to end")
            needed = min(self.journal.cut.get(node.unique_id, 0.0), budget * _LARGE_PART)
            start = not self.stopped and node.unique_id not in self._waiting and now + needed < self._deadline.cancel
            if start:
                self._running[node.unique_id] = now
            return start

    def ended(self, node: Any) -> float:
        """The seconds that *node* has run."""
        return time.monotonic() - self._running.pop(node.unique_id)

    def may_start_batch(self, node: Any) -> bool:
        """Whether a batch of a microbatch model may start; the model is cut if not."""
        with self._lock:
            if time.monotonic() >= self._deadline.last_start:
                self.stop("the invocation is about to end")
            if self.stopped:
                self._refused.add(node.unique_id)
            return not self.stopped

    def leave(self, node: Any, dependents: Iterable[str], ran_seconds: float | None = None) -> None:
        """Leave *node*, and what waits for it, to the next invocation."""
        with self._lock:
            self._waiting.update(dependents)
            if not node.is_ephemeral_model:
                self.remaining.add(node.unique_id)
            if ran_seconds is not None:
                self.cut[node.unique_id] = round(ran_seconds, 3)

    def was_cut(self, result: RunResult) -> bool:
        """Whether a node that has just ended did so because the round is over."""
        cancelled = self._cancelling.is_set() or result.node.unique_id in self._refused
        return cancelled and str(result.status) in _CANCELLED

    def keep(self, result: RunResult) -> None:
        """Write down the result of a node that has ended. Called before anything that depends on it starts."""
        if result.node.is_ephemeral_model:  # only ever compiled, and again by the next invocation
            return
        with self._lock:
            self.finished += 1
        if not self.lost:
            self._add(result.node.unique_id, self._entry(result))

    def recorded_hooks(self, hooks: str) -> list[Entry] | None:
        """The results of the *hooks* (``on-run-start``) that an earlier invocation ran, or None."""
        entry = self.journal.entries.get(hooks) if hooks in self._recorded else None
        return None if entry is None else entry["results"]

    def keep_hooks(self, hooks: str, results: list[RunResult]) -> None:
        """Write down that the *hooks* have run."""
        self._add(hooks, {"unique_id": hooks, "results": [self._entry(result) for result in results]})

    def restore_hook(self, node: Any, entry: Entry) -> RunResult:
        """The result of a hook that an earlier invocation ran."""
        return self._restore(node, entry)

    def _add(self, unique_id: str, entry: Entry) -> None:
        try:
            self.journal.add(unique_id, entry)
        except errors.RunnerError as error:
            # This invocation goes on with what it knows; only if it is killed does the node run again.
            logger.warning(f"The result of {unique_id} was not written down: {error}")

    def stop(self, why: str) -> None:
        """Start no more nodes; what runs may end."""
        if not self.stopped:
            self.stopped = why
            logger.info("No more nodes start", extra={"reason": why, "seconds_left": round(self._deadline.left, 1)})

    def end(self, why: str) -> None:
        """Start no more nodes and cancel what runs."""
        self.stop(why)
        self._cancelling.set()

    def _watch(self) -> None:
        """Cancel what runs when the time has come, and again until nothing runs: a model can be several statements."""
        self._cancelling.wait(self._deadline.cancel - time.monotonic())
        if self._ended.is_set():
            return
        self.end("the invocation is about to end")
        while not self._ended.is_set():
            try:
                # https://docs.getdbt.com/guides/adapter-creation: StopQueryExecution for what each connection runs
                cancelled = self._adapter.cancel_open_connections() if self._adapter else []
                logger.info("Running queries are cancelled", extra={"connections": list(cancelled or [])})
            except Exception as error:  # a query that ended meanwhile, a request that failed: tried again
                logger.warning(f"Queries could not be cancelled: {error}")
            self._ended.wait(_CANCEL_AGAIN_SECONDS)

    def _entry(self, result: RunResult) -> Entry:
        node = result.node
        compiled = getattr(node, "compiled_path", None)
        file = Path(compiled) if compiled and str(result.status) in _FAILED else None
        inside = file is not None and file.is_relative_to(self._target)
        queries = self.watch.take(node.unique_id)
        return {
            "unique_id": node.unique_id,
            "result": process_run_result(result).to_dict(omit_none=False),
            "compiled_path": file.relative_to(self._target).as_posix() if file and inside else None,
            "round": self.journal.record.rounds,
            "queries": [asdict(query) for query in queries],
            "dollars": dollars(
                queries, self._prices
            ),  # for whoever follows the run; its account is made of the queries
        }

    def _restore(self, node: Any, entry: Entry) -> RunResult:
        output = RunResultOutput.from_dict(entry["result"])
        if hasattr(node, "compiled"):
            node.compiled, node.compiled_code = bool(output.compiled), output.compiled_code
        if entry["compiled_path"] and output.compiled_code is not None:
            file = self._target / entry["compiled_path"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(output.compiled_code, "utf-8")
            node.compiled_path = str(file)
        return RestoredResult(
            output,
            status=output.status,
            timing=output.timing,
            thread_id=output.thread_id,
            execution_time=output.execution_time,
            adapter_response=output.adapter_response,
            message=output.message,
            failures=output.failures,
            node=node,
            batch_results=output.batch_results,
            overload_results=output.overload_results,
        )
