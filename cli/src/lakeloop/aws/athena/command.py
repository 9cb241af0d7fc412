"""``just query "select ..." env=dev``: SQL on Athena."""

from __future__ import annotations

import sys

from lakeloop_project.environments import environment

from lakeloop.aws import place
from lakeloop.aws.athena import statements as athena
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.plural import counted
from lakeloop.rows import print_rows
from lakeloop.workspace import Workspace


def query(workspace: Workspace, sql: str, style: str, env: str, on: str | None) -> int:
    """Print the rows that Athena gives for *sql* in the environment's workgroup and database."""
    here = place.enter(workspace, environment(workspace.root, env), on)
    lake = outputs(workspace, here)
    client = here.client("athena")
    execution = athena.execute(client, sql, workgroup=lake.athena_workgroup, database=lake.glue_database)
    print_rows(style, [column.name for column in execution.columns], athena.rows(client, execution))
    print(f"{execution.seconds:.1f} s, {counted(execution.bytes_scanned, 'byte')} scanned", file=sys.stderr)
    return 0
