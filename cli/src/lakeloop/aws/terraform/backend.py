"""Terraform's backend for a deployed environment: the bucket that ``just bootstrap`` makes.

https://developer.hashicorp.com/terraform/language/backend/s3
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.aws.tfvars import prefix
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


class NotBootstrapped(UserError):
    """There is no bucket for the state of an environment."""


@dataclass(frozen=True)
class Backend:
    """A state file in S3. Its lock is an object beside it (``use_lockfile``)."""

    bucket: str
    key: str
    region: str

    @property
    def lock_key(self) -> str:
        return f"{self.key}.tflock"

    @property
    def options(self) -> list[str]:
        """Options for ``terraform init``."""
        return [f"-backend-config={name}={value}" for name, value in vars(self).items()]


def state_bucket(prefix: str, environment: str) -> str:
    """The name of the state's bucket, which begins like those of the lake."""
    return f"{prefix}-{environment}-tfstate"


def state_key(project: str, environment: str) -> str:
    """The key of the state in its bucket."""
    return f"{project}/{environment}/terraform.tfstate"


def locate(workspace: Workspace, place: Place, account: Account) -> Backend:
    """Backend of *place*: ``TFSTATE_BUCKET`` and so on of the shell, as GitHub's variables give them, or as
    ``just bootstrap`` names it; the region is the bucket's.

    Raises:
        NotBootstrapped: there is no such bucket.
        UserError: it is another account's.
    """
    env = place.environment
    bucket = place.variables.get("TFSTATE_BUCKET") or state_bucket(prefix(workspace, env), env)
    s3 = place.client("s3", region_name=place.region or "us-east-1")
    try:
        there = s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account.id)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        who = f"{account.arn} (account {account.id})"
        if status == 404:
            raise NotBootstrapped(
                f"{place} is not bootstrapped: account {account.id} has no bucket {bucket} for Terraform's state. "
                f"`just bootstrap env={env}` makes it."
            ) from error
        if status == 403:
            raise UserError(
                f"The bucket of Terraform's state, {bucket}, is not open to {who}: the wrong account, or missing "
                f"permissions. Sign in to the account of {env}."
            ) from error
        raise UserError(f"The bucket of Terraform's state, {bucket}, cannot be reached as {who}: {error}") from error
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    region = there.get("BucketRegion") or place.variables.get("TFSTATE_REGION") or place.region
    if region != place.region:
        print(
            f"{env} was bootstrapped in {region} and stays there, though its files say {place.region}. Another region is another "
            "environment: a file more in terraform/envs.",
            file=sys.stderr,
        )
    return Backend(bucket, place.variables.get("TFSTATE_KEY") or state_key(workspace.settings.name, env), region)


def resources(place: Place, backend: Backend) -> list[str]:
    """The types and names of what Terraform holds in its state; none if there is no state."""
    document = _read(place, backend.bucket, backend.key)
    return [
        f"{each['type']}.{each['name']}" for each in (document or {}).get("resources", []) if each["mode"] == "managed"
    ]


def version(place: Place, bucket: str, key: str) -> str | None:
    """A text that changes with the state; None if there is no state."""
    try:
        return str(place.client("s3").head_object(Bucket=bucket, Key=key)["ETag"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise UserError(f"Terraform's state at {place.where} cannot be read: {error}") from error


def require_unlocked(place: Place, backend: Backend) -> None:
    """Raises ``UserError`` with whose lock it is, if the state is locked."""
    if held := lock(place, backend):
        raise UserError(
            f"Terraform's state of {place.environment} is locked: {held.get('Operation')} by {held.get('Who')} since "
            f"{held.get('Created')}. If it is at work, wait for its end. If it was interrupted: `just unlock "
            f"env={place.environment}`, then the same command again, which finishes what was begun."
        )


def lock(place: Place, backend: Backend) -> dict[str, Any] | None:
    """The lock on the state (``ID``, ``Operation``, ``Who``, ``Created``); None if there is none."""
    return _read(place, backend.bucket, backend.lock_key)


def _read(place: Place, bucket: str, key: str) -> dict[str, Any] | None:
    try:
        body = place.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"].get("Code") in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise UserError(f"s3://{bucket}/{key} cannot be read: {error}") from error
    document: dict[str, Any] = json.loads(body)
    return document
