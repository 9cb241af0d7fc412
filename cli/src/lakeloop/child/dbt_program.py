"""``python -m lakeloop.child.dbt_program WORD...``: dbt's own command, which starts quicker (``schemas``)."""

from __future__ import annotations

from dbt.cli.main import cli

from lakeloop.child import schemas

if __name__ == "__main__":
    with schemas.kept():
        cli(prog_name="dbt")
