"""A job's processes: in a session of their own, so that all of them end together, and never without the emulator."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_lambda import launcher

# A process that is told to die with its parent dies with the *thread* that started it: this one ends with the emulator only.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="job-starter")
_CHUNK = 65536
_LAST_SECONDS = 5.0
"""How long a process that left the session may hold the pipes."""


class Process:
    """*command* in *folder* with nothing but *variables*; its lines go to *told* as they come, by stream."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        told: Callable[[str, Sequence[str]], None],
    ) -> None:
        spec = {"command": list(command), "directory": str(folder), "mounts": None, "parent": os.getpid()}
        self._process = _starter.submit(
            subprocess.Popen,
            [sys.executable, "-I", "-S", launcher.__file__, json.dumps(spec)],
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ).result()
        self._ending, self._ended = threading.Lock(), False
        pipes = {"output": self._process.stdout, "error": self._process.stderr}
        self._readers = [
            threading.Thread(target=_read, args=(pipe.fileno(), stream, told), name=f"job-{stream}", daemon=True)
            for stream, pipe in pipes.items()
            if pipe
        ]
        for reader in self._readers:
            reader.start()

    def wait(self, seconds: float) -> int | None:
        """The exit code; None if the time was over first."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """End it and all that it started, and hear its last lines."""
        with self._ending:
            if self._ended:  # its number may be another process's by now
                return
            self._ended = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            for reader in self._readers:
                reader.join(_LAST_SECONDS)


def _read(pipe: int, stream: str, told: Callable[[str, Sequence[str]], None]) -> None:
    """Tell lines as they come, several at once where they come fast."""
    rest = b""
    while chunk := os.read(pipe, _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            told(stream, [line.decode(errors="replace") for line in lines])
    if rest:
        told(stream, [rest.decode(errors="replace")])
