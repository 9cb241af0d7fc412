"""The sample that a fresh clone comes with, and taking it out, all of it or nothing."""

from __future__ import annotations

import shutil
import subprocess

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

FOLDER = "sample"
# With the sample goes the workflow of the product's own tests: a team that merges a newer version takes what was tested.
_GOES = (FOLDER, ".github/workflows/product.yml")
# Below .lakeloop, what is no build of a project.
_KEPT = {"adopt", "build", "emulator", "iam", "new", "passed", "runtimes", "sources", "terraform", "tests", "verify"}
_SHOWN = 5


def require_fresh(workspace: Workspace) -> None:
    """Raises ``UserError`` unless this is a git checkout without changes, with its sample in it."""
    asked = subprocess.run(
        ["git", "status", "--porcelain"], cwd=workspace.root, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise UserError(
            f"{workspace.root} is no git repository, so that nothing could be taken back. `git init`, add, commit."
        )
    if not (workspace.root / FOLDER).is_dir():
        raise UserError(
            f"This checkout is a project of its own already, {workspace.settings.name!r}: its sample is gone. The name and the "
            "region stand in lakeloop.toml, the dbt project lies in dbt/. Nothing was changed."
        )
    if changed := asked.stdout.splitlines():
        names = ", ".join(line[3:] for line in changed[:_SHOWN]) + (", ..." if len(changed) > _SHOWN else "")
        raise UserError(f"The checkout has changes: {names}. Commit them, or `git stash`, and begin in a clean one.")


def take_out(workspace: Workspace) -> None:
    """Take the sample out, with what was built of it and the raw data that it made; nothing if it is gone.

    Raises:
        UserError: it could not be taken out; it is as it was.
    """
    if not (workspace.root / FOLDER).is_dir():
        return
    aside = workspace.state / "new" / "sample"
    shutil.rmtree(aside, ignore_errors=True)
    moved = []
    try:
        for name in _GOES:
            here, there = workspace.root / name, aside / name
            if here.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                here.rename(there)
                moved.append((here, there))
    except OSError as error:
        for here, there in reversed(moved):
            there.rename(here)
        raise UserError(f"The sample cannot be taken out: {error}. Nothing was changed.") from error
    shutil.rmtree(aside, ignore_errors=True)
    _remove_builds(workspace)


def _remove_builds(workspace: Workspace) -> None:
    """Remove builds of the sample, which would be taken for the project's; a layer holds nothing of a project."""
    stale = [entry for entry in workspace.state.iterdir() if entry.name not in _KEPT]
    stale += (workspace.state / "build").glob("function.*")
    # A generator leaves a note of its options (`database.origin_of`): what it made can be made again.
    if any(workspace.raw.glob(".*.json")):
        stale.append(workspace.raw)
    for entry in stale:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
