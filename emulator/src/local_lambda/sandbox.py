"""Mounts a function's folders at Lambda's own paths where the machine allows it; elsewhere it uses the machine's."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local_lambda.runtimes import Runtime

TASK, OPT, TMP = Path("/var/task"), Path("/opt"), Path("/tmp")  # nosec B108
LANG, RUNTIME = Path("/var/lang"), Path("/var/runtime")
_LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class Places:
    """The folders as the function sees them, and how they come to be."""

    task: Path
    opt: Path
    tmp: Path
    python: Path
    runtime: Path
    mounts: dict[str, str] | None
    """Lambda's path -> this machine's; None where nothing is mounted."""


def places(runtime: Runtime, task: Path, opt: Path, tmp: Path) -> Places:
    """Lambda's paths where a mount namespace can be had, the given folders elsewhere."""
    if runtime.portable or not can_mount(runtime):
        return Places(task, opt, tmp, runtime.python, runtime.packages, None)
    return _mounted(runtime, task, opt, tmp)


def command(runtime: Runtime, places: Places, words: list[str]) -> list[str]:
    """The command that runs *words* in *places* and, where Linux sees to it, dies with the thread that started it."""
    spec = {"command": words, "directory": str(places.task), "mounts": places.mounts, "parent": os.getpid()}
    return [str(runtime.python), "-I", "-S", str(_LAUNCHER), json.dumps(spec)]


@functools.cache
def can_mount(runtime: Runtime) -> bool:
    """Whether a process with mounts of its own starts here.

    It does not in containers without the capability, where user namespaces are restricted (Ubuntu 24.04), and if the
    interpreter itself lies in a folder that would be hidden (/opt, /var, /tmp).
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        there = _mounted(runtime, folder, folder, folder)
        tried = subprocess.run(
            command(runtime, there, [str(there.python), "-I", "-c", "import ssl, awslambdaric"]),
            env={},
            capture_output=True,
        )
    return tried.returncode == 0


def _mounted(runtime: Runtime, task: Path, opt: Path, tmp: Path) -> Places:
    sources = (task, opt, tmp, runtime.folder, runtime.packages)
    mounts = dict(zip(map(str, (TASK, OPT, TMP, LANG, RUNTIME)), map(str, sources), strict=True))
    return Places(TASK, OPT, TMP, LANG / "bin" / runtime.name, RUNTIME, mounts)
