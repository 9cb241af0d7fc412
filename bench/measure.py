"""One command, its wall seconds and its peak memory, as the kernel accounts for it and its children."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Measured:
    """Medians over some runs: ``seconds`` of wall time, ``megabytes`` of the largest process's resident memory."""

    seconds: float
    megabytes: float


def measure(command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> Measured:
    """Run *command* once; its output goes to *log*.

    Raises:
        SystemExit: the command failed; a bench of a failure is no bench.
    """
    with log.open("wb") as out:
        began = time.perf_counter()
        child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text()[-2000:]}")
    return Measured(seconds, usage.ru_maxrss / 1024)


def medians(runs: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(median(run.seconds for run in runs), median(run.megabytes for run in runs))
