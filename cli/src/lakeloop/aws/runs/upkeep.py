"""``just upkeep``: which Iceberg tables need OPTIMIZE or VACUUM, and why; then both, as a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lakeloop_project.environments import environment

from lakeloop.arguments import meant, take
from lakeloop.aws.place import enter
from lakeloop.aws.runs import command, runner
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.report import units
from lakeloop.rows import print_rows, style
from lakeloop.workspace import Workspace

COMMAND = "upkeep"
_USAGE = "Usage: just upkeep [plan] [env=dev] [table=fct_orders,dim_customers] [wait=600] [format=table|tsv|json]"
_NAMES = ("table", "needs", "files", "snapshots", "size", "why")


def upkeep(workspace: Workspace, words: Sequence[str]) -> int:
    """Print the plan, and do it unless the word is ``plan``.

    Returns:
        0 if all that was needed is done, or nothing was; 1 if a table failed; else as ``just run``.

    Raises:
        UserError: an unknown word, environment or table, or a run that has the environment.
    """
    arguments, rest = take(words, {"env", "on", "table", "wait", "format"})
    if rest not in ([], ["plan"]):
        raise UserError(f"Unknown word {' '.join(rest)!r}.{meant(rest[0], ['plan'])} {_USAGE}")
    shown = style(arguments.get("format"))
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    tables = [word for name in filter(None, arguments.get("table", "").split(",")) for word in ("--table", name)]
    plan = runner.invoke(place, outputs(workspace, place), [COMMAND, "plan"], tables)
    needs = plan["tables"]
    if needs or shown == "json":
        print_rows(shown, _NAMES, map(_row, needs))
    if omitted := plan.get("tables_omitted"):
        print(f"{omitted} more tables need it.")
    if failed := runner.failures(plan):
        print(failed)
    if not needs:
        fine = plan["counts"]["as they should be"]
        print(f"{fine} table{'' if fine == 1 else 's'} looked at: nothing to do.")
    if rest or not needs:
        return 1 if failed else 0
    given = [f"{name}={arguments[name]}" for name in ("env", "on", "wait") if name in arguments]
    return command.run(workspace, [*given, COMMAND, *tables])


def _row(told: Mapping[str, Any]) -> tuple[object, ...]:
    before = told["before"]
    size = None if before["bytes"] is None else units.size(before["bytes"])
    name, needs, why = told["table"].partition(".")[2], ", ".join(told["needs"]), "; ".join(told["why"])
    return (name, needs, before["files"], before["snapshots"], size, why)
