"""``just dbt``: any dbt command, on DuckDB or with ``env=`` on that environment's Athena."""

from __future__ import annotations

from collections.abc import Sequence

from lakeloop.arguments import take
from lakeloop.aws.dbt import command as state
from lakeloop.aws.dbt import place as dbt_place
from lakeloop.dbt_command import run_dbt
from lakeloop.workspace import Workspace


def dbt(here: Workspace, words: Sequence[str]) -> int:
    """Run it; dbt's exit code."""
    arguments, rest = take(words, {"env", "on"})
    if "env" in arguments:
        return state.dbt(here, arguments, rest)
    dbt_place.say(here, words)
    return run_dbt(here, words, {"LAKELOOP_DATABASE": str(here.database)})
