"""A command that changes the lake: alone in its environment, and in as many invocations as it takes."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from dbt.version import __version__ as dbt_version

from dbt_runner import answer, errors, options, run
from dbt_runner.configuration import Configuration
from dbt_runner.cost import metrics, queries
from dbt_runner.cost.account import Invocation
from dbt_runner.event import Request
from dbt_runner.exports import description, write
from dbt_runner.logs import logger
from dbt_runner.patches import rounds as dbts
from dbt_runner.raw import serve as raw_tables
from dbt_runner.rounds import deadline, orphans
from dbt_runner.rounds.journal import Journal
from dbt_runner.rounds.lease import Lease
from dbt_runner.rounds.round import Round
from dbt_runner.run import Run
from dbt_runner.storage import index, state
from dbt_runner.storage.artifacts import Artifacts
from dbt_runner.storage.store import Store

# Of two invocations that finished nothing, the second gave what it cut a whole invocation's time. One that came to run nothing
# had a slow start, which the next one may not have.
_STALLED = 4


def serve(this: Run, asked: Request, settings: Configuration, context: Any) -> dict[str, Any]:
    """Begin the run, or carry it on; if it has ended, tell again how.

    Returns:
        the answer, with status ``incomplete`` if there is more to do: the next invocation of the same run does it.

    Raises:
        LeaseHeld: another run has the environment.
        InvocationAtWork: another invocation of this run is alive.
        TerminalError, TransientError: dbt ran nothing, the run is of another command, or two invocations have finished no node.
    """
    limit, invocation = deadline.of(context), Invocation.of(context)
    store = Store(settings.artifacts_bucket)
    journal = Journal(store, this.run_id)
    ended = journal.answer(asked)
    if ended is not None:
        return answer.bounded(ended)
    this_round = Round(journal, limit, this.target, settings.prices)
    with Lease(
        store,
        settings.environment,
        run_id=this.run_id,
        holder=context.aws_request_id,
        command=" ".join(asked.words) or "of the run",
        progress=lambda: this_round.progress,
        lost=this_round.lose,
        stop=partial(orphans.stop, store, settings.workgroup),
    ) as lease:
        ended = journal.answer(asked)  # by whoever held the lease until now
        if ended is not None:
            return answer.bounded(ended)
        request = journal.open(asked if asked.words else None, settings.project, invocation)
        lease.keep_reserved = asked.run_id is not None  # who named the run tries it again, whatever happens now
        try:
            raw_tables.refresh(asked.arrived, settings)
            return _work(this, request, settings, store, this_round, lease)
        except errors.TerminalError:
            lease.keep_reserved = False
            raise


def _work(
    this: Run, request: Request, settings: Configuration, store: Store, this_round: Round, lease: Lease
) -> dict[str, Any]:
    record = this_round.journal.record
    artifacts = Artifacts(settings.artifacts_bucket, this)
    artifacts.open(request)
    for_dbt = state.provide(store, this, request, settings.environment)
    if this_round.journal.killed:
        orphans.stop(store, settings.workgroup, [this.run_id])
    logger.info("Running dbt", extra={"command": request.words, "round": record.rounds})
    same = dbts.same_invocation(record.invocation_id, record.begun_at)
    with this_round, queries.watched(this_round.watch), orphans.marked(this.run_id), dbts.applied(this_round):
        outcome = run.execute(this, for_dbt, settings, [same])
    if this_round.lost:
        # The lease's new holder writes the run's files.
        raise errors.TransientError(f"The run {this.run_id} was stopped: {this_round.lost}.")
    log = "dbt.log" if record.rounds == 1 else f"dbt.{record.rounds}.log"
    artifacts.upload(outcome, log)
    exported = _export(this, request, settings, store, this_round, outcome)
    if this_round.lost:
        raise errors.TransientError(f"The run {this.run_id} was stopped: {this_round.lost}.")
    summary: dict[str, Any] = {
        **answer.summary(this, request, outcome, seconds=record.seconds, artifacts=artifacts.uri),
        **this_round.journal.account(this_round.watch.rest(), settings.prices).told(outcome.results),
        "rounds": record.rounds,
        "begun_at": record.begun_at,
        **({"exports": exported.done} if exported.done else {}),
    }
    if exported.failed:
        summary["status"] = "error"
        summary["failed"] += exported.failed
        summary["counts"]["error"] += len(exported.failed)
    if this_round.incomplete or exported.left:
        return _incomplete(this, artifacts, this_round, lease, summary, exported.left)
    try:
        run.check(outcome, request, artifacts.uri + log)
    except errors.RunnerError as error:
        artifacts.close({**summary, "raised": {"type": type(error).__name__, "message": error.message}})
        raise
    if outcome.result.success and _is_whole(store, request, record.code):
        artifacts.promote({"run_id": this.run_id, "dbt_version": dbt_version, "begun_at": record.begun_at})
    artifacts.close(summary)
    index.add(store, summary)
    metrics.tell(settings.environment, summary)
    lease.keep_reserved = False
    return answer.bounded(summary)


def _export(
    this: Run, request: Request, settings: Configuration, store: Store, this_round: Round, outcome: run.Outcome
) -> write.Written:
    """Write the exports of a run that has succeeded, with the lease that it still has."""
    if this_round.incomplete or not outcome.result.success:
        return write.Written()
    declared = description.read(description.file_of(settings.project, settings.target), os.environ)
    # A macro's result is of no node.
    nodes = (result.node for result in outcome.results if hasattr(result, "node") and str(result.status) == "success")
    built = [node.unique_id for node in nodes] if declared else []
    if not built:
        return write.Written()
    record = this_round.journal.record
    due = write.due(declared, built, _is_whole(store, request, record.code))
    with queries.watched(this_round.watch), orphans.marked(this.run_id):
        return write.write(
            due, settings, store, this.run_id, record.rounds, this_round.cancel_at, lambda: bool(this_round.lost)
        )


def _is_whole(store: Store, request: Request, code: str) -> bool:
    """Whether everything is built after *request* has succeeded: it builds all, or the rest of what by the same code built all."""
    while request.command[0] == "retry":
        found = store.get(f"runs/{request.command[1]}/run.json")
        if found is None or found.content["code"] != code:
            return False
        request = Request(tuple(found.content["command"]), tuple(found.content["cli_args"]))
    return options.builds_all(request)


def _incomplete(
    this: Run, artifacts: Artifacts, this_round: Round, lease: Lease, summary: dict[str, Any], exports: int
) -> dict[str, Any]:
    """Hand the rest, nodes and *exports*, over to the next invocation."""
    journal = this_round.journal
    journal.close(this_round.cut, this_round.finished, this_round.watch.rest())
    summary |= {"status": "incomplete", "left": len(this_round.remaining) + exports}
    artifacts.close(summary)
    lease.keep_reserved = True
    if journal.record.stalled >= _STALLED:
        ran = ", ".join(f"{node} ({seconds:.0f} s)" for node, seconds in sorted(this_round.cut.items()))
        raise errors.TerminalError(
            f"The run {this.run_id} does not get on: its last invocations have finished none of the "
            f"{summary['left']} nodes and exports that are left. Cut near the end of the last one: {ran or 'none was started'}. "
            "Give the function more time (Terraform's variable `timeout`, at most 900 s) or make the node smaller; what has "
            "succeeded is kept, and the same run_id carries on."
        )
    return answer.bounded(summary)
