"""``just invoke``: a dbt command in the runner function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lakeloop_project.environments import environment
from rich.table import Table

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.place import enter
from lakeloop.aws.runs import runner
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.plural import of_status
from lakeloop.report.table import cost_rows
from lakeloop.skip import leave_out
from lakeloop.workspace import Workspace


def invoke(workspace: Workspace, words: Sequence[str]) -> int:
    """``just invoke [env=dev] [test --select fct_orders]``: ``build`` unless told otherwise.

    Returns:
        0 if all that ran succeeded, 1 if something failed.
    """
    arguments, rest = take(words, {"env", "on"})
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    command, cli_args = split(leave_out(workspace, rest, place.left_out))
    answer = runner.invoke(place, outputs(workspace, place), command, cli_args)
    print_answer(answer)
    if answer["status"] == "incomplete":
        print(
            f"There was no time for all of it: `just run env={place.environment} run_id={answer['run_id']}` carries on."
        )
    return 0 if answer["status"] == "success" else 1


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """dbt's words as the event has them: the command and its positional words, and the options."""
    first = next((position for position, word in enumerate(words) if word.startswith("-")), len(words))
    return list(words[:first]) or ["build"], list(words[first:])


def print_answer(answer: dict[str, Any]) -> None:
    """Print what ran and how it went; failed nodes with their messages after the table."""
    console = terminal.console()
    table = Table(title=f"dbt {' '.join(answer.get('command', []))}", title_justify="left", show_header=False)
    counts = ", ".join(of_status(count, name) for name, count in answer.get("counts", {}).items() if count)
    table.add_row("status", answer["status"])
    table.add_row("ran", counts or "nothing")
    table.add_row("seconds", f"{answer.get('seconds', 0):.1f}")
    table.add_row("bytes scanned", f"{answer.get('bytes_scanned', 0):,}")
    for name, told in cost_rows(answer.get("cost") or {}):
        table.add_row(name, told)
    table.add_row("run", str(answer.get("run_id", "")))
    table.add_row("artifacts", str(answer.get("artifacts", "")))
    console.print(table)
    if repeated := answer.get("repeated"):
        console.print(repeated, markup=False, highlight=False, soft_wrap=True)
    if output := answer.get("output"):
        console.print(output, soft_wrap=True)
    if failed := runner.failures(answer):
        console.print(failed, soft_wrap=True)
