"""Recipes as a person types them, each in a process of its own, all that it prints in a file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lakeloop.aws.place import AWS, Place
from lakeloop.errors import UserError
from lakeloop.interrupted import left_to_child
from lakeloop.workspace import Workspace

_SHOWN_LINES = 15
_WAITING = "Waiting for the step to end what it has begun."
# Recipes that go to an account take it from the shell; the others are told.
_ACCOUNT = ("bootstrap", "deploy", "deploy-plan", "destroy", "rollback", "unbootstrap", "unlock")


class Interrupted(Exception):
    """Ctrl-C: the step that was at work has ended in its own way."""


@dataclass
class Typist:
    """Types recipes in front of *place*; ``logs`` is the folder of what they print."""

    workspace: Workspace
    place: Place
    logs: Path
    _typed: int = field(default=0)

    def words(self, *words: str) -> list[str]:
        """*words* with the environment and the place."""
        command, *rest = words
        on = ["on=aws"] if self.place.slug == AWS and command not in _ACCOUNT else []
        return [command, f"env={self.place.environment}", *on, *rest]

    def types(self, *words: str, code: int = 0, variables: Mapping[str, str] | None = None) -> str:
        """Run a recipe, with *variables* over the place's; what it printed.

        Raises:
            UserError: it ends with another code; the message has the end of what it printed.
            Interrupted: Ctrl-C, which the recipe got too; it was waited for.
        """
        self._typed += 1
        log = self.logs / f"{self._typed:02}-{words[0]}.log"
        command = [sys.executable, "-m", "lakeloop", *self.words(*words)]
        shell = {**self.place.variables, "LAKELOOP_HOME": str(self.workspace.root), "COLUMNS": "200"}
        with log.open("w", encoding="utf-8") as output, left_to_child(_WAITING) as interrupted:
            ended = subprocess.run(
                command,
                env={**shell, **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        printed = log.read_text("utf-8", errors="replace")
        if interrupted:
            raise Interrupted
        if ended != code:
            # Its message, or the end of what it printed.
            _, message, said = printed.rpartition("\nerror: ")
            end = said.strip() if message else "\n".join(printed.rstrip().splitlines()[-_SHOWN_LINES:])
            recipe = " ".join(self.words(*words))
            raise UserError(f"`just {recipe}` ended with {ended}, not {code}:\n{end}\nAll of it: {log}")
        return printed
