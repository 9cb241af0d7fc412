"""A lake of its own for a trial: an emulator on a free port, the environment applied in it, both gone in the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lakeloop import emulator
from lakeloop.aws import place as places
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.aws.terraform.program import require_terraform
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_LAST_LINES = 12
_OTHERS = ("AWS_", "S3_HOSTNAME")


@dataclass(frozen=True)
class Lake:
    """An applied environment in an emulator; ``lakeloop`` runs the product's own commands on it."""

    workspace: Workspace
    place: Place
    names: Outputs

    def lakeloop(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the CLI on the lake, and keep what it prints."""
        return _lakeloop(self.workspace, self.place.variables, words)


@contextmanager
def running(workspace: Workspace, environment: str) -> Iterator[Lake]:
    """A lake until the block ends.

    Raises:
        UserError: there is no Terraform, the emulator does not start, or Terraform fails.
    """
    require_terraform()
    with emulator.own(workspace.root, workspace.state / "adopt" / "emulator", enforcing=False) as exports:
        shell = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
        place = places.choose(workspace, environment, None, {**shell, **exports})
        applied = _lakeloop(workspace, place.variables, ["tf-apply", f"env={environment}"])
        (workspace.state / "adopt" / "tf-apply.log").write_text(applied.stdout + applied.stderr, "utf-8")
        if applied.returncode:
            raise UserError(f"Terraform could not make the environment:\n{_tail(applied.stderr or applied.stdout)}")
        with _as(place.variables):
            yield Lake(workspace, place, outputs(workspace, place))


def _lakeloop(
    workspace: Workspace, variables: Mapping[str, str], words: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lakeloop", *words],
        env={**variables, "LAKELOOP_HOME": str(workspace.root), "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _tail(text: str) -> str:
    lines = [line for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines() if line.strip()]
    return "\n".join(lines[-_LAST_LINES:])


@contextmanager
def _as(variables: Mapping[str, str]) -> Iterator[None]:
    """This process's environment is *variables* until the block ends: boto3's clients and dbt take theirs from there."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
