"""What happens while the function starts, before its first invocation: Lambda gives that phase a whole processor, and
SnapStart keeps what it leaves in memory. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections.abc import Mapping

from dbt_runner import configuration, errors
from dbt_runner.start import dbt_patches, ready


def prepare(variables: Mapping[str, str]) -> None:
    """Have ready what every invocation needs. What cannot be is what the first invocation says, where its caller reads it."""
    dbt_patches.install()
    try:
        settings = configuration.read(variables)
    except errors.RunnerError:
        return
    ready.manifests(settings)
