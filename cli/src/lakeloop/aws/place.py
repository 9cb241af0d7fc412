"""Places that a command can go to: the emulator by default. The only file that knows there is more than one place.

What differs between places is environment variables (https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html);
every client and every child process of a command gets the same ones from here.
"""

from __future__ import annotations

import os
import platform
import shlex
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lakeloop.aws import tfvars
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

AWS = "aws"
_CONNECT_SECONDS = 2.0
# Variables of a shell about another account or profile: none may reach the emulator.
_OTHERS = ("AWS_", "S3_HOSTNAME")
# Programs read one or the other.
_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")


@dataclass(frozen=True)
class Place:
    """An environment (``dev``) somewhere.

    ``where`` is for people, ``slug`` for file names, ``variables`` is the whole environment of child processes,
    ``terraform`` what of Terraform's variables the place decides, and not the environment's ``.tfvars``; ``left_out`` are
    selections of dbt's that do not run there, ``local_sources`` is the folder whose files stand in for tables that the place
    does not have; None where it has them.
    """

    environment: str
    where: str
    slug: str
    variables: Mapping[str, str]
    terraform: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    local_sources: Path | None = None

    def __str__(self) -> str:
        return f"{self.environment} at {self.where}"

    @property
    def region(self) -> str:
        """The region that clients and child processes work in; empty for a shell of which nothing more is known."""
        return self.variables.get("AWS_REGION", "")

    @property
    def architecture(self) -> str:
        """The processor of functions there, as Lambda names it."""
        return self.terraform.get("architecture", "arm64")

    def deletes_data(self, workspace: Workspace) -> bool:
        """Whether a destroy of the environment there also deletes what its buckets hold (``force_destroy``)."""
        return self.terraform.get("force_destroy") == "true" or not tfvars.is_precious(workspace, self.environment)

    def client(self, service: str, **configuration: Any) -> Any:
        """A boto3 client; *configuration* is botocore's ``Config``, ``region_name`` among it."""
        import boto3  # here, because it takes longer to load than an offline query to run
        from botocore.config import Config

        connect: Any = boto3.client  # its stubs want the name of the service as a literal
        return connect(service, config=Config(**configuration))


def enter(workspace: Workspace, environment: str, on: str | None = None) -> Place:
    """Choose the place, make this process's environment that of the place, and say where the command goes (stderr).

    Args:
        on: ``aws`` for AWS as the shell is set up for it; None for ``AWS_ENDPOINT_URL`` of the shell if it is set, and
            the emulator of this checkout otherwise.

    Raises:
        UserError: *on* is something else, nothing answers there, or what answers is the emulator of another checkout.
    """
    return _go(choose(workspace, environment, on, os.environ))


def enter_account(workspace: Workspace, environment: str) -> Place:
    """As ``enter``, for what makes and changes an account: AWS as the shell is set up for it, or its ``AWS_ENDPOINT_URL``."""
    _require_own(workspace, os.environ)
    return _go(_of_checkout(workspace, account_of(environment, os.environ)))


def choose(workspace: Workspace, environment: str, on: str | None, shell: Mapping[str, str]) -> Place:
    """The place that *on* and the variables of the *shell* mean, in the environment's region.

    Raises:
        UserError: as ``enter`` does.
    """
    return _of_checkout(workspace, _choose(workspace, environment, on, shell))


def _choose(workspace: Workspace, environment: str, on: str | None, shell: Mapping[str, str]) -> Place:
    endpoint = shell.get("AWS_ENDPOINT_URL", "")
    if on not in (None, AWS):
        raise UserError(f"on={on} is no place. Known: on={AWS}; without it, the emulator or your AWS_ENDPOINT_URL.")
    if on == AWS and endpoint:
        raise UserError(f"on={AWS}, but AWS_ENDPOINT_URL is {endpoint} in this shell. `unset AWS_ENDPOINT_URL` first.")
    if on == AWS or endpoint:
        _require_own(workspace, shell)
        return account_of(environment, shell)
    exports = _emulator_exports(workspace)
    endpoint = exports["AWS_ENDPOINT_URL"]
    _require_answer(
        endpoint, f"`just up` starts the emulator; `on={AWS}` goes to AWS with the credentials of your shell."
    )
    others = {name: value for name, value in shell.items() if not name.startswith(_OTHERS)}
    return _emulated(environment, endpoint, {**others, **exports})


