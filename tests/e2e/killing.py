"""Processes of functions, killed at random moments as the kernel does when it is out of memory."""

import contextlib
import os
import random
import signal
import threading
from pathlib import Path


class Killer:
    """Until the block ends, kills processes of *functions* in the emulator at *endpoint*, at moments that *chance* chooses.

    Between two of them are *longest* seconds at the most.
    """

    def __init__(
        self, endpoint: str, functions: tuple[str, ...], count: int, chance: random.Random, longest: float = 2.0
    ) -> None:
        # Another emulator of this machine may have functions of the same names.
        self._port = b":" + endpoint.rpartition(":")[2].encode()
        self._marks = [b"AWS_LAMBDA_FUNCTION_NAME=" + name.encode() for name in functions]
        self._count, self._chance, self._longest = count, chance, longest
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._kill)
        self.killed: list[int] = []

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _kill(self) -> None:
        while len(self.killed) < self._count and not self._ended.wait(self._chance.uniform(0.05, self._longest)):
            if found := self._processes():
                process = self._chance.choice(found)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    self.killed.append(process)

    def _processes(self) -> list[int]:
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with contextlib.suppress(OSError):
                    variables = (folder / "environ").read_bytes().split(b"\0")
                    if self._is_own(variables) and any(mark in variables for mark in self._marks):
                        found.append(int(folder.name))
        return found

    def _is_own(self, variables: list[bytes]) -> bool:
        return any(each.startswith(b"AWS_ENDPOINT_URL=") and each.endswith(self._port) for each in variables)
