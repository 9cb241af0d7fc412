"""Every suite of tests: the workspace's, and beside it, one after another, those of programs with an environment of their own.

``python -m tests.suites [fast] [RECIPE ...]``: recipes for pytest beyond those that are always there. Tests wait for processes
a third of the time; beside each other they leave no core idle. What the others print comes in the end.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import IO

OTHERS = ("test-emulator", "test-athena", "test-sources", "test-capture", "test-ingest")
ONLY_WHOLE = ("test-dagster", "test-quality")
FAST, WHOLE = ("-m", "not slow and not emulator"), ("-m", "")


def main(words: Sequence[str]) -> int:
    """Run them; 1 if any failed."""
    fast = words[:1] == ["fast"]
    marked = FAST if fast else WHOLE
    others = [*OTHERS, *(() if fast else ONLY_WHOLE), *(words[1:] if fast else words)]
    stop = Event()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed, ThreadPoolExecutor(1) as beside:
        running = beside.submit(_run, others, marked, printed, stop)
        try:
            failed = [] if subprocess.run(["just", "test", *marked], check=False).returncode == 0 else ["test"]
            failed += running.result()
        finally:
            # Ctrl-C reaches every process of the terminal: what runs ends, and no other begins.
            stop.set()
        printed.seek(0)
        sys.stdout.writelines(printed)
    print(f"FAILED  {', '.join(failed)}" if failed else f"ok      test, {', '.join(others)}")
    return 1 if failed else 0


def _run(recipes: Sequence[str], marked: Sequence[str], printed: IO[str], stop: Event) -> list[str]:
    """Run *recipes* one after another; those that failed."""
    failed = []
    for recipe in recipes:
        if stop.is_set():
            break
        done = subprocess.run(["just", recipe, *marked], stdout=printed, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            failed.append(recipe)
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
