"""A command handed over to the process that has dbt imported; started, and waited for, where there is none.

Standard library only. The command has the terminal's own file descriptors, this process's variables and folder, and gets the
signals that this process gets; its exit code is this process's. The protocol, over a Unix socket that only its owner may open:
one JSON line with the descriptors, answered by ``{"pid": ...}`` and at the end ``{"code": ...}``, a line each.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from lakeloop.warm import key

SOCKET, FAILED, LOG = "warm.sock", "warm.failed", "warm.log"
IDLE = "LAKELOOP_WARM_SECONDS"
"""The variable with the seconds that the process waits for a command before it ends; 0 starts none. Unset in CI, it is 0."""
LISTENING, ANOTHER = b"1", b"0"
_IDLE_SECONDS = 600
# macOS ends a fork that asks for the system's proxies, as urllib does, unless its parent began with this:
# https://github.com/python/cpython/issues/77906. The command's own variables are the client's.
_FORKS = {"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES"}
_HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_DIED = (
    "error: the process that keeps dbt imported ended in the midst of the command, and the command with it. Type it again: "
    "another one is started. Its log: {log}"
)


def idle_seconds(variables: Mapping[str, str]) -> int:
    """How long the process is to wait for commands. Raises ``ValueError`` with a message if that is no number."""
    said = variables.get(IDLE) or ("0" if variables.get("CI") else str(_IDLE_SECONDS))
    if not (said.isascii() and said.isdecimal()):
        raise ValueError(f"{IDLE}={said} is no number of seconds. 0 keeps no process; unset, it is {_IDLE_SECONDS}.")
    return int(said)


def run(state: Path, root: Path, words: Sequence[str]) -> int | None:
    """The exit code of a command that ran in the warm process; None if it has to run here.

    Args:
        state: ``.lakeloop``, where socket and log are.
        root: the checkout.
        words: those of ``lakeloop``.
    """
    try:
        if not idle_seconds(os.environ) or os.environ.get("DBT_MACRO_DEBUGGING"):
            return None
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    wanted = key.of(root, os.environ)
    with contextlib.suppress(OSError):  # no Unix sockets on this disk, no room, no second process: all of it works here
        for _ in range(2):
            connection = _connect(state) or _started(state, root, wanted)
            if connection is None:
                return None
            with connection:
                answer = _ask(connection, wanted, words)
                if answer is not None:
                    return answer if answer >= 0 else _died(state)
    return None


def _connect(state: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with contextlib.chdir(state):  # a path of a socket has at most a hundred characters
            connection.connect(SOCKET)
    except OSError:
        connection.close()
        return None
    return connection


def _started(state: Path, root: Path, wanted: str) -> socket.socket | None:
    """A connection to a process that is started now; None, and a note of it, if there cannot be one."""
    state.mkdir(parents=True, exist_ok=True)
    failed = state / FAILED
    if failed.exists() and failed.read_text("utf-8") == wanted:
        return None
    ready, write = os.pipe()
    try:
        with (state / LOG).open("wb") as log:
            subprocess.Popen(
                [sys.executable, "-P", "-m", "lakeloop.warm.server", str(state), str(root), wanted, str(write)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[write],
                cwd=root,
                env={**os.environ, **_FORKS},
                start_new_session=True,
            )
    finally:
        os.close(write)
    with os.fdopen(ready, "rb") as stream:
        up = stream.read(1)
    connection = _connect(state)
    if not up and connection is None:
        failed.write_text(wanted, "utf-8")
    return connection


def _ask(connection: socket.socket, wanted: str, words: Sequence[str]) -> int | None:
    """The command's exit code; None if that process is of other code, -1 if it ended before the command did."""
    asked = {"key": wanted, "words": list(words), "environment": dict(os.environ), "folder": str(Path.cwd())}
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        # With one byte, because a message that is longer than the socket's buffer may arrive in parts.
        socket.send_fds(connection, [b"\n"], [0, 1, 2])
        connection.sendall(json.dumps(asked).encode() + b"\n")
        with connection.makefile("rb") as answers:
            first = answers.readline()
            if not first or "pid" not in (told := json.loads(first)):
                return None
            with _handing_on(int(told["pid"])):
                last = answers.readline()
    except (BrokenPipeError, ConnectionResetError):
        return None
    return int(json.loads(last)["code"]) if last else -1


def _died(state: Path) -> int:
    print(_DIED.format(log=state / LOG), file=sys.stderr)
    return 2


@contextlib.contextmanager
def _handing_on(group: int) -> Iterator[None]:
    """Signals that this process gets are the command's, whose process group is *group*."""

    def hand_on(number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)

    before = {number: signal.signal(number, hand_on) for number in _HANDED_ON}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
