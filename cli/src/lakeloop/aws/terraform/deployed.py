"""Terraform on an environment whose state lies where ``just bootstrap`` put it.

The same program and configuration wherever AWS's API answers: the provider and the backend follow ``AWS_ENDPOINT_URL``
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/custom-service-endpoints).
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lakeloop import files, provider_mirror
from lakeloop.aws.place import Place
from lakeloop.aws.terraform import interrupts
from lakeloop.aws.terraform.backend import Backend
from lakeloop.aws.terraform.tflocal import collected_seldom, require_terraform
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Deployed:
    """Terraform in the checkout's own ``terraform/``, in which it leaves nothing: what it keeps lies in ``data``."""

    workspace: Workspace
    place: Place
    backend: Backend

    @property
    def data(self) -> Path:
        """``TF_DATA_DIR`` of the environment."""
        return self.workspace.state / "terraform" / f"deployed-{self.place.slug}-{self.place.environment}"

    @property
    def saved_plan(self) -> Path:
        """The plan that was shown and is to be applied."""
        return self.data / "plan"

    @property
    def variables(self) -> dict[str, str]:
        return {
            **self.place.variables,
            **provider_mirror.environment(self.workspace),
            "TF_DATA_DIR": str(self.data),
            "TF_IN_AUTOMATION": "1",
            **collected_seldom(self.place),
        }

    @contextmanager
    def alone(self) -> Iterator[Deployed]:
        """No other command of this checkout works on the environment until the block ends. Raises ``UserError`` if one does."""
        require_terraform()
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"Terraform is at work on {self.place} already. Wait until it ends.") from None
            yield self

    def initialised(self) -> bool:
        """Whether the last ``init`` was of the same configuration and backend."""
        marker = self._marker
        return marker.exists() and marker.read_text("utf-8") == self._digest()

    def initialise(self) -> None:
        """``terraform init``, if need be. Raises ``UserError`` with what it says."""
        if self.initialised():
            return
        asked = self.ask(
            "init", "-input=false", "-no-color", "-reconfigure", "-lockfile=readonly", *self.backend.options
        )
        if asked.returncode:
            raise UserError(f"terraform init failed:\n{asked.stdout}{asked.stderr}")
        files.write(self._marker, self._digest())

    def forget(self) -> None:
        """Remove what Terraform keeps of the environment on this machine."""
        shutil.rmtree(self.data, ignore_errors=True)

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command and keep what it prints."""
        return subprocess.run(
            ["terraform", *words],
            cwd=self.workspace.terraform,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *words: str, finish: bool = False) -> int:
        """Run a command on the terminal; its exit code, or 130 after Ctrl-C (``interrupts.run``)."""
        return interrupts.run(["terraform", *words], self.workspace.terraform, self.variables, finish=finish)

    @property
    def _marker(self) -> Path:
        return self.data / "initialised"

    def _digest(self) -> str:
        digest = hashlib.sha256(" ".join([self.place.where, *self.backend.options]).encode())
        files: Sequence[Path] = sorted(
            [*self.workspace.terraform.rglob("*.tf"), self.workspace.terraform / ".terraform.lock.hcl"]
        )
        for file in files:
            digest.update(file.read_bytes())
        return digest.hexdigest()
