"""``[dbt]`` and ``[skip]`` of ``lakeloop.toml``: variables and target names for dbt, and what is not built on a laptop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop_project.errors import UserError

_DBT_KEYS = {"databases", "env", "targets"}
_SKIP_KEYS = {"local", "emulator", "parity"}
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
# https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
_DATABASE = re.compile(r"[a-z0-9_]{1,255}")
# Recipes and Terraform set these.
OURS = {
    "ARTIFACTS_BUCKET",
    "ATHENA_PRICE_PER_TB",
    "ATHENA_RESULTS_BUCKET",
    "ATHENA_WORKGROUP",
    "DBT_CHANGES_SCHEMA",
    "DBT_ENVIRONMENT_NAMES",
    "DBT_RAW_SCHEMA",
    "DBT_TARGET",
    "ENVIRONMENT",
    "GLUE_DATABASE_NAME",
    "LAKELOOP_DATABASE",
    "LAMBDA_PRICE_PER_GB_SECOND",
    "PROCESSED_BUCKET_NAME",
    "RAW_BUCKET_NAME",
}
# Lambda refuses these, or they would turn AWS's clients elsewhere.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_AMAZONS = re.compile(
    r"_.*|LAMBDA_.*|AWS_(REGION|DEFAULT_REGION|PROFILE|DEFAULT_PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE|EXECUTION_ENV"
    r"|ROLE_ARN|SECURITY_TOKEN|SESSION_TOKEN|(ACCESS|SECRET|LAMBDA|ENDPOINT_URL|WEB_IDENTITY|CONTAINER).*)"
)
# Of dbt's own convention, and of everybody's: https://docs.getdbt.com/docs/build/environment-variables#handling-secrets
_SECRET = re.compile(
    r"(^|_)(SECRETS?|PASSWORD|PASSWD|PWD|PASSPHRASE|TOKEN|KEY|APIKEY|CREDENTIALS?)(_|$)|^DBT_ENV_SECRET_"
)


@dataclass(frozen=True)
class DbtSettings:
    """Variables that ``env_var()`` finds everywhere, and dbt's target for environments that are named otherwise.

    ``databases`` are Glue databases that the project builds in although their names do not begin with an environment's.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    databases: tuple[str, ...] = ()

    def target(self, environment: str) -> str:
        """dbt's target of *environment*: ``target.name`` in macros."""
        return self.targets.get(environment, environment)


@dataclass(frozen=True)
class Skip:
    """Selections, as dbt spells them (``model+``), that are left out on DuckDB and on local Athena.

    ``parity`` are names of models that are built on both and not compared, since the same SQL means something else there.
    """

    local: tuple[str, ...] = ()
    emulator: tuple[str, ...] = ()
    parity: tuple[str, ...] = ()


def is_ours(name: str) -> bool:
    """Whether the variable *name* is set by recipes, Terraform or Lambda, so that a team's file cannot."""
    return name in OURS or bool(_AMAZONS.fullmatch(name))


def looks_secret(name: str) -> bool:
    """Whether the variable *name* sounds like a secret's, which has no place in a file that git keeps."""
    return bool(_SECRET.search(name.upper()))


def read_dbt(file: Path, table: Any) -> DbtSettings:
    """The table ``[dbt]`` of *file*. Raises ``UserError`` for an unknown key, a name that is taken, a value that is no text."""
    table = _table(file, "dbt", table, _DBT_KEYS)
    env, targets = (_texts(file, f"dbt.{key}", table.get(key, {})) for key in ("env", "targets"))
    for name in env:
        if not _VARIABLE.fullmatch(name):
            raise UserError(f"{file}: dbt.env.{name} is no name of a variable: letters, digits and underscores.")
        if is_ours(name):
            raise UserError(f"{file}: dbt.env.{name} is set by recipes, Terraform or Lambda. Take it out.")
        if looks_secret(name):
            raise UserError(
                f"{file}: dbt.env.{name} sounds like a secret, and this file is in git. Take it out; `env_var` with a default "
                "in the project lets dbt parse without it."
            )
    if "local" in targets.values():
        raise UserError(f"{file}: dbt.targets: `local` is the target on DuckDB, which no environment can have.")
    databases = table.get("databases", [])
    if not isinstance(databases, list) or not all(
        isinstance(name, str) and _DATABASE.fullmatch(name) for name in databases
    ):
        raise UserError(
            f"{file}: dbt.databases is no list of names that Glue takes: lower-case letters, digits, underscores."
        )
    return DbtSettings(env, targets, tuple(databases))


def read_skip(file: Path, table: Any) -> Skip:
    """The table ``[skip]`` of *file*. Raises ``UserError`` for an unknown key or a value that is no list of texts."""
    table = _table(file, "skip", table, _SKIP_KEYS)
    for key, value in table.items():
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
            raise UserError(f'{file}: skip.{key} is no list of dbt selections, such as ["my_model+"].')
    return Skip(*(tuple(table.get(key, ())) for key in ("local", "emulator", "parity")))


def _table(file: Path, name: str, table: Any, known: set[str]) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise UserError(f"{file}: {name} is no table: write [{name}].")
    if unknown := sorted(table.keys() - known):
        raise UserError(f"{file}: unknown setting {name}.{unknown[0]}. Known: {', '.join(sorted(known))}.")
    return table


def _texts(file: Path, name: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise UserError(f"{file}: {name} is no table: write [{name}].")
    for key, value in table.items():
        if not isinstance(value, str):
            raise UserError(f'{file}: {name}.{key} is no text: write {key} = "{value}".')
    return dict(table)
