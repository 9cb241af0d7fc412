"""Terraform on an environment whose state lies where ``just bootstrap`` put it.

The same program and configuration wherever AWS's API answers: the provider and the backend follow ``AWS_ENDPOINT_URL``
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/custom-service-endpoints).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lakeloop.aws.place import Place
from lakeloop.aws.terraform.backend import Backend
from lakeloop.aws.terraform.program import Mark, Terraform
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Deployed(Terraform):
    """Terraform in the checkout's own ``terraform/``, in which it leaves nothing; ``deployed`` makes one."""

    backend: Backend

    @property
    def saved_plan(self) -> Path:
        """The plan that was shown and is to be applied."""
        return self.data / "plan"

    @cached_property
    def planned(self) -> dict[str, Any]:
        """The saved plan as Terraform's JSON, which takes a provider to read. Raises ``UserError`` if Terraform cannot.

        https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
        """
        asked = self.ask("show", "-no-color", "-json", str(self.saved_plan))
        if asked.returncode:
            raise UserError(f"The plan cannot be read: {asked.stderr.strip()}")
        plan: dict[str, Any] = json.loads(asked.stdout)
        return plan

    def initialised(self) -> bool:
        """Whether the last ``init`` was of the same configuration and backend."""
        return self._mark.is_of_now()

    def initialise(self) -> None:
        if not self.initialised():
            self._init(*self.backend.options)
            self._mark.write()

    def forget(self) -> None:
        """Remove what Terraform keeps of the environment on this machine."""
        shutil.rmtree(self.data, ignore_errors=True)

    @property
    def _mark(self) -> Mark:
        files = [*self.folder.rglob("*.tf"), self.folder / ".terraform.lock.hcl"]
        names = [file.relative_to(self.folder).as_posix() for file in files]
        return Mark(self.data / "initialised", (self.place.where, *self.backend.options), self.folder, names)


def deployed(workspace: Workspace, place: Place, backend: Backend) -> Deployed:
    """Terraform on the environment of *place*, not initialised yet."""
    data = workspace.state / "terraform" / f"deployed-{place.slug}-{place.environment}"
    return Deployed(workspace, place, workspace.terraform, data, backend)
