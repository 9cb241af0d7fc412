"""The emulator as a process of the host: started in a session of its own, found again by its process id."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lakeloop_emulator import health, layer, owner, saved
from lakeloop_emulator.environment import LIBRARIES, prepare
from lakeloop_emulator.saved import Wish
from lakeloop_emulator.settings import (
    SAVE_SECONDS,
    STOP_SECONDS,
    VENV,
    EmulatorError,
    Settings,
    enforcing,
    server_environment,
)
from local_iam import simulator

START_SECONDS, POLL_SECONDS = 90.0, 0.05
LOAD_SECONDS = 120.0
LAST_LINES = 20
_ROOM = 4096
"""Bytes of the smallest file that a disk has room for or has not."""
_SAVED_AT_THE_END = "\nIts state is saved by `just down`."
# The supervisor starts the runtime, which is the emulator, in its own process group, and may be killed without it.
# The first is localstack-supervisor, of which the system shows fifteen letters, in brackets, until it has its arguments.
_NAMES = ("localstack-supe", "localstack.runtime")


def up(settings: Settings) -> str:
    """Start the emulator unless it runs; answers what to tell the user. Raises ``EmulatorError``."""
    with _alone(settings):
        return _up(settings)


def _up(settings: Settings) -> str:
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
            return _already(settings, running)
    if running is None:
        if health.port_taken(settings):
            raise EmulatorError(_foreign(settings))
        supervisor = prepare()
        if enforcing():
            _provide_simulator()
        began = time.monotonic()
        state = _choose_state(settings)
        running = _start(settings, supervisor)
    else:
        state = ""
    _await_ready(settings, running)
    if Wish(settings) and saved.of(settings).exists():
        _await_state(settings, running)
    seconds = time.monotonic() - began
    return (
        f"The emulator is up: {settings.url} ({seconds:.1f} s, process {running}, log {log(settings)}){state}"
        f"{layer.about(settings)}{_about_guard(settings)}"
    )


def down(settings: Settings) -> str:
    """Stop the emulator; answers what to tell the user. Its state is forgotten unless it is to be saved.

    Raises ``EmulatorError`` if the state was to be saved and is not: the one before is still there then.
    """
    with _alone(settings):
        return _down(settings)


def _down(settings: Settings) -> str:
    running = pid(settings)
    if running is None:
        lost = " It ended without `just down`: what came after the last save is lost." if Wish(settings) else ""
        _forget(settings)
        return f"The emulator is not running.{lost}"
    wish = Wish(settings)
    if settings.persist is not None:
        wish.set(settings.persist)
    saving = bool(wish)
    if saving:
        print(f"Saving the state in {saved.of(settings).folder} ...", flush=True)
    wish.forget_report()
    _stop(running, wish if saving else None)
    report, lacking, last_words = wish.hear(), _lacking(settings), _tail(settings)
    _forget(settings)
    down_now = f"The emulator is down (process {running})."
    if not saving:
        return down_now
    kept = saved.of(settings)
    if report is None or not report.saved:
        why = report.error if report and report.error else lacking
        why = f"{why}." if why else f"it ended before. The end of its log:\n{last_words}"
        before = f"\nThe state before is still there: {kept.header().describe()}." if kept.exists() else ""
        free = shutil.disk_usage(settings.state).free / 1e6
        raise EmulatorError(
            f"{down_now} Its state was not saved: {why}\nThat is in {kept.folder}, whose disk has {free:,.1f} MB free.{before}"
        )
    header = kept.header()
    lacking = f"\nNot in it: {', '.join(header.left_out)}." if header.left_out else ""
    return f"{down_now}\nIts state is saved: {header.describe()}. `just up persist=1` goes on from it.{lacking}"


def forget(settings: Settings) -> str:
    """Remove the saved state; answers what to tell the user."""
    if pid(settings) is not None and Wish(settings):
        raise EmulatorError("The emulator runs on the saved state: `just down persist=0` first.")
    return saved.of(settings).forget()


def status(settings: Settings) -> tuple[bool, str]:
    """Whether the emulator is up, and what to tell the user."""
    running = pid(settings)
    settings = current(settings)
    if running is None:
        if health.port_taken(settings):
            return False, _foreign(settings)
        return False, f"The emulator is down. `just up` starts it.{_about_saved(settings)}"
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
        f"{_SAVED_AT_THE_END if Wish(settings) else ''}{_about_guard(settings)}"
    )


def refuse_foreign(settings: Settings) -> None:
    """Raise ``EmulatorError`` if what listens on the port is not this checkout's: what is meant for this one would go there."""
    if pid(settings) is not None or not health.port_taken(settings):
        return
    found = owner.ask(settings)
    if found is None or not found.mine:  # it is mine in a container
        raise EmulatorError(_foreign(settings))


def current(settings: Settings) -> Settings:
    """*settings* with the port on which the emulator runs, if it does."""
    return replace(settings, port=_recorded_port(settings)) if pid(settings) is not None else settings


def log(settings: Settings) -> Path:
    """The file that the process logs to."""
    return settings.state / "emulator.log"


