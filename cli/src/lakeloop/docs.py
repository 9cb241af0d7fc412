"""``just docs``: dbt's documentation as one file that opens without a server."""

from __future__ import annotations

import shutil

from lakeloop import database
from lakeloop.dbt_command import run_dbt
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def docs(workspace: Workspace) -> int:
    """Write the docs page of the last good build and print its path."""
    with database.exclusive(workspace):
        database.open_last(workspace).close()
        environment = {"LAKELOOP_DATABASE": str(workspace.database), "RAW_PATH": str(workspace.raw)}
        code = run_dbt(workspace, ["docs", "generate", "--static", "--target", "local", "--quiet"], environment)
    if code:
        raise UserError(f"dbt could not write the docs; its log: {workspace.state / 'logs' / 'dbt.log'}")
    workspace.docs.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(workspace.target / "static_index.html", workspace.docs)
    print(f"The docs page: {workspace.docs}")
    return 0
