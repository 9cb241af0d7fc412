"""The environment variables that dbt finds: those that Terraform sets by name, and no credential.

``env_var()`` finds every variable of a process as dbt ships: the keys of the function's role among them, in parsing, models,
macros and the profile. boto3 goes on finding them in the process's own environment, where Lambda puts them and, with SnapStart,
the address that it renews them from.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime

``dbt.cli.requires`` asks ``get_env`` once in each invocation of dbt, and every ``env_var``
looks into what it answered.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from dbt.cli import requires

from dbt_runner import configuration
from dbt_runner.start import manifest

TEAMS = "DBT_ENVIRONMENT_NAMES"
"""The variable with the names of a team's own ones ([dbt.env] of lakeloop.toml), with commas between."""
_DBTS = "DBT_"
# dbt's convention for secrets, which has no use here: https://docs.getdbt.com/docs/build/environment-variables#handling-secrets
_SECRETS = "DBT_ENV_SECRET"  # pragma: allowlist secret
_OURS = {*configuration.NAMES, *manifest.NAMES, manifest.ROOT}
# Lambda's own, which no team's variable can be.
_AMAZONS = ("AWS_", "LAMBDA_", "_")


def install() -> None:
    """Show dbt these variables alone, from now on."""
    asking: Any = requires
    asking.get_env = lambda: seen(os.environ)


def seen(variables: Mapping[str, str]) -> dict[str, str]:
    """Those of *variables* that dbt finds."""
    teams = {name for name in variables.get(TEAMS, "").split(",") if not name.startswith(_AMAZONS)}
    return {name: value for name, value in variables.items() if name in _OURS or name in teams or _is_dbts(name)}


def _is_dbts(name: str) -> bool:
    return name.startswith(_DBTS) and not name.startswith(_SECRETS)
