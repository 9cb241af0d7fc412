"""Every suite of tests: the workspace's, and beside it, in lanes, those of programs with an environment of their own.

``python -m tests.suites [fast] [RECIPE ...]``: recipes for pytest beyond those that are always there. Tests wait for processes
a third of the time. Local Athena's hardly wait: at a lower priority they take the time that the others leave, and no core is
idle until the last of them ends. What is printed by others than the workspace's comes in the end.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import IO

OTHERS = ("test-emulator", "test-sources", "test-capture", "test-ingest")
ONLY_WHOLE = ("test-dagster", "test-quality")
COMPUTING = ("test-athena",)
FAST, WHOLE = ("-m", "not slow and not emulator"), ("-m", "")


def main(words: Sequence[str]) -> int:
    """Run them; 1 if any failed."""
    fast = words[:1] == ["fast"]
    marked = FAST if fast else WHOLE
    others = [*OTHERS, *(() if fast else ONLY_WHOLE), *(words[1:] if fast else words)]
    stop = Event()
    with ExitStack() as files, ThreadPoolExecutor() as beside:
        lanes = []
        for recipes, first in ((others, ()), (COMPUTING, ("nice",))):
            printed = files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
            lanes.append((printed, beside.submit(_run, recipes, first, marked, printed, stop)))
        try:
            failed = [] if subprocess.run(["just", "test", *marked], check=False).returncode == 0 else ["test"]
            for _, running in lanes:
                failed += running.result()
        finally:
            # Ctrl-C reaches every process of the terminal: what runs ends, and no other begins.
            stop.set()
        for printed, _ in lanes:
            printed.seek(0)
            sys.stdout.writelines(printed)
    print(f"FAILED  {', '.join(failed)}" if failed else f"ok      test, {', '.join((*others, *COMPUTING))}")
    return 1 if failed else 0


def _run(
    recipes: Sequence[str], first: Sequence[str], marked: Sequence[str], printed: IO[str], stop: Event
) -> list[str]:
    """Run *recipes* one after another, each behind the words *first*; those that failed."""
    failed = []
    for recipe in recipes:
        if stop.is_set():
            break
        command = [*first, "just", recipe, *marked]
        if subprocess.run(command, stdout=printed, stderr=subprocess.STDOUT, check=False).returncode:
            failed.append(recipe)
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
