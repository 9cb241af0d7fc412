"""``just dbt-local``: dbt on DuckDB over local files."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lakeloop import database, dbt_target
from lakeloop.arguments import take
from lakeloop.dbt_command import NOT_BEGUN, Offline, run_dbt, run_offline
from lakeloop.errors import UserError
from lakeloop.skip import leave_out
from lakeloop.summary import print_summary
from lakeloop.workspace import Workspace

# dbt commands that open no database, so that there is nothing to copy or to check for them.
_WITHOUT_DATABASE = {"clean", "debug", "deps", "init", "list", "ls", "parse"}


def dbt_local(workspace: Workspace, words: Sequence[str]) -> int:
    """Run a dbt command (``build`` by default) on the offline database.

    Args:
        words: ``raw=PATH`` and a dbt command with its options, both optional.

    Returns:
        dbt's exit code. Unless it is 0, the last good database stays in use.
    """
    arguments, command = take(words, {"raw"})
    raw = Path(arguments["raw"]).expanduser().resolve() if "raw" in arguments else workspace.raw
    if not command or (command[0].startswith("-") and command[0] not in ("--version", "--help", "-h")):
        command = ["build", *command]
    if dbt_target.named(command) is not None or dbt_target.names_a_profile(command):
        raise UserError(
            "`just dbt-local` always builds target local of the profile here: leave --target and --profiles-dir out. On an "
            "environment's Athena: `just dbt env=dev ...`."
        )
    if command[0].startswith("-") or command[0] in _WITHOUT_DATABASE:
        return run_dbt(workspace, command, {"LAKELOOP_DATABASE": str(workspace.building), "DBT_TARGET": "local"})
    started = time.monotonic()
    with database.exclusive(workspace):
        if not database.begin(workspace, raw, resume=command[0] == "retry"):
            print("The last build was of other raw data: beginning with an empty database.", file=sys.stderr)
        began = time.time()
        chosen = leave_out(workspace, command, workspace.settings.skip.local)
        code = run_offline(workspace, chosen, Offline(raw, workspace.building, workspace.target))
        if code == NOT_BEGUN:
            database.give_up(workspace)
            return 2
        place = database.finish(workspace, good=code == 0)
    print_summary(workspace, place, since=began, seconds=time.monotonic() - started)
    if code:
        kept = f"The last good database stays in use: {workspace.database}. " if workspace.database.exists() else ""
        print(f"{kept}What this run built is in {place}; mend and run `just dbt-local retry`.", file=sys.stderr)
    return code
