"""The checkout's folder. Standard library only: each command asks for it first."""

from __future__ import annotations

import os
from pathlib import Path

STATE = ".lakeloop"
"""The folder below it for everything that recipes make."""


def start(folder: Path | None = None) -> Path:
    """The folder to look in and above: ``LAKELOOP_HOME``, *folder*, or the current one."""
    home = os.environ.get("LAKELOOP_HOME")
    return Path(home) if home else (folder or Path.cwd())


def find(folder: Path | None = None) -> Path | None:
    """The checkout's folder; None if there is none around ``start``."""
    here = start(folder)
    places = (here, *here.resolve().parents)
    return next((place.resolve() for place in places if (place / "dbt" / "dbt_project.yml").is_file()), None)
