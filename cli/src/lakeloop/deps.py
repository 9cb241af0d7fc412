"""``just deps``: the packages that the dbt project names, installed into its folder of packages.

https://docs.getdbt.com/reference/commands/deps
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project import DbtProject, packages

from lakeloop.dbt_command import ask_dbt
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Timestamp, level: what stands before the text of a line of dbt's.
_STAMP = re.compile(r"^\d\d:\d\d:\d\d(\.\d+)?\s+(\[\w+\s*\]: )?")
_LONGEST = 240
_UNREACHED = (
    "connect",
    "resolve",
    "timed out",
    "unreachable",
    "registry",
    "Max retries",
    "Could not read",
    "unable to access",
)


def deps(workspace: Workspace, words: Sequence[str]) -> int:
    """``just deps [--upgrade]``: install what ``package-lock.yml`` names, and make that file where it is missing or stale.

    Raises:
        UserError: a package cannot be had; the message names those that are missing.
    """
    project = DbtProject.read(workspace.dbt_project)
    found = packages.read(project)
    if not (found.named or found.installed or words):
        print("The project names no packages.")
        return 0
    install(workspace, project, words)
    print(f"{project.packages_folder.relative_to(workspace.root)}: {', '.join(packages.read(project).named)}")
    return 0


def install(workspace: Workspace, project: DbtProject, words: Sequence[str] = ()) -> None:
    """``dbt deps`` on *project*. Raises ``UserError`` as ``deps`` does."""
    done = ask_dbt(workspace, ["deps", *words], {"DBT_PROJECT_DIR": str(project.folder)})
    if done.returncode:
        missing = packages.read(project).missing or list(packages.read(project).named)
        lines = [_STAMP.sub("", _COLOUR.sub("", line)).strip() for line in (done.stdout + done.stderr).splitlines()]
        said = " ".join(line for line in lines if line).partition("Encountered an error: ")[2] or " ".join(lines[-6:])
        unreached = any(word in said for word in _UNREACHED)
        why = " Packages of the hub and of git need the internet." if unreached else ""
        raise UserError(f"Not installed: {', '.join(missing) or 'the packages'}.{why} dbt deps says: {said[:_LONGEST]}")
    _link_relatively(project.packages_folder)


def _link_relatively(folder: Path) -> None:
    """dbt links a package that is ``local:`` by its absolute path, which a checkout that is moved or mounted does not have."""
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.is_symlink() and (goal := entry.readlink()).is_absolute():
            entry.unlink()
            entry.symlink_to(os.path.relpath(goal, folder.resolve()), target_is_directory=True)
