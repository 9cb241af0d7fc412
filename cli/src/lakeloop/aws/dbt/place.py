"""The place of a dbt command whose environment was set in the shell, by CI for one."""

from __future__ import annotations

from collections.abc import Sequence

from lakeloop_project import profiles

from lakeloop import dbt_target
from lakeloop.aws import place
from lakeloop.dbt_command import variables
from lakeloop.workspace import Workspace


def say(workspace: Workspace, words: Sequence[str]) -> None:
    """Tell where dbt with *words* goes if it is on Athena, and go there: ``AWS_ENDPOINT_URL`` of the shell, or AWS.

    Raises:
        UserError: no environment is set, or nothing of this checkout's answers there.
    """
    found = variables(workspace)
    dbt_target.require_environment(words, found)
    if dbt_target.on_athena(words, found):
        target = dbt_target.named(words) or found["DBT_TARGET"]
        for environment, theirs in profiles.targets(workspace.root).items():
            if theirs == target:
                place.enter_account(workspace, environment)
