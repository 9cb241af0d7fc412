"""Memory of processes: the kernel's own peak where Linux keeps one, the sizes that ``ps`` shows elsewhere."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def resident(pid: int, children: bool) -> int:
    """Bytes that process *pid* had in memory at the most, as far as the system remembers; 0 if there is none.

    Args:
        children: whether what it and all that it started have now counts, if that is more.
    """
    return (_of_proc if sys.platform == "linux" else of_ps)(pid, children)


def of_ps(pid: int, children: bool) -> int:
    """As ``resident``, by ``ps``, which knows no peak: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/ps.html"""
    words = ["ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "rss="]
    shown = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    processes = [tuple(map(int, line.split())) for line in shown.splitlines()]
    sizes = {number: kilobytes for number, _, kilobytes in processes}
    family = {pid}
    while children and (more := {number for number, parent, _ in processes if parent in family} - family):
        family |= more
    return sum(sizes.get(number, 0) for number in family) * 1024


def _of_proc(pid: int, children: bool) -> int:
    peak = _field(pid, "VmHWM")  # Linux remembers it: no peak between two looks is lost
    if children:
        peak = max(peak, _field(pid, "VmRSS") + sum(_field(child, "VmRSS") for child in _descendants(pid)))
    return peak


def _field(pid: int, field: str) -> int:
    """Bytes: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html; 0 if there is no such process."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return 0


def _descendants(pid: int) -> Iterator[int]:
    """Children are listed by the thread that started them: a search in all processes would take ten times as long."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, listed.read_text().split()):
                yield child
                yield from _descendants(child)
