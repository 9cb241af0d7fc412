"""The capture as a process in the background, found again by its supervisor's `.lakeloop/capture/status.json`."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_NAME = "lakeloop-capture-supervise"
# The first start makes the environment, of 300 MB.
_START_SECONDS = 300.0
_STOP_SECONDS = 40.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Status:
    """A supervisor's word of itself: running, waiting (for another try), refused or stopped; and why, if it says so."""

    pid: int
    state: str
    starts: int
    message: str


def folder(workspace: Workspace) -> Path:
    """The folder of its log and of what it says of itself."""
    return workspace.state / "capture"


def log(workspace: Workspace) -> Path:
    """Its log."""
    return folder(workspace) / "capture.log"


def status(workspace: Workspace) -> Status | None:
    """The last word of the last supervisor, None if there was none."""
    told = read(folder(workspace) / "status.json")
    if told is None:
        return None
    return Status(int(told["pid"]), str(told["state"]), int(told["starts"]), str(told["message"] or ""))


def health(workspace: Workspace) -> dict[str, Any] | None:
    """The last word of the last capture: records by table, the slot's lag; None if it had none."""
    return read(folder(workspace) / "health.json")


def running(workspace: Workspace) -> Status | None:
    """The supervisor that runs, None if none does: its file may have outlived it."""
    told = status(workspace)
    if told is None:
        return None
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(told.pid)], capture_output=True, text=True, check=False
    )
    return told if _NAME in shown.stdout and str(folder(workspace)) in shown.stdout else None


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """One command at a time starts or stops the capture."""
    place = folder(workspace)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(workspace: Workspace, environment: Mapping[str, str]) -> Status:
    """Start it, and wait until it captures; whatever it says instead is the status that is given.

    Raises:
        UserError: it does not start.
    """
    place = folder(workspace)
    for name in ("status.json", "health.json"):
        (place / name).unlink(missing_ok=True)
    project = workspace.root / "ingestion" / "capture"
    extra = () if shutil.which("java") or os.environ.get("JAVA_HOME") else ("--extra", "jre")
    command = ["uv", "run", "--quiet", "--locked", "--no-dev", *extra, "--project", str(project), _NAME, str(place)]
    with (place / "start.log").open("wb") as output:
        child = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        told = status(workspace)
        if told is not None and (told.state != "running" or (place / "health.json").exists()):
            return told
        if child.poll() is not None:
            said = (place / "start.log").read_text(errors="replace").strip()
            raise UserError(f"The capture does not start: {said[-600:] or f'exit code {child.returncode}'}")
        time.sleep(_POLL_SECONDS)
    raise UserError(f"The capture has not begun within {_START_SECONDS:.0f} s; its log is {log(workspace)}.")


def stop(workspace: Workspace, told: Status) -> None:
    """End the supervisor that *told*, and the capture with it. Raises ``UserError`` if it does not end."""
    with suppress(ProcessLookupError):
        os.kill(told.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while running(workspace) is not None:
        if time.monotonic() > deadline:
            raise UserError(f"The capture (process {told.pid}) does not end within {_STOP_SECONDS:.0f} s.")
        time.sleep(_POLL_SECONDS)


def read(file: Path) -> dict[str, Any] | None:
    """The JSON object in *file*, None if it is not there."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return told if isinstance(told, dict) else None
