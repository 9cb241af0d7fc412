"""The function's initialisation, before its first invocation: Lambda gives that phase a whole processor, and SnapStart keeps
its memory. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from dbt_runner import configuration, errors, run
from dbt_runner.patches import environment, operations, shortcuts
from dbt_runner.start import collector, ready, snapshot


def prepare(variables: Mapping[str, str]) -> None:
    """Have ready what every invocation needs. What cannot be is what the first invocation says, where its caller reads it."""
    shortcuts.install()
    environment.install()
    operations.install()
    snapshot.register()
    with suppress(errors.RunnerError):
        settings = configuration.read(variables)
        ready.manifests(settings)
        collector.settle()  # before the rehearsal, so that what that leaves behind is all there is to look through
        run.rehearse(settings)
    collector.clear()
    collector.settle()
