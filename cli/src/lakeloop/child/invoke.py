"""dbt run in this process, with the exit code of its own command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from dbt.cli.exceptions import DbtUsageException
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_runner.start import fields

from lakeloop.plain import printable


def run(manifest: Manifest | None, command: Sequence[str]) -> int:
    """Run dbt with *manifest* in the place of a parse; its exit code: https://docs.getdbt.com/reference/exit-codes."""

    def begin(event: Any) -> None:
        if event.info.name == "MainReportVersion" and manifest is not None:
            fields.begin(manifest)

    done = dbtRunner(manifest, [begin]).invoke(list(command))
    if isinstance(done.exception, KeyboardInterrupt):
        return 130
    if isinstance(done.exception, DbtUsageException):
        print(f"error: {printable(str(done.exception))}", file=sys.stderr)
    if done.exception is not None:
        return 2
    return 0 if done.success else 1
