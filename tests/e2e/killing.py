"""Processes killed at random moments, as the kernel does when it is out of memory."""

import contextlib
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path


class Killer:
    """Until the block ends, kills one of the processes that *find* finds, *count* times, at moments that *chance* chooses.

    Between two of them are *longest* seconds at the most. *after* is called after each.
    """

    def __init__(
        self,
        find: Callable[[], list[int]],
        count: int,
        chance: random.Random,
        longest: float = 2.0,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self._find, self.count, self._chance, self._longest, self._after = find, count, chance, longest, after
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._kill)
        self.killed: list[int] = []

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def done(self) -> bool:
        """Whether all of them were killed."""
        return not self._thread.is_alive()

    def _kill(self) -> None:
        while len(self.killed) < self.count and not self._ended.wait(self._chance.uniform(0.05, self._longest)):
            if found := self._find():
                process = self._chance.choice(found)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    self.killed.append(process)
                    self._after()


def of_functions(endpoint: str, functions: tuple[str, ...]) -> Callable[[], list[int]]:
    """Finds the processes of *functions* in the emulator at *endpoint*: another of this machine may have some of the same names."""
    port = b":" + endpoint.rpartition(":")[2].encode()
    marks = [b"AWS_LAMBDA_FUNCTION_NAME=" + name.encode() for name in functions]

    def is_one(process: Path) -> bool:
        variables = (process / "environ").read_bytes().split(b"\0")
        own = any(each.startswith(b"AWS_ENDPOINT_URL=") and each.endswith(port) for each in variables)
        return own and any(mark in variables for mark in marks)

    return lambda: list(_those(is_one))


def of_a_command(*words: str) -> Callable[[], list[int]]:
    """Finds the processes whose command line has all *words*."""
    return lambda: list(
        _those(lambda process: all(word.encode() in (process / "cmdline").read_bytes() for word in words))
    )


def _those(is_one: Callable[[Path], bool]) -> Iterator[int]:
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            with contextlib.suppress(OSError):
                if is_one(process):
                    yield int(process.name)
