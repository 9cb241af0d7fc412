"""Terraform against the emulator, through tflocal (https://github.com/localstack/terraform-local).

tflocal writes a file beside the configuration; it is given a copy of ``terraform/``, so that nothing of it lies in the
checkout. State lies in the emulator's own S3: `just down` forgets the
resources and the state together.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from lakeloop import provider_mirror
from lakeloop.aws import interrupts
from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.quality import HOW_TO_GET
from lakeloop.workspace import Workspace

# tflocal makes a bucket of this name for the state; it knows no other for a backend whose bucket is not in the file.
STATE_BUCKET = "tf-test-state"
INSTALL = (
    f"Terraform is not on the PATH. Get 1.11 or newer from {HOW_TO_GET['terraform']} and try again. "
    "`just dbt-local` needs none."
)


def require_terraform() -> None:
    """Raises ``UserError`` with how to get it, if there is none."""
    if shutil.which("terraform") is None:
        raise UserError(INSTALL)


def data_folder(workspace: Workspace, place: Place) -> Path:
    """``TF_DATA_DIR`` of a place's environment: what Terraform keeps of it between commands."""
    return workspace.state / "terraform" / f"{place.slug}-{place.environment}"


def variables(workspace: Workspace, place: Place) -> dict[str, str]:
    """The environment of a Terraform that is to work on *place*."""
    return {
        **place.variables,
        **provider_mirror.environment(workspace),
        "TF_DATA_DIR": str(data_folder(workspace, place)),
        "TF_IN_AUTOMATION": "1",
        "DISABLE_DEPRECATION_NOTICE": "1",
        # tflocal becomes Terraform instead of starting it: signals reach it, errors stay on stderr.
        "USE_EXEC": "1",
        "CHECKPOINT_DISABLE": "1",
    }


@dataclass(frozen=True)
class Tflocal:
    """tflocal on a copy of ``terraform/`` in *folder*, initialised for *place*; ``ready`` makes one."""

    workspace: Workspace
    place: Place
    folder: Path

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command and keep what it prints."""
        return subprocess.run(
            self._command(words),
            cwd=self.folder,
            env=variables(self.workspace, self.place),
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *words: str, finish: bool) -> int:
        """Run a command on the terminal; its exit code, or 130 after Ctrl-C (``interrupts.run``)."""
        return interrupts.run(self._command(words), self.folder, variables(self.workspace, self.place), finish=finish)

    def _command(self, words: Sequence[str]) -> list[str]:
        (self.folder / "localstack_providers_override.tf").unlink(missing_ok=True)  # tflocal refuses to write over it
        return [sys.executable, str(Path(sys.executable).with_name("tflocal")), *words]


@contextmanager
def ready(workspace: Workspace, place: Place) -> Iterator[Tflocal]:
    """An initialised tflocal that no other command uses until the block ends.

    Raises:
        UserError: there is no Terraform, another command is at work, or the initialisation fails.
    """
    require_terraform()
    data = data_folder(workspace, place)
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"Terraform is at work on {place} already. Wait until it ends.") from None
        folder = data / "terraform"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(workspace.terraform, folder, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
        tflocal = Tflocal(workspace, place, folder)
        _initialise(tflocal, data / "initialised")
        yield tflocal


def state_version(place: Place) -> str | None:
    """What changes with every change of the state in the emulator; None if there is no state."""
    try:
        return str(place.client("s3").head_object(Bucket=STATE_BUCKET, Key=_state_key(place))["ETag"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise UserError(f"Terraform's state at {place.where} cannot be read: {error}") from error


def forget_state(place: Place) -> None:
    """Take the state of what is no more out of the emulator, and the bucket unless other states lie in it."""
    s3 = place.client("s3")
    s3.delete_object(Bucket=STATE_BUCKET, Key=_state_key(place))
    try:
        s3.delete_bucket(Bucket=STATE_BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketNotEmpty":
            raise


def _initialise(tflocal: Tflocal, marker: Path) -> None:
    """``terraform init``, unless the last one was of the same configuration: it reads all of a provider of 700 MB."""
    key = _state_key(tflocal.place)
    digest = hashlib.sha256(f"{tflocal.place.where} {key}".encode())
    for file in sorted([*tflocal.folder.rglob("*.tf"), tflocal.folder / ".terraform.lock.hcl"]):
        digest.update(file.read_bytes())
    if marker.exists() and marker.read_text("utf-8") == digest.hexdigest():
        return
    # An address has no subdomains for buckets; tflocal sees to that for the provider, not for the backend.
    backend = (f"-backend-config=key={key}", "-backend-config=use_path_style=true")
    asked = tflocal.ask("init", "-input=false", "-no-color", "-reconfigure", "-lockfile=readonly", *backend)
    if asked.returncode:
        raise UserError(f"terraform init failed:\n{asked.stdout}{asked.stderr}")
    marker.write_text(digest.hexdigest(), "utf-8")


def _state_key(place: Place) -> str:
    return f"lakeloop/{place.environment}/terraform.tfstate"
