"""The one place that starts ``terraform``: its variables, its lock on this machine, what becomes of its output and of Ctrl-C.

Terraform of the emulator (``tflocal``) and of an account (``deployed``) differ in where their configuration and their state lie.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lakeloop import files, passed, provider_mirror, terminal
from lakeloop.aws.place import Place
from lakeloop.aws.terraform import interrupts
from lakeloop.aws.terraform.kept_provider import Kept
from lakeloop.aws.terraform.progress import Changes
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.quality import HOW_TO_GET
from lakeloop.workspace import Workspace

INSTALL = (
    f"Terraform is not on the PATH. Get 1.11 or newer from {HOW_TO_GET['terraform']} and try again. "
    "`just dbt-local` needs none."
)
_INIT = ("init", "-input=false", "-no-color", "-reconfigure", "-lockfile=readonly")


def require_terraform() -> None:
    """Raises ``UserError`` with how to get it, if there is none."""
    if shutil.which("terraform") is None:
        raise UserError(INSTALL)


@dataclass(frozen=True)
class Terraform(ABC):
    """Terraform in *folder* for *place*; what it keeps between commands lies in *data* (``TF_DATA_DIR``)."""

    workspace: Workspace
    place: Place
    folder: Path
    data: Path
    provider: Kept | None = field(default=None, kw_only=True)

    @property
    def variables(self) -> dict[str, str]:
        """Its environment."""
        return {
            **self.place.variables,
            **provider_mirror.environment(self.workspace),
            "TF_DATA_DIR": str(self.data),
            "TF_IN_AUTOMATION": "1",
            # Go's collector takes a third of the processor time of a command that is over before memory is short.
            "GOGC": self.place.variables.get("GOGC", "400"),
        }

    @abstractmethod
    def initialise(self) -> None:
        """``terraform init``, if need be. Raises ``UserError`` with what it says."""

    @contextmanager
    def ready(self) -> Iterator[None]:
        """It is initialised, and no other command of this checkout uses it until the block ends.

        Raises:
            UserError: there is no Terraform, another command is at work, or the initialisation fails.
        """
        require_terraform()
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"Terraform is at work on {self.place} already. Wait until it ends.") from None
            self.initialise()
            yield

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command and keep what it prints."""
        return self._ask(["terraform", *words])

    def run(self, command: str, *words: str, finish: bool = False) -> int:
        """Run a command on the terminal; its exit code, or 130 after Ctrl-C (``interrupts.run``)."""
        colour = () if terminal.colored() else ("-no-color",)
        return self._run(["terraform", command, *colour, *words], finish=finish)

    def change(self, command: str, *words: str) -> int:
        """Run a command that changes something, and show how far it is instead of all that it prints."""
        log = self.data / f"{command}.log"
        with Changes(log) as changes:
            code = self._run(["terraform", command, "-no-color", *words], finish=True, show=changes)
        if code not in (0, EXIT_CODE):
            print(f"All that Terraform printed: {log}", file=sys.stderr)
        return code

    def _init(self, *options: str, program: Sequence[str] = ("terraform",), **more: str) -> None:
        """``terraform init``, or *program*'s. Raises ``UserError`` with what it says.

        Args:
            more: variables besides ``variables``.
        """
        asked = self._ask([*program, *_INIT, *options], **more)
        if asked.returncode:
            raise UserError(f"terraform init failed:\n{asked.stdout}{asked.stderr}")

    def _ask(self, command: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env={**self.variables, **more}, capture_output=True, text=True, check=False
        )

    def _run(self, command: Sequence[str], *, finish: bool, show: Changes | None = None) -> int:
        given = {**self.variables, **(self.provider.variables() if self.provider else {})}
        held = self.provider.held if self.provider else ()
        return interrupts.run(command, self.folder, given, finish=finish, show=show, held=held)


@dataclass(frozen=True)
class Mark:
    """A *file* that says of which files of a configuration, and of which *words* beside them, the last ``init`` was."""

    file: Path
    words: Sequence[str]
    configuration: Path
    names: Sequence[str]

    def is_of_now(self) -> bool:
        """Whether nothing of it has changed since."""
        return self.file.exists() and self.file.read_text("utf-8") == self._hash()

    def write(self) -> None:
        """Note what is now."""
        files.write(self.file, self._hash())

    def _hash(self) -> str:
        return passed.hash_of_all(self.names, self.configuration, [word.encode() for word in self.words])
