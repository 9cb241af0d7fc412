"""Environments of a clone's programs, with the byte code that the checkout's own have: Python would compile all of it anew.

uv gives both the same files of its cache, with the same times, by which Python knows what its byte code is of
(https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation). What was not lent, Python compiles.
"""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

REPO = Path(__file__).parents[1]
_CACHE = "__pycache__"
# LocalStack's index of AWS's operations, which lies in the emulator's environment.
_INDEX = "localstack"


def lend(home: Path, *projects: str) -> None:
    """Make the environments of *projects* (``.``, ``emulator``) in the clone at *home*, as its recipes would."""
    for project in projects:
        subprocess.run(
            ["uv", "sync", "--quiet", "--locked", "--no-dev", "--project", str(home / project)],
            env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
            check=True,
        )
        own, made = REPO / project / ".venv", home / project / ".venv"
        of_packages(own, made)
        if (own / _INDEX).is_dir():
            shutil.copytree(own / _INDEX, made / _INDEX)
    for folder in ("cli", "emulator", "local-athena", "project", "raw", "layer", "changes", "lambda"):
        _link(REPO / folder, home / folder, skipped=(".venv", "tests"))


def of_packages(own: Path, made: Path) -> None:
    """Give the packages of the virtual environment *made* the byte code that those of the checkout's *own* have."""
    _link(own / "lib", made / "lib")


def _link(source: Path, target: Path, skipped: tuple[str, ...] = ()) -> None:
    """Give each folder below *target* the byte code of the same folder below *source*."""
    for folder, names, files in os.walk(source):
        there = target / Path(folder).relative_to(source)
        if there.name != _CACHE:
            names[:] = [name for name in names if name == _CACHE or (name not in skipped and (there / name).is_dir())]
            continue
        there.mkdir(exist_ok=True)
        for name in files:
            if name.endswith(".pyc"):
                # Python writes there, too; and on another disk uv's files have other times.
                with suppress(OSError):
                    os.link(Path(folder, name), there / name)