def pid(settings: Settings) -> int | None:
    """The emulator's process id, None if it does not run: a pid file may have outlived its process."""
    try:
        number = int(_pid_file(settings).read_text().split()[0])
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    return number if _alive(number) else None


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One command at a time starts or stops: two at once would each start an emulator, and know of one."""
    settings.state.mkdir(parents=True, exist_ok=True)
    settings.state.chmod(0o700)  # the log quotes data, and so does all else
    with _private():
        lock = (settings.state / "lock").open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start(settings: Settings, supervisor: Path) -> int:
    _remove_files(settings)
    libraries = settings.state / "files" / "usr" / "lib" / "localstack"
    owner.token(settings.state)
    with _private():  # for what the emulator writes, too
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
        try:
            _pid_file(settings).write_text(f"{process.pid} {settings.port} {settings.layer}\n")
        except OSError:
            os.killpg(process.pid, signal.SIGKILL)  # nobody would find it again
            process.wait()
            raise
    return process.pid


@contextmanager
def _private() -> Iterator[None]:
    """Keep what is made until the block ends for its owner alone: files 0600, folders 0700."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _choose_state(settings: Settings) -> str:
    """Tell the emulator that is about to start which state to begin with; answers what to tell the user."""
    wish, kept = Wish(settings), saved.of(settings)
    wish.forget_report()
    wish.set(False)
    if not settings.persist:
        return _about_saved(settings)
    begins = "\nIt begins clean."
    if kept.exists():
        (site_packages,) = VENV.glob("lib/python3.*/site-packages")
        begins = f"\nIt goes on from the saved state: {kept.check(saved.stamp(site_packages)).describe()}."
    wish.set(True)
    return begins + _SAVED_AT_THE_END


def _about_guard(settings: Settings) -> str:
    found = owner.ask(settings)
    return owner.about_guard(found.guarded, found.origins) if found else ""


def _about_saved(settings: Settings) -> str:
    if not (kept := saved.of(settings)).exists():
        return ""
    when = datetime.fromtimestamp(kept.file.stat().st_mtime).isoformat(" ", "seconds")
    return f"\nThere is a saved state ({when}): `just up persist=1` goes on from it, `just forget` removes it."


def _already(settings: Settings, running: int) -> str:
    if settings.persist and not Wish(settings):
        raise EmulatorError(
            f"The emulator is up already (process {running}), and began without persist=1. `just down persist=1` saves "
            "what it has in place of an earlier state; then `just up persist=1` goes on from that."
        )
    _refuse_other_beginning(settings)
    return (
        f"The emulator is up already: {settings.url} (process {running}, log {log(settings)}){_about_guard(settings)}"
    )


def _refuse_other_beginning(settings: Settings) -> None:
    """Refuse what can be had from the start only. Raises ``EmulatorError``."""
    layer.refuse_other(settings, _pid_file(settings).read_text().split())
    found = owner.ask(settings)
    if found and (settings.guard < found.guarded or not set(settings.origins) <= set(found.origins)):
        raise EmulatorError(
            "The emulator is up already, and began without this guard= or origins=. `just down`, then `just up` with them."
        )


def _await_state(settings: Settings, running: int) -> None:
    deadline = time.monotonic() + LOAD_SECONDS
    while (report := Wish(settings).hear()) is None or not report.restored:
        if report is None and time.monotonic() < deadline and _alive(running):
            time.sleep(POLL_SECONDS)
            continue
        said = report.error if report else f"the end of {log(settings)}:\n{_tail(settings)}"
        Wish(settings).set(False)  # what is there now is not worth saving
        if _alive(running):
            _stop(running)
        _forget(settings)
        raise EmulatorError(_not_loaded(settings, said))


def _not_loaded(settings: Settings, said: str) -> str:
    return f"The saved state could not be loaded: {said}\n{saved.of(settings).ways_out()}"


def _lacking(settings: Settings) -> str:
    """The reason why nothing can be written beside the state, such as a full disk; empty if something can."""
    probe = settings.state / "room"
    try:
        probe.write_bytes(bytes(_ROOM))
    except OSError as error:
        return str(error)
    finally:
        probe.unlink(missing_ok=True)
    return ""


def _stop(running: int, saving: Wish | None = None) -> None:
    """End the process, in its own way if that does not take long; *saving* takes as long as it takes."""
    try:
        os.kill(running, signal.SIGTERM)
    except ProcessLookupError:
        os.killpg(running, signal.SIGTERM)
    began = asked = time.monotonic()
    while _alive(running):
        if saving and saving.hear() is None and asked + SAVE_SECONDS > time.monotonic():
            began = time.monotonic()
        if began + STOP_SECONDS < time.monotonic():
            os.killpg(running, signal.SIGKILL)
            break
        time.sleep(POLL_SECONDS)


def _provide_simulator() -> None:
    try:
        simulator.prepare()
    except simulator.SimulatorError as error:
        raise EmulatorError(f"IAM_ENFORCEMENT=1: {error}") from error


def _await_ready(settings: Settings, running: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while health.answer(settings) is None:
        if not _alive(running):
            report = Wish(settings).hear()
            _pid_file(settings).unlink(missing_ok=True)
            if report is not None and report.error:
                _forget(settings)
                raise EmulatorError(_not_loaded(settings, report.error))
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
    Wish(settings).set(False)
    Wish(settings).forget_report()
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
    found = owner.ask(settings)
    return (
        f"Port {settings.port} on 127.0.0.1 is taken by {found or 'a process that is no emulator of Lakeloop'}, which is not this "
        f"checkout's. `just up port={settings.port + 1}` starts this one's beside it; or stop the other "
        f"({'`just down` in its checkout' if found else f'`lsof -i :{settings.port}` names it'})."
    )
