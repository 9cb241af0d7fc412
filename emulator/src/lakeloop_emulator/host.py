"""The emulator as a process of the host: started in a session of its own, found again by its process id."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lakeloop_emulator import health
from lakeloop_emulator.environment import LIBRARIES, prepare
from lakeloop_emulator.settings import EmulatorError, Settings, enforcing, server_environment
from local_iam import simulator

START_SECONDS, STOP_SECONDS, POLL_SECONDS = 90.0, 15.0, 0.05
LAST_LINES = 20
# The supervisor starts the runtime, which is the emulator, in its own process group, and may be killed without it.
_NAMES = ("localstack-supervisor", "localstack.runtime")


def up(settings: Settings) -> str:
    """Start the emulator unless it runs; answers what to tell the user. Raises ``EmulatorError``."""
    began = time.monotonic()
    running = pid(settings)
    if running is not None:
        recorded = _recorded_port(settings)
        if recorded != settings.port:
            raise EmulatorError(
                f"The emulator runs on port {recorded} (process {running}). `just down` stops it; then bring it up on "
                f"port {settings.port}."
            )
        if health.answer(settings) is not None:
            return f"The emulator is up already: {settings.url} (process {running}, log {log(settings)})"
    if running is None:
        if health.port_taken(settings):
            raise EmulatorError(_foreign(settings))
        supervisor = prepare()
        if enforcing():
            _provide_simulator()
        began = time.monotonic()
        running = _start(settings, supervisor)
    _await_ready(settings, running)
    seconds = time.monotonic() - began
    return f"The emulator is up: {settings.url} ({seconds:.1f} s, process {running}, log {log(settings)})"


def down(settings: Settings) -> str:
    """Stop the emulator and forget its state; answers what to tell the user."""
    running = pid(settings)
    if running is None:
        _forget(settings)
        return "The emulator is not running."
    try:
        os.kill(running, signal.SIGTERM)
    except ProcessLookupError:
        os.killpg(running, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _alive(running):
        if time.monotonic() > deadline:
            os.killpg(running, signal.SIGKILL)
            break
        time.sleep(POLL_SECONDS)
    _forget(settings)
    return f"The emulator is down (process {running})."


def status(settings: Settings) -> tuple[bool, str]:
    """Whether the emulator is up, and what to tell the user."""
    running = pid(settings)
    settings = current(settings)
    if running is None:
        if health.port_taken(settings):
            return False, _foreign(settings)
        return False, "The emulator is down. `just up` starts it."
    document = health.answer(settings)
    if document is None:
        return (
            False,
            f"Process {running} runs but {settings.url} does not answer: see {log(settings)}, then `just down`.",
        )
    used = sorted(name for name, state in document["services"].items() if state == "running")
    return True, (
        f"The emulator is up: {settings.url} (process {running}, LocalStack {document.get('version')})\n"
        f"in use: {', '.join(used) or 'nothing yet'}\nlog: {log(settings)}"
    )


def current(settings: Settings) -> Settings:
    """*settings* with the port on which the emulator runs, if it does."""
    return replace(settings, port=_recorded_port(settings)) if pid(settings) is not None else settings


def log(settings: Settings) -> Path:
    """Where the process writes what it has to say."""
    return settings.state / "emulator.log"


def pid(settings: Settings) -> int | None:
    """The emulator's process id, None if it does not run: a pid file may have outlived its process."""
    try:
        number = int(_pid_file(settings).read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    return number if _alive(number) else None


def _start(settings: Settings, supervisor: Path) -> int:
    settings.state.mkdir(parents=True, exist_ok=True)
    _remove_files(settings)
    libraries = settings.state / "files" / "usr" / "lib" / "localstack"
    libraries.parent.mkdir(parents=True)
    libraries.symlink_to(LIBRARIES)
    with log(settings).open("wb") as output:
        process = subprocess.Popen(
            [str(supervisor)],
            env=server_environment(settings),
            cwd=settings.state,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(settings).write_text(f"{process.pid} {settings.port}\n")
    return process.pid


def _provide_simulator() -> None:
    try:
        simulator.prepare()
    except simulator.SimulatorError as error:
        raise EmulatorError(f"IAM_ENFORCEMENT=1: {error}") from error


def _await_ready(settings: Settings, running: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while health.answer(settings) is None:
        if not _alive(running):
            _pid_file(settings).unlink(missing_ok=True)
            raise EmulatorError(f"The emulator died while it started. The end of {log(settings)}:\n{_tail(settings)}")
        if time.monotonic() > deadline:
            raise EmulatorError(
                f"The emulator (process {running}) does not answer at {settings.url} after {START_SECONDS:.0f} s. "
                f"`just down` stops it. The end of {log(settings)}:\n{_tail(settings)}"
            )
        time.sleep(POLL_SECONDS)


def _alive(number: int) -> bool:
    """Whether process *number*, or what it started, runs and is ours, not a stranger's that got the number later."""
    with suppress(ChildProcessError):
        os.waitpid(number, os.WNOHANG)  # a child of this very process would stay as a zombie
    shown = subprocess.run(["ps", "-A", "-ww", "-o", "pgid=,stat=,command="], capture_output=True, text=True).stdout
    processes = (line.split(maxsplit=2) for line in shown.splitlines())
    return any(
        group == str(number) and not state.startswith("Z") and any(name in command for name in _NAMES)
        for group, state, command in processes
    )


def _recorded_port(settings: Settings) -> int:
    words = _pid_file(settings).read_text().split()
    return int(words[1]) if len(words) > 1 else settings.port


def _forget(settings: Settings) -> None:
    _pid_file(settings).unlink(missing_ok=True)
    _remove_files(settings)


def _remove_files(settings: Settings) -> None:
    """Unpacked functions are read-only: their folders are made writable first."""
    files = settings.state / "files"
    for folder, _, _ in os.walk(files):
        Path(folder).chmod(0o700)
    shutil.rmtree(files, ignore_errors=True)


def _tail(settings: Settings) -> str:
    lines = log(settings).read_text(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-LAST_LINES:])


def _pid_file(settings: Settings) -> Path:
    return settings.state / "pid"


def _foreign(settings: Settings) -> str:
    what = "another LocalStack" if health.answer(settings) else "a process that is not this emulator"
    return (
        f"Port {settings.port} on 127.0.0.1 is taken by {what}. Stop it (`lsof -i :{settings.port}` names it), or choose "
        f"another port: `just up port={settings.port + 1}`."
    )
