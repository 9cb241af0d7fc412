"""Ctrl-C while Terraform changes something.

An interrupted Terraform cancels the requests that its providers have under way. What such a request makes all the same is in
no state: the next apply fails with "already exists", and a destroy leaves it behind. So the first Ctrl-C lets Terraform
finish, and says so. A second one ends it: Terraform is stopped for a moment, in which its provider comes to the end of its
requests and nothing new begins, and then interrupted: it takes the answers into its state. None after that reaches it: at its
second interrupt Terraform gives up without writing its state or releasing its lock.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from lakeloop.interrupted import EXIT_CODE, say

FINISHING = "Terraform finishes what it has begun. Ctrl-C once more ends it; the next apply goes on from the state that it writes."
INTERRUPTED = "Terraform is interrupted: it writes its state and ends."

# Without a terminal, uv hands an interrupt on 200 ms after the process has got it with its whole group
# (https://github.com/astral-sh/uv/pull/13018): what comes so soon is the same Ctrl-C.
_SAME_SECONDS = 0.5
_SETTLE_SECONDS = 2.0
"""How long requests under way have to come to their end; those of the emulator take some tens of milliseconds, a service's first
one half a second, and as long as it must on a busy machine."""


def run(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    *,
    finish: bool,
    show: Callable[[str], None] | None = None,
    held: Collection[int] = (),
) -> int:
    """Run a Terraform command.

    Args:
        finish: whether the command changes something: the first Ctrl-C is then not its own.
        show: gets each line that the command prints; without it, the terminal does.
        held: descriptors that it holds open.

    Returns:
        Its exit code, or 130 after Ctrl-C, whether it reached Terraform or not.
    """
    with _held_back(spared=1 if finish else 0) as held_back:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if show else None,
            stderr=subprocess.STDOUT if show else None,
            text=True,
            pass_fds=tuple(held),
            start_new_session=True,  # or the terminal would send it every Ctrl-C
        )
        held_back.begun(process)
        if show and process.stdout:
            try:
                for line in process.stdout:
                    show(line)
            finally:
                # Whatever became of who reads (`| head`): Terraform would die of a pipe that nobody reads.
                for _ in process.stdout:
                    pass
        code = process.wait()
    return EXIT_CODE if held_back.received else code


@dataclass
class _HeldBack:
    """Hands on to Terraform the Ctrl-C that comes after *spared* others, even one that came before it had begun."""

    spared: int
    received: list[float] = field(default_factory=list)
    """When each came."""
    _process: subprocess.Popen[str] | None = None
    _owed: bool = False

    def begun(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        if self._owed:
            self._end(process)

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.received and now - self.received[-1] < _SAME_SECONDS:
            return
        self.received.append(now)
        if len(self.received) <= self.spared:
            say(FINISHING)
        elif len(self.received) == self.spared + 1:
            say(INTERRUPTED)
            if self._process:
                self._end(self._process)
            else:
                self._owed = True

    def _end(self, process: subprocess.Popen[str]) -> None:
        if self.spared:
            process.send_signal(signal.SIGSTOP)
            time.sleep(_SETTLE_SECONDS)
        process.send_signal(signal.SIGINT)  # it waits until the process goes on, and comes first then
        process.send_signal(signal.SIGCONT)


@contextmanager
def _held_back(spared: int) -> Iterator[_HeldBack]:
    """Take Ctrl-C until the block ends."""
    held_back = _HeldBack(spared)
    before = signal.signal(signal.SIGINT, held_back.interrupt)
    try:
        yield held_back
    finally:
        signal.signal(signal.SIGINT, before)
