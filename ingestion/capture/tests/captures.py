"""Captures as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class Capture:
    """A run, with its log in *file*."""

    def __init__(self, environment: Mapping[str, str], file: Path) -> None:
        self.file = file
        with file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lakeloop_capture"],
                env={**_plain(os.environ), **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def end(self) -> int:
        """Its exit code, after the end that it comes to by itself."""
        return self.process.wait(120)

    def said(self) -> list[dict[str, object]]:
        """The lines of its log."""
        return [json.loads(line) for line in self.file.read_text().splitlines() if line.startswith("{")]


@contextmanager
def capturing(environment: Mapping[str, str], file: Path) -> Iterator[Capture]:
    """A run until the block ends."""
    capture = Capture(environment, file)
    try:
        yield capture
    finally:
        capture.process.terminate()
        try:
            capture.process.wait(30)
        finally:
            capture.process.kill()
            capture.process.wait()


def _plain(shell: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in shell.items() if not name.startswith(("AWS_", "CAPTURE_"))}
