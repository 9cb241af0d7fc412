"""A real browser without a window, spoken to by Chromium's DevTools protocol over a pipe.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import select
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NONE = "no chromium on the PATH: `apt-get install chromium`"
_SECONDS = 120
_FROM, _TO = 3, 4  # where Chromium reads commands and writes what it has to say


class Browser:
    """A running Chromium with one page."""

    def __init__(self, pid: int, commands: int, said: int) -> None:
        self.pid, self._commands, self._said = pid, commands, said
        self._numbers, self._unread = itertools.count(1), b""
        self._session = ""
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._send("Page.enable")

    def open(self, url: str) -> None:
        """Go to *url*, as a user does who types it."""
        self._send("Page.navigate", url=url)
        self._await_loaded()

    def follow(self, url: str) -> None:
        """Have the page that is shown go to *url*."""
        self.run(f"location.href = {json.dumps(url)}")
        self._await_loaded()

    def run(self, script: str) -> Any:
        """The value of *script* in the page, awaited if it is a promise."""
        done = self._send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise AssertionError(done["exceptionDetails"])
        return done["result"].get("value")

    def _await_loaded(self) -> None:
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while (message := self._next()).get("id") != number:
            pass
        if "error" in message:
            raise AssertionError(message["error"])
        answer: dict[str, Any] = message["result"]
        return answer

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            if not select.select([self._said], [], [], _SECONDS)[0]:
                raise AssertionError("Chromium says nothing")
            part = os.read(self._said, 1 << 16)
            if not part:
                raise AssertionError("Chromium has ended")
            self._unread += part
        message, _, self._unread = self._unread.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browsing(folder: Path, names: dict[str, str]) -> Iterator[Browser]:
    """A browser until the block ends; its files lie in *folder*. *names* are hosts and the addresses that it takes them for."""
    resolved = ", ".join(f"MAP {name} {address}" for name, address in names.items())
    arguments = [
        str(CHROMIUM),
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"),
        *(f"--user-data-dir={folder}", f"--host-resolver-rules={resolved}", "--no-proxy-server"),
    ]
    pairs = [[_high(end) for end in os.pipe()] for _ in range(2)]
    (theirs_in, commands), (said, theirs_out) = pairs
    with (folder.parent / "chromium.log").open("wb") as log:
        pid = os.posix_spawn(
            str(CHROMIUM),
            arguments,
            os.environ,
            setpgroup=0,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                (os.POSIX_SPAWN_DUP2, theirs_in, _FROM),
                (os.POSIX_SPAWN_DUP2, theirs_out, _TO),
            ],
        )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Browser(pid, commands, said)
    finally:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(commands)
        os.close(said)


def _high(descriptor: int) -> int:
    """The same, at a number that is not wanted for Chromium's."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved
