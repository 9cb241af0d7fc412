"""The Python environment that the emulator runs in, made by uv when it is missing or out of date."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from lakeloop_emulator.settings import LOCK, PROJECT, VENV, EmulatorError

SUPERVISOR = VENV / "bin" / "localstack-supervisor"
LIBRARIES = VENV / "localstack"
"""LocalStack's ``static_libs``, shared by all emulators."""


def prepare() -> Path:
    """Make the environment as the lock file says; answers LocalStack's supervisor. Raises ``EmulatorError``."""
    supervisor = _synchronize()
    _index_services()
    return supervisor


def _index_services() -> None:
    """Make LocalStack's index of all operations of AWS: the first request would wait for it, in every emulator anew."""
    made = LIBRARIES / f"of-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if made.exists():
        return
    print("Indexing AWS's operations (once) ...", flush=True)
    LIBRARIES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VENV) as root:
        folder = Path(root, "usr", "lib", "localstack")
        folder.mkdir(parents=True)
        environment = {**os.environ, "FILESYSTEM_ROOT": root, "OVERRIDE_IN_DOCKER": "0"}
        command = [str(VENV / "bin" / "python"), "-m", "localstack.aws.spec"]
        if subprocess.run(command, env=environment, capture_output=True).returncode:
            return  # LocalStack indexes for itself, and if it cannot it says so
        for file in folder.iterdir():
            file.replace(LIBRARIES / file.name)
    made.touch()


def _synchronize() -> Path:
    uv = shutil.which("uv")
    if uv is None:
        if SUPERVISOR.exists():
            return SUPERVISOR
        raise EmulatorError("uv is not on the PATH and emulator/.venv does not exist. Run `make` once: it fetches uv.")
    if not SUPERVISOR.exists():
        print("Making emulator/.venv (once; some 125 packages) ...", flush=True)
    # inexact: what tests and developers have installed beside it stays
    command = [uv, "sync", "--project", str(PROJECT), "--frozen", "--no-dev", "--inexact", "--quiet"]
    clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    finished = subprocess.run(command, env=clean, capture_output=True, text=True)
    if finished.returncode == 0:
        return SUPERVISOR
    said = finished.stderr.strip()
    if "interpreter" in said or "No download" in said:
        raise EmulatorError(
            f"The emulator needs Python 3.13 and uv found none.\n{said}\n"
            "Install it with `uv python install 3.13`, or with your system's packages."
        )
    if SUPERVISOR.exists() and "network" in said.lower():
        print(f"emulator/.venv may be out of date, uv could not reach its index:\n{said}", flush=True)
        return SUPERVISOR
    raise EmulatorError(f"uv could not make emulator/.venv:\n{said}")
