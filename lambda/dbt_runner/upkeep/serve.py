"""``{"command": ["upkeep"]}``: OPTIMIZE and VACUUM of the tables that need it, alone in the environment, in as many invocations as
it takes. ``["upkeep", "plan"]`` only tells what needs it, beside whatever runs.

A table that is done is in the run's journal, and not done again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import boto3
from dbt_common.events.contextvars import log_contextvars

from dbt_runner import answer, errors
from dbt_runner.configuration import Configuration
from dbt_runner.cost import queries
from dbt_runner.cost.account import Account, Invocation
from dbt_runner.event import Request
from dbt_runner.logs import logger
from dbt_runner.rounds import deadline, orphans
from dbt_runner.rounds.journal import Journal
from dbt_runner.rounds.lease import Lease
from dbt_runner.run import Run
from dbt_runner.storage import index
from dbt_runner.storage.artifacts import Artifacts
from dbt_runner.storage.store import Store
from dbt_runner.upkeep import COMMAND, asked
from dbt_runner.upkeep.metadata import Table
from dbt_runner.upkeep.statements import Cut, Failed, Statements
from dbt_runner.upkeep.worker import Worker

_SHOWN = 100
# A statement that was stopped after this part of an invocation's time will not end within another one.
_LARGE_PART = 0.8


def serve(this: Run, request: Request, settings: Configuration, context: Any) -> dict[str, Any]:
    """Do the upkeep, or the rest of it; or tell the plan.

    Returns:
        the answer: ``tables`` are those that need something or had it done, with ``did``, ``why``, ``before``, ``after``.

    Raises:
        LeaseHeld: another run has the environment.
        InvocationAtWork: another invocation of this run is alive.
        TerminalError, TransientError: nothing was done, or what is left cannot be done now.
    """
    limit, invocation = deadline.of(context), Invocation.of(context)
    store = Store(settings.artifacts_bucket)
    statements = Statements(boto3.client("athena"), settings.workgroup, store, this.run_id, limit)
    if request.words and asked.read(request).plan:
        return _plan(this, request, Worker(settings, store, statements), invocation)
    journal = Journal(store, this.run_id)
    ended = journal.answer(request)
    if ended is not None:
        return _bounded(ended)
    progress: dict[str, Any] = {"round": 1, "nodes": 0, "done": 0, "running": {}}
    with Lease(
        store,
        settings.environment,
        run_id=this.run_id,
        holder=context.aws_request_id,
        command=COMMAND,
        progress=lambda: progress,
        lost=partial(setattr, statements, "lost"),
        stop=partial(orphans.stop, store, settings.workgroup),
    ) as lease:
        ended = journal.answer(request)  # by whoever held the lease until now
        if ended is not None:
            return _bounded(ended)
        opened = journal.open(request if request.words else None, settings.project, invocation)
        lease.keep_reserved = request.run_id is not None
        try:
            summary = _work(this, opened, Worker(settings, store, statements), journal, limit, progress)
        except errors.TerminalError:
            lease.keep_reserved = False
            raise
        lease.keep_reserved = summary["status"] == "incomplete"
        return _bounded(summary)


def _work(
    this: Run,
    request: Request,
    worker: Worker,
    journal: Journal,
    limit: deadline.Deadline,
    progress: dict[str, Any],
) -> dict[str, Any]:
    settings, record, watch = worker.settings, journal.record, queries.Watch()
    watch.round = record.rounds
    artifacts = Artifacts(settings.artifacts_bucket, this)
    artifacts.open(request)
    if journal.killed:
        orphans.stop(worker.store, settings.workgroup, [this.run_id])
    tables = worker.tables(asked.read(request))
    budget = limit.cancel - time.monotonic()
    progress |= {"round": record.rounds, "nodes": len(tables), "done": len(journal.entries)}
    cut: dict[str, float] = {}
    finished = 0
    try:
        with queries.watched(watch), orphans.marked(this.run_id):
            for table in tables:
                if table.unique_id in journal.entries:
                    continue
                progress["running"] = {table.unique_id: 0.0}
                before = journal.cut.get(table.unique_id, 0.0)
                entry = _entry(table, worker, watch, cut, before, budget)
                if entry is None:
                    break
                journal.add(table.unique_id, entry | {"round": record.rounds})
                finished += 1
                progress["done"] = len(journal.entries)
    finally:
        progress["running"] = {}
        worker.remember()
    if worker.statements.lost:
        # The lease's new holder writes the run's files.
        raise errors.TransientError(f"The run {this.run_id} was stopped: {worker.statements.lost}.")
    left = [table for table in tables if table.unique_id not in journal.entries]
    entries = list(journal.entries.values())
    summary = {
        **_told(this, request, entries, artifacts, record.seconds),
        **journal.account(watch.rest(), settings.prices).told([_result(entry) for entry in entries]),
        "rounds": record.rounds,
        "begun_at": record.begun_at,
    }
    if left:
        journal.close(cut, finished, watch.rest())
        summary |= {"status": "incomplete", "left": len(left)}
    artifacts.close(summary)
    if not left:
        index.add(worker.store, summary)
    return summary


def _entry(
    table: Table, worker: Worker, watch: queries.Watch, cut: dict[str, float], before: float, budget: float
) -> dict[str, Any] | None:
    """The journal's entry of *table*; None if the time was over, and in *cut* then how long its statement had run.

    Args:
        before: seconds after which a statement of it was cut in an earlier invocation.
    """
    began, started_at = time.monotonic(), datetime.now(UTC).isoformat()
    status, message, told = "success", "", {"table": table.full_name, "did": [], "why": []}
    with log_contextvars(node_info={"unique_id": table.unique_id}):
        try:
            told = worker.keep(table)
            status = "success" if told["did"] else "no-op"
        except Failed as error:
            status, message = "error", str(error)
        except errors.TerminalError as error:  # of this table: it was dropped, or its file is not the runner's to read
            status, message = "error", error.message
        except Cut as end:
            if worker.statements.lost or before < budget * _LARGE_PART or not end.seconds:
                cut.update({table.unique_id: end.seconds} if end.seconds else {})
                return None
            status = "error"
            message = (
                f"Its statement was stopped after {before:.0f} s and again after {end.seconds:.0f} s: an invocation is too short. "
                "Send it yourself, OPTIMIZE with WHERE over some of the partitions at a time (docs/RUNBOOK.md)."
            )
    logger.info(
        f"{table.full_name}: {', '.join(told['did']) or status}", extra={"upkeep": told, "node": table.unique_id}
    )
    return {
        "unique_id": table.unique_id,
        "result": {
            "unique_id": table.unique_id,
            "status": status,
            "message": message,
            "started_at": started_at,
            "ended_at": datetime.now(UTC).isoformat(),
            "execution_time": round(time.monotonic() - began, 3),
        },
        "queries": [asdict(query) for query in watch.take(table.unique_id)],
        "told": told,
    }


def _result(entry: dict[str, Any]) -> SimpleNamespace:
    """A table as the account knows nodes of dbt's."""
    result = entry["result"]
    span = SimpleNamespace(
        started_at=datetime.fromisoformat(result["started_at"]), completed_at=datetime.fromisoformat(result["ended_at"])
    )
    return SimpleNamespace(
        unique_id=result["unique_id"],
        status=result["status"],
        timing=[span],
        execution_time=result["execution_time"],
        thread_id=None,
        failures=None,
    )


