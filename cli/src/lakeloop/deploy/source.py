"""The commit that is deployed, so that what is live has a name."""

from __future__ import annotations

import subprocess

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_SHOWN = 10


def clean_commit(workspace: Workspace) -> str:
    """The commit that is checked out, abbreviated.

    Raises:
        UserError: this is no git checkout, or files differ from the commit; the message names them.
    """
    changed = _git(workspace, "status", "--porcelain").splitlines()
    if changed:
        more = [f"and {len(changed) - _SHOWN} more"] if len(changed) > _SHOWN else []
        listed = "".join(f"\n  {line}" for line in [*changed[:_SHOWN], *more])
        raise UserError(f"What is deployed is a commit, and these files differ from it; commit or stash them:{listed}")
    return _git(workspace, "rev-parse", "--short=12", "HEAD").strip()


def _git(workspace: Workspace, *words: str) -> str:
    try:
        asked = subprocess.run(["git", *words], cwd=workspace.root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise UserError("git is not on the PATH: https://git-scm.com/downloads") from None
    if asked.returncode:
        raise UserError(
            f"{workspace.root} is no checkout of git's, so there is no commit to deploy: {asked.stderr.strip()}"
        )
    return asked.stdout
