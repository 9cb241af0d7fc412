"""``python -m lakeloop.warm.server STATE ROOT KEY FD``: imports dbt, then forks for each command that a client hands over.

No thread and no database is opened before a fork. It ends after some minutes without a command, when a client has other code
than it (``key``), and when its socket is no longer the one in the checkout. FD gets a byte when it listens.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_runner.patches import lazy_classes

from lakeloop.warm import programs
from lakeloop.warm.client import ANOTHER, FAILED, LISTENING, SOCKET, idle_seconds

# The first imports dbt as all programs of its folder do.
DBT = (
    "lakeloop.child",
    "lakeloop.child.ready_program",
    "lakeloop.child.manifest",
    "lakeloop.child.offline",
    "dbt.adapters.duckdb",
    "dbt.adapters.duckdb.environments.local",
    "dbt.adapters.athena",
    "dbt_runner.patches.athena",
    "multiprocessing.dummy",
)
_COMMANDS = (
    "lakeloop.aws.dbt.command",
    "lakeloop.build",
    "lakeloop.commands",
    "lakeloop.dbt_recipe",
    "lakeloop.query",
    "lakeloop.watch.command",
)
_LOOK_SECONDS = 2.0
_AT_ONCE = 20
_MOST_BYTES = 10_000_000
_ASKED_SECONDS = 10
_refused: list[socket.socket] = []
"""Open until this process has ended, when the one that asked may start another."""


@dataclass
class _Command:
    """A command under way: the connection of who asked for it."""

    connection: socket.socket
    pid: int


def main(state: Path, root: Path, key: str, ready: int) -> int:
    """0 when it has ended by itself, or because another one is about to listen: FD gets another byte then."""
    with (state / "warm.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.write(ready, ANOTHER)
            return 0
        return _serve(state, key, ready)


def _serve(state: Path, key: str, ready: int) -> int:
    import_all((*DBT, *_COMMANDS))
    place = state / SOCKET
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening, contextlib.chdir(state):
        place.unlink(missing_ok=True)
        before = os.umask(0o177)
        listening.bind(SOCKET)
        os.umask(before)
        listening.listen()
        inode = place.stat().st_ino
        (state / FAILED).unlink(missing_ok=True)
        os.write(ready, LISTENING)
        os.close(ready)
        try:
            return _loop(listening, key, lambda: place.exists() and place.stat().st_ino == inode)
        finally:
            with contextlib.suppress(OSError):
                if place.stat().st_ino == inode:
                    place.unlink()


def import_all(names: Iterable[str]) -> None:
    """Import the modules *names* into a process that forks."""
    programs.here = True
    # DuckDB's allocator has a thread of its own from its import on, which it stops and starts around a fork; Python sees one.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    gc.disable()
    for name in names:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.enable()


def _loop(listening: socket.socket, key: str, still_there: Any) -> int:
    commands: list[_Command] = []
    idle, last, busy = idle_seconds(os.environ), time.monotonic(), True
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        while True:
            ready = selector.select(0 if busy and not commands else _LOOK_SECONDS)
            if busy and not ready and not commands:
                busy = _compiled_some()
            for found, _ in ready:
                if found.fileobj is listening:
                    connection, _ = listening.accept()
                    asked = _read(connection, key)
                    if asked == "other code":
                        return 0
                    if isinstance(asked, tuple):
                        command = _Command(connection, _fork(connection, listening, commands, *asked))
                        commands.append(command)
                        selector.register(connection, selectors.EVENT_READ, command)
                else:  # who asked has gone
                    selector.unregister(found.fileobj)
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(found.data.pid, signal.SIGTERM)
            for command in list(commands):
                if _ended(command):
                    with contextlib.suppress(KeyError, ValueError):
                        selector.unregister(command.connection)
                    command.connection.close()
                    commands.remove(command)
            if commands:
                last = time.monotonic()
            if not still_there() or (not commands and time.monotonic() - last > idle):
                return 0


def _compiled_some() -> bool:
    """Compile some of the serializers that all commands use, while there is nothing else to do; whether any are left."""
    left = lazy_classes.compile_some(_AT_ONCE)
    if not left:
        gc.collect()
        gc.freeze()
    return left


def _read(connection: socket.socket, key: str) -> tuple[dict[str, Any], list[int]] | str:
    """The command that a client asks for, and its descriptors; else why there is none."""
    descriptors: list[int] = []
    connection.settimeout(_ASKED_SECONDS)
    try:
        _, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
        with connection.makefile("rb") as stream:
            asked: dict[str, Any] = json.loads(stream.readline(_MOST_BYTES))
        if asked["key"] == key and len(descriptors) == 3:
            connection.settimeout(None)
            return asked, descriptors
        _refused.append(connection)
        return "other code"
    except (OSError, ValueError, KeyError):
        pass
    for one in descriptors:
        os.close(one)
    connection.close()
    return "nothing that is understood"


def _fork(
    connection: socket.socket,
    listening: socket.socket,
    others: list[_Command],
    asked: dict[str, Any],
    descriptors: list[int],
) -> int:
    pid = os.fork()
    if pid:
        for one in descriptors:
            os.close(one)
        return pid
    try:
        os.setpgid(0, 0)
        listening.close()
        for other in others:
            other.connection.close()
        for number, one in enumerate(descriptors):
            os.dup2(one, number)
            os.close(one)
        connection.sendall(json.dumps({"pid": os.getpid()}).encode() + b"\n")
        os.chdir(asked["folder"])
        code = programs.inside(lambda: _lakeloop(asked["words"]), asked["environment"])
        with contextlib.suppress(OSError):  # who asked has gone
            connection.sendall(json.dumps({"code": code}).encode() + b"\n")
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _lakeloop(words: list[str]) -> int:
    from lakeloop import __main__

    sys.argv = ["lakeloop", *words]
    return __main__.here()


def _ended(command: _Command) -> bool:
    """Whether it has ended; what it was killed by is told to who asked, for it could not itself."""
    pid, status = os.waitpid(command.pid, os.WNOHANG)
    if not pid:
        return False
    if os.WIFSIGNALED(status):
        with contextlib.suppress(OSError):
            command.connection.sendall(json.dumps({"code": 128 + os.WTERMSIG(status)}).encode() + b"\n")
    return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
