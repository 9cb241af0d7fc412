"""The dbt project below a path: one, or a message that names those there are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lakeloop_project import DbtProject
from lakeloop_project.dbt_project import FILE

from lakeloop.errors import UserError

# Copies of projects that are not the team's: packages, builds, environments.
_PASSED_OVER = {
    "dbt_packages",
    "dbt_modules",
    "dbt_internal_packages",
    "node_modules",
    "site-packages",
    "target",
    "logs",
}
_SHOWN = 20


def find(path: str, checkout: Path) -> DbtProject:
    """The project in *path* or below it.

    Raises:
        UserError: there is none, there are several, or it is the checkout's own.
    """
    given = Path(path).expanduser().resolve()
    if not given.exists():
        raise UserError(f"{given} does not exist. Usage: just adopt PATH, a folder with a dbt project in it.")
    folder = given.parent if given.name == FILE else given
    if folder == checkout or folder.is_relative_to(checkout):
        raise UserError(
            f"{given} is in this checkout. `just adopt` takes a project from elsewhere and leaves it as it is."
        )
    found = [folder] if (folder / FILE).is_file() else sorted(_below(folder))
    if not found:
        raise UserError(
            f"No dbt project: looked for {FILE} in {folder} and below. PATH is the folder of a dbt project, or of its repository."
        )
    if len(found) > 1:
        shown = "\n".join(f"  just adopt {place}" for place in found[:_SHOWN])
        more = f"\n  ... and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise UserError(f"{len(found)} dbt projects below {folder}. Name the one:\n{shown}{more}")
    return DbtProject.read(found[0])


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if FILE in names:
            yield Path(place)
            folders.clear()  # what lies within a project (integration tests, local packages) is its own
        folders[:] = [name for name in folders if not _is_passed_over(Path(place, name))]


def _is_passed_over(folder: Path) -> bool:
    return folder.name in _PASSED_OVER or folder.name.startswith(".") or (folder / "pyvenv.cfg").exists()