def in_region(place: Place, region: str) -> Place:
    """*place* in the region in which its things are, whichever its files name; this process goes there too."""
    os.environ.update(dict.fromkeys(_REGION, region))
    return _in(place, region)


def _of_checkout(workspace: Workspace, place: Place) -> Place:
    """*place* in the environment's region, and with what an emulator lacks: models that do not run there, tables of others.

    Two environments may have two regions, whatever a shell says of all that is typed in it.
    """
    if place.slug != AWS:
        place = replace(place, left_out=workspace.settings.skip.emulator, local_sources=workspace.local_sources)
    return _in(place, tfvars.region(workspace, place.environment))


def _in(place: Place, region: str) -> Place:
    return replace(place, variables={**place.variables, **dict.fromkeys(_REGION, region)})


def account_of(environment: str, shell: Mapping[str, str]) -> Place:
    """The place that the *shell* alone means: its ``AWS_ENDPOINT_URL``, or AWS. Raises ``UserError`` as ``enter`` does."""
    endpoint = shell.get("AWS_ENDPOINT_URL", "")
    if endpoint:
        _require_answer(endpoint, "It is AWS_ENDPOINT_URL of this shell: start what should answer there, or unset it.")
        return _emulated(environment, endpoint, shell)
    profile = shell.get("AWS_PROFILE", "the shell's credentials")
    return Place(environment, f"AWS ({profile})", AWS, dict(shell))


def _go(place: Place) -> Place:
    os.environ.clear()
    os.environ.update(place.variables)
    print(f"{place}, {place.region}", file=sys.stderr, flush=True)
    return place


def _emulated(environment: str, endpoint: str, variables: Mapping[str, str]) -> Place:
    # Functions run on this machine's processor; what lies in an emulator can be made again, and costs nothing.
    terraform = {"architecture": _host_architecture(), "force_destroy": "true", "monthly_budget": "0"}
    return Place(environment, endpoint, _slug(endpoint), dict(variables), terraform)


def _host_architecture() -> str:
    """This machine's processor, which is also that of a container on it, as Lambda names it."""
    machine = platform.machine().lower()
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)


def _emulator_exports(workspace: Workspace) -> dict[str, str]:
    """The exports of `just env`, as a dictionary. Raises ``UserError``, for one if another checkout's emulator has the port."""
    asked = ask_emulator(workspace, os.environ, "env")
    if asked.returncode:
        raise UserError(asked.stderr.strip())
    words = (shlex.split(line) for line in asked.stdout.splitlines())
    return dict(assignment.split("=", 1) for _, assignment in words)


def _require_own(workspace: Workspace, shell: Mapping[str, str]) -> None:
    """Refuse the emulator of another checkout, to which a *shell* leads that was set up there. Raises ``UserError``."""
    endpoint = shell.get("AWS_ENDPOINT_URL", "")
    asked = ask_emulator(workspace, shell, "whose", endpoint) if endpoint else None
    if asked and asked.returncode:
        raise UserError(
            f"AWS_ENDPOINT_URL of this shell is {endpoint}: {asked.stderr.strip()}, and not this checkout's. Type the command "
            "there, or `unset AWS_ENDPOINT_URL` and it goes to this one's (`just up`)."
        )


def ask_emulator(workspace: Workspace, shell: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """The answer of a command of the emulator's."""
    return subprocess.run(
        [sys.executable, "-m", "lakeloop_emulator", *words],
        env={**shell, "PYTHONPATH": str(workspace.root / "emulator" / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def _require_answer(endpoint: str, todo: str) -> None:
    address = urlsplit(endpoint)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), _CONNECT_SECONDS).close()
    except OSError as error:
        raise UserError(f"Nothing answers at {endpoint} ({error.strerror or error}). {todo}") from None


def _slug(endpoint: str) -> str:
    return urlsplit(endpoint).netloc.replace(":", "-")
