"""Files that are written whole or not at all: a full disk leaves the one before, and says so."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from lakeloop.errors import UserError

_LEAST_BYTES = 4_000_000
"""Room for a small project's manifest, parse and results."""


def write(path: Path, content: str | bytes) -> None:
    """Put *content* in the place of the file *path*, in one step; its folder is made if need be.

    Raises:
        UserError: it cannot be written; what was there before is there.
    """
    goal = path.resolve()
    try:
        goal.parent.mkdir(parents=True, exist_ok=True)
        aside = goal.with_name(f".{goal.name}-{secrets.token_hex(8)}")
        try:
            with aside.open("xb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            if goal.exists():
                aside.chmod(goal.stat().st_mode & 0o777)
            aside.replace(goal)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror or error}. What was there before is there."
        ) from None


def require_room(folder: Path) -> None:
    """Refuse to begin what would fail in the midst, each line of its log with a stack trace of dbt's.

    Raises:
        UserError: the disk of *folder* is full, or as good as.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < _LEAST_BYTES:
        raise UserError(
            f"The disk of {folder} has {free / 1e6:.1f} MB free, and dbt writes its log, its parse and its results there: free "
            f"{_LEAST_BYTES / 1e6:.0f} MB. Nothing was done."
        )
