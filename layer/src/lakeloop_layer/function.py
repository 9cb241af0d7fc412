"""The function's code: the package ``dbt_runner`` and the dbt project that it runs, under ``dbt/``."""

from __future__ import annotations

import shutil
from pathlib import Path

from lakeloop_layer import archive, bytecode

_TASK_ROOT = "/var/task"
# What dbt reads of a project. Neither tests/ of the repo nor what dbt writes (target/, logs/) belongs into the zip.
_PROJECT = (
    "dbt_project.yml",
    "packages.yml",
    "profiles.yml",
    "selectors.yml",
    "analyses",
    "dbt_packages",
    "functions",
    "macros",
    "models",
    "seeds",
    "snapshots",
    "tests",
)


def sources(root: Path) -> list[Path]:
    """The files that go into the zip, sorted."""
    found = [*(root / "lambda" / "dbt_runner").rglob("*.py")]
    for name in _PROJECT:
        path = root / "dbt" / name
        found += [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sorted(file for file in found if "__pycache__" not in file.parts)


def stage(root: Path, folder: Path) -> None:
    """Lay the function's code out in *folder* as it will be in ``/var/task``."""
    for file in sources(root):
        inside = root / "lambda" if "dbt_runner" in file.parts else root
        copy = folder / file.relative_to(inside)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    bytecode.compile_function(folder / "dbt_runner", f"{_TASK_ROOT}/dbt_runner")


def write(folder: Path, file: Path) -> None:
    """Zip what was laid out in *folder*."""
    archive.write({"": folder}, file)
