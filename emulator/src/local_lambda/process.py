"""A function's process: started, measured, ended together with whatever it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_lambda import memory
from local_lambda.runtime_api import Events, Exited

_UMASK = 0o022
"""Lambda's own, whatever the emulator's is."""
# A process that is told to die with its parent dies with the *thread* that started it: this one ends with the emulator only.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lambda-starter")


class Process:
    """Runs *command* with nothing but *variables*; what it prints is added to *log*, that it ended is told to *events*."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], log: Path, events: Events) -> None:
        with log.open("ab") as output:
            self._process = _starter.submit(
                subprocess.Popen,
                command,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=_UMASK,
            ).result()
        self._peak = 0
        threading.Thread(target=self._wait, args=(events,), name="lambda-wait", daemon=True).start()

    def signal(self, number: signal.Signals) -> None:
        """Send it to the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End it and its children, and wait until it has ended."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def memory(self, children: bool = False) -> int:
        """The most bytes that it had in memory so far; with *children*, together with what they have now."""
        self._peak = max(self._peak, memory.resident(self._process.pid, children))
        return self._peak

    def _wait(self, events: Events) -> None:
        code = self._process.wait()
        self.signal(signal.SIGKILL)  # what it left behind
        events.put(Exited(code))


def exit_reason(code: int) -> str:
    """How Lambda words the end of a process."""
    if code < 0:
        return f"Runtime exited with error: signal: {_SIGNALS.get(-code, signal.strsignal(-code))}"
    return f"Runtime exited with error: exit status {code}" if code else "Runtime exited without providing a reason"


# Go's words, in which Lambda's supervisor is written.
_SIGNALS: dict[int, str] = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGILL: "illegal instruction",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}
