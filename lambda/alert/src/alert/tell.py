"""Messages for ends of runs: what failed, its cost so far, where to look, what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from alert.configuration import Configuration
from alert.event import SUCCEEDED, Execution, Test
from alert.message import Link, Message, failed_nodes

_WORDS = {"FAILED": "failed", "TIMED_OUT": "took longer than it may", "ABORTED": "was stopped"}


def wanted(execution: Execution, summary: Mapping[str, Any] | None) -> bool:
    """Whether people hear of it: of every failure, and of a success whose exports ask for it."""
    return execution.status != SUCCEEDED or bool(_notified(summary))


def of_test(test: Test, settings: Configuration) -> Message:
    """A message that says that messages arrive."""
    return Message(
        f"{_place(settings)}: a test message",
        (
            f"Messages about runs of {settings.environment} arrive here. Nothing has failed: `just alerts test` has sent this "
            f"one, {test.name}.",
        ),
    )


def of_execution(
    execution: Execution, summary: Mapping[str, Any] | None, settings: Configuration, page: str | None
) -> Message:
    """The message of an execution that has ended.

    Args:
        summary: the run's ``summary.json``; None if it has none, as of a run that never began.
        page: an address of the page of the run.
    """
    links = [Link("Page", page)] if page else []
    links.append(Link("Execution", console(execution.arn, settings.region)))
    if execution.status == SUCCEEDED:
        exports = [Link(one["name"], one["link"]) for one in _notified(summary)]
        return Message(
            f"{_place(settings)}: the run {execution.run_id} succeeded",
            (
                "\n".join(f"{one['name']}: {one['bytes']:,} bytes, {one['uri']}" for one in _notified(summary)),
                *_figures(summary),
            ),
            (*exports, *links),
        )
    told = tuple(failed_nodes((summary or {}).get("failed", ())))
    raised = (summary or {}).get("raised")
    if not told:
        said = str(raised["message"]) if raised else _cause(execution)
        told = (f"{raised['type'] if raised else execution.error or execution.status}\n{said}".strip(),)
    many = len((summary or {}).get("failed", ()))
    counted = f": {many} node{'s' if many > 1 else ''}" if many else ""
    return Message(
        f"{_place(settings)}: the run {execution.run_id} {_WORDS[execution.status]}{counted}",
        (*told, *_figures(summary)),
        tuple(links),
        _todo(execution, many, settings),
    )


def console(arn: str, region: str) -> str:
    """The page of an execution in AWS's console."""
    domain = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}.get(
        arn.split(":")[1], "console.aws.amazon.com"
    )
    return f"https://{region}.{domain}/states/home?region={region}#/v2/executions/details/{arn}"


def _figures(summary: Mapping[str, Any] | None) -> tuple[str, ...]:
    if not summary:
        return ("It has left no results: nothing of it has run.",)
    found = {status: count for status, count in summary.get("counts", {}).items() if count}
    counts = ", ".join(
        f"{count} {'errors' if status == 'error' and count > 1 else status}" for status, count in found.items()
    )
    cost = summary.get("cost", {}).get("dollars")
    parts = [
        f"Nodes: {counts}." if counts else "",
        f"{summary.get('seconds', 0):.0f} s" + (f", ${cost:.4f} so far." if isinstance(cost, int | float) else "."),
    ]
    return (" ".join(part for part in parts if part),)


def _todo(execution: Execution, failed: int, settings: Configuration) -> tuple[str, ...]:
    run, env = execution.run_id, settings.environment
    carry_on = f"carries the run on; what has succeeded is kept:\n  {json.dumps({'run_id': run})}"
    if execution.error == "LeaseHeld":
        return (
            f"Another run had {env} for longer than this one waits. Have it wait for an hour:\n  just run env={env} wait=3600",
            "Or set wait_seconds of the schedule.",
        )
    if execution.status == "ABORTED":
        return (f"Somebody stopped it. An execution with this input {carry_on}",)
    if failed:
        return (
            f"Mend what failed and deploy it. Then run what failed and what was skipped:\n  just run retry {run} env={env}",
            f"See where its time and money went:\n  just report run={run} env={env}",
        )
    return ("Mend what the message names.", f"An execution with this input {carry_on}")


def _cause(execution: Execution) -> str:
    """The cause in words: of a function it is JSON with the message in it."""
    try:
        told = json.loads(execution.cause)
    except ValueError:
        return execution.cause
    return str(told.get("errorMessage") or execution.cause) if isinstance(told, dict) else execution.cause


def _notified(summary: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return [one for one in (summary or {}).get("exports", ()) if one.get("notify")]


def _place(settings: Configuration) -> str:
    return f"{settings.project} {settings.environment}"
