"""A bootstrapped environment in an account, ready to be worked on by Terraform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lakeloop.aws.account import Account, identify
from lakeloop.aws.place import Place, enter_account, in_region
from lakeloop.aws.terraform.backend import locate
from lakeloop.aws.terraform.deployed import Deployed, deployed
from lakeloop.aws.terraform.variables import options
from lakeloop.bootstrap.names import Names, names_of
from lakeloop.deploy import live
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Target:
    """Target of a deployment: place, identity, and a Terraform initialised for it."""

    workspace: Workspace
    place: Place
    account: Account
    terraform: Deployed

    @property
    def environment(self) -> str:
        return self.place.environment

    @property
    def names(self) -> Names:
        """Names of bootstrap's resources."""
        return names_of(self.workspace, self.place, self.account)

    @property
    def function(self) -> str:
        """The function's name, as Terraform gives it."""
        return f"{self.workspace.settings.name}-{self.environment}-dbt-runner"

    @property
    def functions(self) -> Any:
        """A client of Lambda's."""
        return self.place.client("lambda")

    def variables(self) -> list[str]:
        """Terraform's options: the environment's ``.tfvars``, and what the place and the account decide."""
        current = live.read(self.functions, self.function)
        # A new version is published and stays aside until it has proved itself.
        version = {"live_version": current.version} if current else {}
        if failed := live.failed(self.functions, self.function):
            version["failed_version"] = failed
        return options(self.workspace, self.place, permissions_boundary_arn=self.names.boundary_arn, **version)


@contextmanager
def target(workspace: Workspace, environment: str) -> Iterator[Target]:
    """The environment, with nobody else of this checkout at work on it until the block ends.

    Raises:
        UserError: no or wrong credentials, no bootstrap, no Terraform.
    """
    place = enter_account(workspace, environment)
    account = identify(place)
    backend = locate(workspace, place, account)
    place = in_region(place, backend.region)
    terraform = deployed(workspace, place, backend)
    with terraform.ready():
        yield Target(workspace, place, account, terraform)
