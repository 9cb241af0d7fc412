"""The code and settings that a process with dbt imported is good for: another one is started for others.

Standard library only: each command asks this before anything else is imported.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = ("lakeloop", "lakeloop_project", "lakeloop_raw", "dbt_runner")
# Python reads these at its start, and the encoding of a terminal is among what follows from them.
_READ_AT_START = ("LANG", "LC_", "PYTHON", "RUNNER_PATCHES")


def of(root: Path, variables: Mapping[str, str]) -> str:
    """A hash of the interpreter, the lock, the programs' files by size and time, and the variables Python begins with."""
    found = hashlib.sha256(f"{sys.executable} {sys.version} {root}".encode())
    told = sorted((name, value) for name, value in variables.items() if name.startswith(_READ_AT_START))
    found.update(repr(told).encode())
    for file in _files(root):
        try:
            stat = file.stat()
            found.update(f"{file} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        except FileNotFoundError:
            found.update(f"{file} is not there\n".encode())
    return found.hexdigest()


def _files(root: Path) -> list[Path]:
    found = [root / "uv.lock"]
    for name in _PACKAGES:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for place, folders, names in os.walk(folder):
                folders[:] = [one for one in folders if one != "__pycache__"]
                found += [Path(place, one) for one in names if one.endswith(".py")]
    return sorted(found)
