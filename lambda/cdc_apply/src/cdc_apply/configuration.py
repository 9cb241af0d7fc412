"""The function's environment variables: named here, read once per invocation, all missing ones reported together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdc_apply.errors import TerminalError

_NAMES = ("AWS_REGION", "CHANGES_DATABASE", "RAW_BUCKET_NAME")
# The address of S3, if it is not the region's: boto3 reads these variables, Arrow's client does not.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")


@dataclass(frozen=True)
class Configuration:
    """The Glue database of the changelog, the bucket of its files (``changes/``) and of quarantine, the region of both.

    ``endpoint`` is S3's URL, empty for the region's own.
    """

    database: str
    bucket: str
    region: str
    endpoint: str


def read(variables: Mapping[str, str]) -> Configuration:
    """The configuration in *variables*.

    Raises:
        TerminalError: some are missing.
    """
    missing = [name for name in _NAMES if not variables.get(name)]
    if missing:
        raise TerminalError(
            f"Not configured (missing: {', '.join(missing)}): terraform/modules/stream sets them. Apply again."
        )
    endpoint = next((variables[name] for name in _ENDPOINTS if variables.get(name)), "")
    return Configuration(variables["CHANGES_DATABASE"], variables["RAW_BUCKET_NAME"], variables["AWS_REGION"], endpoint)