def _told(
    this: Run, request: Request, entries: Sequence[dict[str, Any]], artifacts: Artifacts, seconds: float
) -> dict[str, Any]:
    failed = [entry["result"] for entry in entries if entry["result"]["status"] == "error"]
    did = Counter(word for entry in entries for word in entry["told"]["did"])
    idle = sum(entry["result"]["status"] == "no-op" for entry in entries)
    return {
        "status": "error" if failed else "success",
        "run_id": this.run_id,
        "command": request.words,
        "counts": {"optimized": did["OPTIMIZE"], "vacuumed": did["VACUUM"], "as they were": idle, "error": len(failed)},
        "failed": [
            {
                "unique_id": one["unique_id"],
                "name": one["unique_id"].partition(".")[2],
                "status": "error",
                "message": one["message"],
                "compiled_path": None,
            }
            for one in failed
        ],
        "tables": [entry["told"] for entry in entries if entry["told"]["did"]],
        "seconds": round(seconds, 3),
        "artifacts": artifacts.uri,
        "output": "\n".join(map(_line, (entry["told"] for entry in entries if entry["told"]["did"]))),
    }


def _line(told: dict[str, Any]) -> str:
    before, after = told["before"], told["after"]
    figures = ", ".join(
        f"{name.replace('_', ' ')} {before[name]:,} -> {after[name]:,}"
        for name in before
        if None not in (before[name], after[name])
    )
    return f"{told['table']}: {' and '.join(told['did'])} ({'; '.join(told['why'])}): {figures}"


def _plan(this: Run, request: Request, worker: Worker, invocation: Invocation) -> dict[str, Any]:
    """Tell what the tables need, and change nothing."""
    if request.run_id:
        raise errors.TerminalError(f"`run_id` is for commands that change the lake; `{COMMAND} plan` changes nothing.")
    artifacts = Artifacts(worker.settings.artifacts_bucket, this)
    artifacts.open(request)
    tables, found, failed = worker.tables(asked.read(request)), [], []
    with queries.watched(queries.Watch()) as watch:
        for table in tables:
            try:
                look = worker.look(table)
            except Cut:
                raise errors.TerminalError(
                    f"{len(tables)} tables are more than one invocation can look at: name some (`--table`)."
                ) from None
            except (Failed, errors.TerminalError) as error:
                failed.append({"name": table.full_name, "status": "error", "message": str(error)})
                continue
            if look.optimize or look.vacuum:
                why = {"OPTIMIZE": look.optimize, "VACUUM": look.vacuum}
                found.append(
                    {
                        "table": table.full_name,
                        "needs": [word for word, reason in why.items() if reason],
                        "why": [reason for reason in why.values() if reason],
                        "before": look.state.told(),
                    }
                )
    invocation.seconds = invocation.age
    summary = {
        "status": "error" if failed else "success",
        "run_id": this.run_id,
        "command": request.words,
        "counts": {
            "in need": len(found),
            "as they should be": len(tables) - len(found) - len(failed),
            "error": len(failed),
        },
        "failed": failed,
        "tables": found,
        "seconds": round(invocation.seconds, 3),
        "artifacts": artifacts.uri,
        **Account(worker.settings.prices, [invocation], watch.rest()).told([]),
        "begun_at": invocation.began_at,
    }
    artifacts.close(summary)
    return _bounded(summary)


def _bounded(summary: dict[str, Any]) -> dict[str, Any]:
    told = answer.bounded(summary)
    if len(told.get("tables", ())) > _SHOWN:
        told |= {"tables": told["tables"][:_SHOWN], "tables_omitted": len(told["tables"]) - _SHOWN}
    return told
