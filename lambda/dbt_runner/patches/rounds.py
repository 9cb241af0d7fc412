"""Patches of dbt-core, which has no interface for leaving a node to a later invocation or for taking over one that has run.

- ``GraphRunnableTask.call_runner``: runs one node in a worker thread. Events and callbacks tell of a node, they cannot keep it
  from running, and `dbt retry` starts another run with other statuses. Every node passes here, also those that are skipped,
  so that earlier results go through dbt's own bookkeeping: skipped children, statuses, ``run_results.json``.
- ``GraphRunnableTask._handle_result``: takes a result into the run's results. A node that is left for later has none.
- ``RunTask.safe_run_hooks``: runs the on-run-start and on-run-end hooks. Each runs once in a run, not in an invocation.
- ``dbt.artifacts.schemas.run.v5.run.process_run_result``: makes of a result what ``run_results.json`` says of it, from the
  node as it was compiled. Of a node that an earlier invocation compiled, it is what that invocation said.
- ``dbt.tracking.active_user.run_started_at`` and the ids in ``dbt_common.invocation``: what ``run_started_at`` and
  ``invocation_id`` are in models. Set when dbt tells of its start, which is after it has set them itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import dbt.tracking
import dbt_common.invocation
from dbt.artifacts.resources.types import NodeType, RunHookType
from dbt.artifacts.schemas.results import NodeStatus, RunStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.artifacts.schemas.run.v5 import run as results_artifact
from dbt.exceptions import FailFastError
from dbt.flags import get_flags
from dbt.task.run import MicrobatchBatchRunner, RunTask
from dbt.task.runnable import GraphRunnableTask
from dbt_common.exceptions import DbtRuntimeError

from dbt_runner.rounds.round import RestoredResult, Round

_call_runner = GraphRunnableTask.call_runner
_handle_result = GraphRunnableTask._handle_result
_safe_run_hooks = RunTask.safe_run_hooks
_process_run_result = results_artifact.process_run_result
_LEFT = "left to the next invocation"


@contextmanager
def applied(this: Round) -> Iterator[None]:
    """dbt's runs are *this* round of a run until the block ends. One at a time in a process, as dbt itself."""
    tasks: Any = GraphRunnableTask
    hooks: Any = RunTask
    artifact: Any = results_artifact
    tasks.call_runner = lambda task, runner, parent_context=None: _run(this, task, runner, parent_context)
    tasks._handle_result = lambda task, result: None if _is_left(result) else _handle_result(task, result)
    hooks.safe_run_hooks = lambda task, adapter, kind, extra: _run_hooks(this, task, adapter, kind, extra)
    artifact.process_run_result = _output
    try:
        yield
    finally:
        artifact.process_run_result = _process_run_result
        tasks.call_runner = _call_runner
        tasks._handle_result = _handle_result
        hooks.safe_run_hooks = _safe_run_hooks


def same_invocation(invocation_id: str, begun_at: str) -> Callable[[Any], None]:
    """A callback for ``dbtRunner`` that makes an invocation of dbt look like the one that began the run."""
    moment = datetime.fromisoformat(begun_at).astimezone(UTC)

    def listen(event: Any) -> None:
        if event.info.name == "MainReportVersion":
            user: Any = dbt.tracking.active_user
            user.run_started_at = moment
            invocation: Any = dbt_common.invocation
            invocation._INVOCATION_ID = invocation_id
            invocation._INVOCATION_STARTED_AT = moment.replace(tzinfo=None)

    return listen


def _run(this: Round, task: Any, runner: Any, parent_context: Any) -> Any:
    node = runner.node
    if isinstance(runner, MicrobatchBatchRunner):
        if this.may_start_batch(node):
            return _call_runner(task, runner, parent_context)
        return runner._build_failed_run_batch_result(node, runner.batches[runner.batch_idx])
    this.total = task.num_nodes
    known = this.recorded(node)
    if known is not None:
        _fail_fast(task, known)
        return known
    if not this.may_start(node, runner.adapter):
        this.leave(node, _dependents(task, node))
        return _left(node)
    if node.resource_type == NodeType.Unit and this.journal.record.rounds > 1:
        _drop_what_was_left(task, runner)
    result: Any = _call_runner(task, runner, parent_context)
    seconds = this.ended(node)
    if this.was_cut(result):
        task._raise_next_tick = None  # `--fail-fast` is about failures
        this.leave(node, _dependents(task, node), seconds)
        return _left(node)
    this.keep(result)
    return result


def _drop_what_was_left(task: Any, runner: Any) -> None:
    """Drop the table that a unit test makes and that an invocation cut or killed in the middle leaves: dbt-athena 1.11 finds it
    in its way. Of all that dbt runs, only unit tests do not look for their temporary table first."""
    adapter, model = runner.adapter, task.manifest.nodes[runner.node.depends_on.nodes[0]]
    relation = adapter.Relation.create(
        database=model.database, schema=model.schema, identifier=f"{runner.node.name}__dbt_tmp", type="table"
    )
    with adapter.connection_named(f"drop_{runner.node.unique_id}"):
        adapter.delete_from_glue_catalog(relation)


def _run_hooks(this: Round, task: Any, adapter: Any, kind: RunHookType, extra_context: dict[str, Any]) -> RunStatus:
    if kind == RunHookType.End:
        return RunStatus.Success if this.incomplete else _safe_run_hooks(task, adapter, kind, extra_context)
    entries = this.recorded_hooks(kind.value)
    if entries is None:
        before = len(task.node_results)
        status = _safe_run_hooks(task, adapter, kind, extra_context)
        if ran := task.node_results[before:]:
            this.keep_hooks(kind.value, ran)
        return status
    results = [this.restore_hook(task.manifest.nodes[entry["unique_id"]], entry) for entry in entries]
    task.node_results.extend(results)
    return RunStatus(results[-1].status) if results else RunStatus.Success


def _output(result: Any) -> Any:
    return result.output if isinstance(result, RestoredResult) else _process_run_result(result)


def _fail_fast(task: Any, result: Any) -> None:
    """Do as ``call_runner`` does at its end for a node that failed."""
    flags: Any = get_flags()  # type: ignore[no-untyped-call]
    if flags.FAIL_FAST and result.status in (NodeStatus.Error, NodeStatus.Fail, NodeStatus.PartialSuccess):
        task._raise_next_tick = FailFastError(
            msg="Failing early due to test failure or runtime error", result=result, node=result.node
        )
    elif result.status == NodeStatus.Error and task.raise_on_first_error():
        task._raise_next_tick = DbtRuntimeError(result.message or "")


def _dependents(task: Any, node: Any) -> set[str]:
    if node.resource_type == NodeType.Unit:  # not in the graph: it runs right before its model, in the same thread
        (model, *_) = node.depends_on.nodes
        return {model, *task.graph.get_dependent_nodes(model)}
    dependents: set[str] = task.graph.get_dependent_nodes(node.unique_id)
    return dependents


def _left(node: Any) -> Any:
    return RunResult.from_node(node, RunStatus.Skipped, _LEFT)


def _is_left(result: Any) -> bool:
    return bool(result.status == RunStatus.Skipped and result.message == _LEFT)
