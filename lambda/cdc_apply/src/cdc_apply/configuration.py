"""The function's environment variables: named here, read once per invocation, all missing ones reported together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdc_apply.errors import TerminalError

_NAMES = ("AWS_REGION", "CHANGES_DATABASE", "RAW_BUCKET_NAME")


@dataclass(frozen=True)
class Configuration:
    """The Glue database of the changelog, the bucket of its files (``changes/``) and of quarantine, the region of both."""

    database: str
    bucket: str
    region: str


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
    return Configuration(variables["CHANGES_DATABASE"], variables["RAW_BUCKET_NAME"], variables["AWS_REGION"])
