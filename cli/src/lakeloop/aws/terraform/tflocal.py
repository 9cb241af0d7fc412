"""Terraform against the emulator, set up by tflocal (https://github.com/localstack/terraform-local).

tflocal initialises a copy of ``terraform/`` and leaves a file beside it, which turns the provider and the backend to the emulator;
Terraform itself then works there. State lies in the emulator's own S3: `just down` forgets the resources and the state
together.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from lakeloop import files, provider_mirror
from lakeloop.aws.place import Place
from lakeloop.aws.terraform import interrupts
from lakeloop.aws.terraform.backend import state_key
from lakeloop.aws.terraform.kept_provider import Kept
from lakeloop.aws.terraform.progress import Changes
from lakeloop.errors import UserError
from lakeloop.quality import HOW_TO_GET
from lakeloop.workspace import Workspace

# tflocal makes a bucket of this name for the state; it knows no other for a backend whose bucket is not in the file.
STATE_BUCKET = "tf-test-state"
_NO_CONSTRAINT = ("", "us-east-1")  # the one region that may not be named when a bucket is made, and the one by default
_NOT_COPIED = {".terraform"}
_INIT_OPTIONS = ("-input=false", "-no-color", "-reconfigure", "-lockfile=readonly")
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
        **collected_seldom(place),
    }


def collected_seldom(place: Place) -> dict[str, str]:
    """Go's collector takes a third of the processor time of a command that is over before memory is short."""
    return {"GOGC": place.variables.get("GOGC", "400")}


@dataclass(frozen=True)
class Terraform:
    """Terraform in *folder*, initialised for *place*; ``ready`` makes one."""

    workspace: Workspace
    place: Place
    folder: Path
    provider: Kept | None = None

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command and keep what it prints."""
        return subprocess.run(
            ["terraform", *words],
            cwd=self.folder,
            env=variables(self.workspace, self.place),
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *words: str, finish: bool) -> int:
        """Run a command on the terminal (``interrupts.run``)."""
        command = ["terraform", *words, *(() if sys.stdout.isatty() else ("-no-color",))]
        return self._run(command, finish=finish)

    def _run(self, command: Sequence[str], *, finish: bool, show: Changes | None = None) -> int:
        given = {**variables(self.workspace, self.place), **(self.provider.variables() if self.provider else {})}
        held = self.provider.held if self.provider else ()
        return interrupts.run(command, self.folder, given, finish=finish, show=show, held=held)

    def change(self, *words: str) -> int:
        """Run a command that changes something, and show how far it is instead of all that it prints (``interrupts.run``)."""
        log = data_folder(self.workspace, self.place) / f"{words[0]}.log"
        command = ["terraform", *words, "-no-color"]
        with Changes(log) as changes:
            code = self._run(command, finish=True, show=changes)
        if code not in (0, interrupts.EXIT_CODE):
            print(f"All that Terraform printed: {log}", file=sys.stderr)
        return code


@contextmanager
def ready(workspace: Workspace, place: Place, provider: Kept | None = None) -> Iterator[Terraform]:
    """An initialised Terraform that no other command uses until the block ends; it takes the *provider* that is started.

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
        _make_state_bucket(place)
        terraform = Terraform(workspace, place, data / "terraform", provider)
        _initialise(terraform)
        yield terraform


def state_version(place: Place, bucket: str, key: str) -> str | None:
    """A version that changes with the state; None if there is no state."""
    try:
        return str(place.client("s3").head_object(Bucket=bucket, Key=key)["ETag"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise UserError(f"Terraform's state at {place.where} cannot be read: {error}") from error


def forget_state(workspace: Workspace, place: Place) -> None:
    """Take the state of what is no more out of the emulator, and the bucket unless other states lie in it."""
    s3 = place.client("s3")
    s3.delete_object(Bucket=STATE_BUCKET, Key=state_key(workspace.settings.name, place.environment))
    try:
        s3.delete_bucket(Bucket=STATE_BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketNotEmpty":
            raise


def _make_state_bucket(place: Place) -> None:
    """Of a fresh emulator; tflocal makes it too, but need not be called for that."""
    s3 = place.client("s3")
    if any(bucket["Name"] == STATE_BUCKET for bucket in s3.list_buckets()["Buckets"]):
        return
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    s3.create_bucket(Bucket=STATE_BUCKET, **({} if place.region in _NO_CONSTRAINT else elsewhere))


def _initialise(terraform: Terraform) -> None:
    """``tflocal init`` in a new copy, unless the last one was of the same files: it reads all of a provider of 700 MB."""
    workspace, place, folder = terraform.workspace, terraform.place, terraform.folder
    key = state_key(workspace.settings.name, place.environment)
    digest = hashlib.sha256(f"{place.where} {place.region} {key}".encode())
    for file in sorted(workspace.terraform.rglob("*")):
        if file.is_file() and not _NOT_COPIED.intersection(file.relative_to(workspace.terraform).parts):
            digest.update(
                f"{file.relative_to(workspace.terraform)} {file.stat().st_size}\n".encode() + file.read_bytes()
            )
    marker = folder / "initialised"
    if marker.exists() and marker.read_text("utf-8") == digest.hexdigest():
        return
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(workspace.terraform, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    # An address has no subdomains for buckets; tflocal sees to that for the provider, not for the backend.
    backend = (f"-backend-config=key={key}", "-backend-config=use_path_style=true")
    asked = subprocess.run(
        [sys.executable, str(Path(sys.executable).with_name("tflocal")), "init", *_INIT_OPTIONS, *backend],
        cwd=folder,
        # USE_EXEC: it becomes Terraform, and so leaves its file.
        env={**variables(workspace, place), "USE_EXEC": "1", "DISABLE_DEPRECATION_NOTICE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise UserError(f"terraform init failed:\n{asked.stdout}{asked.stderr}")
    _drop_endpoints(folder / "localstack_providers_override.tf")
    files.write(marker, digest.hexdigest())


def _drop_endpoints(file: Path) -> None:
    """Take the provider's ``endpoints`` out of tflocal's *file*: ``AWS_ENDPOINT_URL`` says the same of all services at once.

    Provider 5.100 needs 3 s of processor time for such a block, however short, each time that it is configured.
    """
    text = file.read_text("utf-8")
    kept, found = re.subn(r"^  endpoints \{.*?^ \}\n", "", text, flags=re.MULTILINE | re.DOTALL)
    if found != 1:
        raise UserError(
            f"{file} is not what tflocal 0.27 writes: no `endpoints` of the provider. `uv sync` installs it."
        )
    files.write(file, kept)
