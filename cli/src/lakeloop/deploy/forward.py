"""A deployment goes forward: the commit that was deployed last is not younger than the one that comes.

On GitHub an older commit may be approved after a newer one, and an old workflow run may be run again.
"""

from __future__ import annotations

import subprocess

from lakeloop.deploy.live import Live
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def require_forward(workspace: Workspace, environment: str, live: Live | None, commit: str, *, precious: bool) -> None:
    """Raises ``UserError`` if *commit* is older than the one that was deployed last.

    Args:
        precious: whether it has to be younger, too: a branch that does not have all that is deployed would take it away.
    """
    last = live.commit if live else ""
    if not last or last == commit or _is_ancestor(workspace, last, commit):
        return
    ways = (
        f"`just rollback env={environment}` goes back to what was live before; `git revert`, and a deployment of that commit, "
        "takes a change back for good."
    )
    if _is_ancestor(workspace, commit, last):
        raise UserError(
            f"Commit {commit} is older than {last}, which was deployed to {environment} last: a deployment does not go backwards. "
            f"Nothing was changed. {ways}"
        )
    if precious:
        raise UserError(
            f"Commit {commit} does not contain {last}, which was deployed to {environment} last, or this clone does not have that: "
            f"`git fetch --unshallow`, or merge it. Nothing was changed. {ways}"
        )


def _is_ancestor(workspace: Workspace, older: str, younger: str) -> bool:
    """Whether git has both, and *older* is in the history of *younger*."""
    asked = subprocess.run(
        ["git", "merge-base", "--is-ancestor", older, younger], cwd=workspace.root, capture_output=True, check=False
    )
    return asked.returncode == 0
