"""The Python environment that the emulator runs in, made by uv when it is missing or out of date."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lakeloop_emulator.settings import PROJECT, VENV, EmulatorError

SUPERVISOR = VENV / "bin" / "localstack-supervisor"


def prepare() -> Path:
    """Make the environment as the lock file says; answers LocalStack's supervisor. Raises ``EmulatorError``."""
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
