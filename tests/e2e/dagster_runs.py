"""Runs by Dagster's definitions as `just dagster` loads them, in a process with Dagster and without its pages."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from lakeloop import dagster
from lakeloop.aws.athena.statements import execute, rows
from lakeloop.workspace import Workspace

from tests import local_aws
from tests.e2e.loop import Loop
from tests.offline_home import REPO

# A program whose last line ``Run`` reads.
_RUN = """
import json, sys
import dagster as dg
from lakeloop_dagster.definitions import defs

name, config, assets = json.loads(sys.argv[1])
chosen = [dg.AssetKey(one) for one in assets] or None
with dg.DagsterInstance.ephemeral() as instance:
    job = defs().resolve_job_def(name)
    # The newest day is the ordinary run.
    day = job.partitions_def.get_last_partition_key() if job.partitions_def and not chosen else None
    ended = job.execute_in_process(config, instance, day, raise_on_error=False, asset_selection=chosen)
told = [one.step_materialization_data.materialization for one in ended.all_events if one.is_step_materialization]
figures = {one.asset_key.to_user_string(): {name: value.value for name, value in one.metadata.items()} for one in told}
checks = {one.check_name: one.passed for one in ended.get_asset_check_evaluations()}
print("ENDED", json.dumps({"success": ended.success, "assets": figures, "checks": checks}), flush=True)
"""
# When a row was seen, and a hash with it: https://docs.getdbt.com/docs/build/snapshots#snapshot-meta-fields
_OF_A_MOMENT = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from")


class Run:
    """A run that has begun: what it prints, and at the end what Dagster was told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._printed = ""

    def says(self, pattern: str) -> str:
        """Read on to a line that *pattern* is found in; its first group."""
        for line in self._process.stdout:
            self._printed += line
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"it ended without {pattern!r}: {self._printed[-6000:]}")

    def ended(self) -> dict[str, Any]:
        """``success``, figures of ``assets`` by name, ``checks`` by name."""
        return json.loads(self.says("ENDED (.*)"))


@contextmanager
def run(
    loop: Loop, *words: str, job: str = "build", config: Mapping[str, Any] | None = None, assets: tuple[str, ...] = ()
) -> Iterator[Run]:
    """Run Dagster's *job* where `just dagster` with *words* would; *assets* alone, where some are named."""
    served = []
    with (
        mock.patch.dict(os.environ, loop.variables, clear=True),
        mock.patch.object(dagster, "_serve", lambda workspace, home, port, shell: served.append(shell) or 0),
    ):
        assert dagster.dagster(Workspace(loop.home), [*words, f"port={local_aws.free_port()}"]) == 0
    (shell,) = served
    project = ["--project", str(REPO.root / dagster.PROJECT)]
    asked = json.dumps([job, config or {}, assets])
    process = subprocess.Popen(
        [shutil.which("uv"), "run", "--quiet", "--locked", *project, "python", "-c", _RUN, asked],
        cwd=loop.home,
        env={name: value for name, value in shell.items() if name != "VIRTUAL_ENV"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Run(process)
    finally:
        process.terminate()
        process.communicate()


def contents(loop: Loop, database: str, workgroup: str) -> dict[str, list[list[object]]]:
    """The rows of each table and view of *database*, in an order, without those columns of snapshots that hold a run's moment."""
    athena, found = loop.client("athena"), {}
    for table in loop.client("glue").get_tables(DatabaseName=database)["TableList"]:
        names = [
            column["Name"] for column in table["StorageDescriptor"]["Columns"] if column["Name"] not in _OF_A_MOMENT
        ]
        sql = f"select {', '.join(names)} from {table['Name']}"
        found[table["Name"]] = sorted(
            rows(athena, execute(athena, sql, workgroup=workgroup, database=database)), key=repr
        )
    return found
