"""Terraform against the emulator, set up by tflocal (https://github.com/localstack/terraform-local).

tflocal initialises a copy of ``terraform/`` and leaves a file beside it, which turns the provider and the backend to the emulator;
Terraform itself then works there. State lies in the emulator's own S3: `just down` forgets the resources and the state
together.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from botocore.exceptions import ClientError

from lakeloop import files
from lakeloop.aws.place import Place
from lakeloop.aws.terraform import bucket_there
from lakeloop.aws.terraform.backend import state_key
from lakeloop.aws.terraform.program import Mark, Terraform
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

# tflocal makes a bucket of this name for the state; it knows no other for a backend whose bucket is not in the file.
STATE_BUCKET = "tf-test-state"
_NO_CONSTRAINT = ("", "us-east-1")  # the one region that may not be named when a bucket is made, and the one by default
_NOT_COPIED = ".terraform"


class Emulated(Terraform):
    """Terraform in a copy of ``terraform/``; ``emulated`` makes one."""

    def initialise(self) -> None:
        _make_state_bucket(self.place)
        # It reads all of a provider of 700 MB, and so is not done anew for the same files.
        if self._mark.is_of_now():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.workspace.terraform, self.folder, ignore=shutil.ignore_patterns(_NOT_COPIED))
        self._init(
            f"-backend-config=key={self._key}",
            # An address has no subdomains for buckets; tflocal sees to that for the provider, not for the backend.
            "-backend-config=use_path_style=true",
            program=(sys.executable, str(Path(sys.executable).with_name("tflocal"))),
            USE_EXEC="1",  # it becomes Terraform, and so leaves its file
            DISABLE_DEPRECATION_NOTICE="1",
        )
        _drop_endpoints(self.folder / "localstack_providers_override.tf")
        self._mark.write()

    @property
    def _key(self) -> str:
        return state_key(self.workspace.settings.name, self.place.environment)

    @property
    def _mark(self) -> Mark:
        configuration = self.workspace.terraform
        found = (file.relative_to(configuration) for file in configuration.rglob("*") if file.is_file())
        names = [name.as_posix() for name in found if _NOT_COPIED not in name.parts]
        return Mark(self.folder / "initialised", (self.place.where, self.place.region, self._key), configuration, names)


def emulated(workspace: Workspace, place: Place) -> Emulated:
    """Terraform on the environment of *place*, not initialised yet."""
    data = workspace.state / "terraform" / f"{place.slug}-{place.environment}"
    return Emulated(workspace, place, data / "terraform", data)


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
    if bucket_there.there(STATE_BUCKET, place.variables):
        return
    s3 = place.client("s3")
    if any(bucket["Name"] == STATE_BUCKET for bucket in s3.list_buckets()["Buckets"]):
        return
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    s3.create_bucket(Bucket=STATE_BUCKET, **({} if place.region in _NO_CONSTRAINT else elsewhere))


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
