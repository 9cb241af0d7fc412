"""Lambda's entry point: ``dbt_runner.handler.handle``."""

from __future__ import annotations

import gc
import os
from typing import Any

# Until `init.prepare` is done: importing makes hardly any rubbish, and the collector would look through all there is many times.
gc.disable()

from dbt_runner import answer, configuration, docs_page, errors, event, options, raw, run, smoke, upkeep, writing
from dbt_runner.cost import metrics, queries
from dbt_runner.cost.account import Account, Invocation
from dbt_runner.logs import logger
from dbt_runner.raw import serve
from dbt_runner.rounds.journal import Journal
from dbt_runner.start import collector, init, ready
from dbt_runner.storage import state
from dbt_runner.storage.artifacts import Artifacts
from dbt_runner.storage.store import Store
from dbt_runner.upkeep import asked
from dbt_runner.upkeep import serve as upkeep_serve

init.prepare(os.environ)

# Enough for the manifest of some thousand models, on a part of a processor. With less, the next invocation loads its own.
_RENEWING_MILLIS = 5_000


def handle(raw_event: Any, context: Any) -> dict[str, Any]:
    """Run the dbt command that the event asks for.

    Returns:
        The answer that ``README.md`` describes: also for nodes that failed, with ``"status": "error"``.

    Raises:
        TerminalError, TransientError: dbt ran no node. What the run left is in the artifacts bucket by then.
    """
    logger.clear_state()
    logger.append_keys(function_request_id=context.aws_request_id)
    try:
        with collector.paused():
            return _serve(raw_event, context)
    except errors.RunnerError as error:
        logger.error(error.message, extra={"error_type": type(error).__name__})
        raise
    except Exception as error:
        logger.exception("A defect of the runner")
        what = f"A defect of the runner, its trace is in the function's log, request {context.aws_request_id}"
        raise errors.from_exception(what, error) from None
    finally:
        if context.get_remaining_time_in_millis() > _RENEWING_MILLIS:
            ready.renew()


def _serve(raw_event: Any, context: Any) -> dict[str, Any]:
    invocation = Invocation.of(context)
    settings = configuration.read(os.environ)
    request = event.parse(raw_event)
    for_raw_tables = request.command[:1] == (raw.COMMAND,)
    if for_raw_tables:
        serve.check(request)
    elif request.command[:1] == (smoke.COMMAND,):
        smoke.check(request)
    elif request.command[:1] == (upkeep.COMMAND,):
        asked.read(request)
    elif request.words:
        options.check(request)
    this = run.begin(context.aws_request_id, request.run_id)
    logger.append_keys(run_id=this.run_id)
    if for_raw_tables:
        return serve.serve(this, request, settings, context)
    if _is_upkeep(request, settings):
        return upkeep_serve.serve(this, request, settings, context)
    if not request.words or request.command[0] in options.WRITING:
        return writing.serve(this, request, settings, context)
    if request.run_id:
        # The pipeline names each run. What changes nothing is not carried on: asked for again, it is done again.
        Journal(Store(settings.artifacts_bucket), this.run_id).reserve(request)
    artifacts = Artifacts(settings.artifacts_bucket, this)
    artifacts.open(request)
    for_dbt = smoke.FOR_DBT if request.command == (smoke.COMMAND,) else request
    for_dbt = state.provide(Store(settings.artifacts_bucket), this, for_dbt, settings.environment)
    logger.info("Running dbt", extra={"command": request.words})
    with queries.watched(queries.Watch()) as watch:
        outcome = run.execute(this, for_dbt, settings)
    if request.command[0] == "docs":
        try:
            docs_page.rewrite(this.target)
        except ValueError as error:
            raise errors.TerminalError(str(error)) from None
    artifacts.upload(outcome)
    invocation.seconds = invocation.age
    summary = {
        **answer.summary(this, request, outcome, seconds=invocation.seconds, artifacts=artifacts.uri),
        **Account(settings.prices, [invocation], watch.rest()).told(outcome.results),
        "begun_at": invocation.began_at,
    }
    artifacts.close(summary)
    metrics.tell(settings.environment, summary)
    run.check(outcome, request, f"{artifacts.uri}dbt.log")
    if outcome.result.success and options.documents_all(for_dbt):
        artifacts.publish_docs()
    return answer.bounded(summary)


def _is_upkeep(request: event.Request, settings: configuration.Configuration) -> bool:
    """Whether upkeep is asked for, or the run to carry on is one of it."""
    if request.words or not request.run_id:
        return request.command[:1] == (upkeep.COMMAND,)
    begun = Store(settings.artifacts_bucket).get(f"runs/{request.run_id}/run.json")
    return begun is not None and begun.content["command"][:1] == [upkeep.COMMAND]
