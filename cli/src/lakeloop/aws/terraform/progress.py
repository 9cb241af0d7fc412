"""Progress of a Terraform that changes something: its steps, its result, and the path of its whole output."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TextIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lakeloop import terminal

_PLAN = re.compile(r"Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy\.")
_DONE = re.compile(r"(?P<what>\S.*): (?:Creation|Modifications|Destruction) complete after")
_END = re.compile(r"(?:(Apply|Destroy) complete!)|Error: ")


class Changes(AbstractContextManager["Changes"]):
    """Called with each line of Terraform's output.

    On stderr: a bar on a terminal, a line for each resource elsewhere; in the end the errors. On stdout: its summary and its
    outputs. All lines go to the file *log*.
    """

    def __init__(self, log: Path) -> None:
        self._log = log.open("w", encoding="utf-8")
        self._console = terminal.console(stderr=True, soft_wrap=True)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=self._console, transient=True, disable=not self._console.is_interactive)
        self._task = self._bar.add_task("Terraform plans", total=None)
        self._total = self._done = 0
        self._rest: TextIO | None = None

    def __enter__(self) -> Changes:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()
        self._log.close()

    def __call__(self, line: str) -> None:
        self._log.write(line)
        text = line.rstrip("\n")
        if not self._rest and (end := _END.match(text)):
            self._bar.stop()
            self._rest = sys.stdout if end[1] else sys.stderr
        if self._rest:
            print(text, file=self._rest, flush=True)
        elif plan := _PLAN.match(text):
            self._total = sum(map(int, plan.groups()))
            self._bar.update(self._task, total=self._total, description="Terraform changes")
            self._console.print(text)
        elif done := _DONE.match(text):
            self._done += 1
            self._bar.update(self._task, completed=self._done, description=done["what"])
            if self._bar.disable:
                self._console.print(f"{self._done} of {self._total}  {done['what']}")
