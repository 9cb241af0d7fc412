"""A fresh clone: what of it belongs to its sample, and taking that out, all of it or nothing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

SAMPLE = "sample"
# The product's own tests: a team that merges a newer version takes what was tested.
_WORKFLOW = ".github/workflows/product.yml"
# Left by whatever made the raw files, so that they can be made again.
GENERATED = ".generated.json"
# Below .lakeloop, what is no build of a project.
_KEPT = {"build", "emulator", "new", "runtimes", "terraform", "tests"}
_SHOWN = 5


def require_fresh(workspace: Workspace) -> None:
    """Raises ``UserError`` unless this is a git checkout without changes, with its sample in it."""
    asked = _git(workspace, "status", "--porcelain")
    if asked.returncode:
        raise UserError(
            f"{workspace.root} is no git checkout, so that nothing could be taken back: `git clone` Lakeloop, or `git init` and "
            "commit. Nothing was changed."
        )
    if not (workspace.root / SAMPLE).is_dir():
        raise UserError(
            f"This checkout is a project of its own already, {workspace.settings.name!r}: {workspace.root / SAMPLE} is gone. "
            "`name` and `region` stand in lakeloop.toml, the dbt project in dbt/. Nothing was changed."
        )
    if changed := asked.stdout.splitlines():
        names = ", ".join(line[3:] for line in changed[:_SHOWN]) + (", ..." if len(changed) > _SHOWN else "")
        raise UserError(f"This checkout has changes that are not committed: {names}. Commit or stash them first.")


@contextmanager
def sample_taken_out(workspace: Workspace) -> Iterator[Path]:
    """Hand out a folder in which the new ``dbt/`` is to be made; at the block's end it is in place and the sample is gone.

    If the block fails, the checkout is as it was.
    """
    aside = workspace.state / "new"
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "dbt").mkdir(parents=True)
    try:
        yield aside / "dbt"
        _swap(workspace, aside)
        _remove_builds(workspace)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _swap(workspace: Workspace, aside: Path) -> None:
    """Move the sample aside and the new project into its place; move all back if anything fails."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name in (SAMPLE, "dbt", _WORKFLOW):
            here, there = workspace.root / name, aside / "old" / name
            if here.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                here.rename(there)
                moved.append((here, there))
        (aside / "dbt").rename(workspace.dbt_project)
    except OSError as error:
        for here, there in reversed(moved):
            there.rename(here)
        raise UserError(f"The sample could not be taken out: {error}. Nothing was changed.") from error


def _remove_builds(workspace: Workspace) -> None:
    """What was built of the sample would be taken for the new project's; a layer holds nothing of a project."""
    for entry in workspace.state.iterdir() if workspace.state.is_dir() else ():
        if entry.name not in _KEPT:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for file in (workspace.state / "build").glob("function.*"):
        file.unlink()
    if (workspace.raw / GENERATED).exists():
        shutil.rmtree(workspace.raw)


def _git(workspace: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=workspace.root, capture_output=True, text=True, check=False)
