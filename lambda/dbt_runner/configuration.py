"""The function's environment variables: named here, read once per invocation, all missing ones reported together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dbt_runner.cost.price import FREE, Prices
from dbt_runner.errors import TerminalError

ARTIFACTS_BUCKET = "ARTIFACTS_BUCKET"
ATHENA_PRICE_PER_TB = "ATHENA_PRICE_PER_TB"
ATHENA_WORKGROUP = "ATHENA_WORKGROUP"
DBT_TARGET = "DBT_TARGET"
ENVIRONMENT = "ENVIRONMENT"
GLUE_DATABASE_NAME = "GLUE_DATABASE_NAME"
CHANGES_DATABASE = "CHANGES_DATABASE"
"""Optional: there where changes are captured."""
GLUE_FURTHER_DATABASES = "GLUE_FURTHER_DATABASES"
LAMBDA_PRICE_PER_GB_SECOND = "LAMBDA_PRICE_PER_GB_SECOND"
LAMBDA_TASK_ROOT = "LAMBDA_TASK_ROOT"
PROCESSED_BUCKET_NAME = "PROCESSED_BUCKET_NAME"
RAW_BUCKET_NAME = "RAW_BUCKET_NAME"

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
_SET_BY_LAMBDA = ("AWS_REGION", LAMBDA_TASK_ROOT)
_SET_BY_TERRAFORM = (
    ARTIFACTS_BUCKET,
    ATHENA_PRICE_PER_TB,
    "ATHENA_RESULTS_BUCKET",
    ATHENA_WORKGROUP,
    DBT_TARGET,
    ENVIRONMENT,
    GLUE_DATABASE_NAME,
    LAMBDA_PRICE_PER_GB_SECOND,
    PROCESSED_BUCKET_NAME,
    RAW_BUCKET_NAME,
)
NAMES = (*_SET_BY_LAMBDA, *_SET_BY_TERRAFORM)
"""Variables that the function cannot do without."""


@dataclass(frozen=True)
class Configuration:
    """The runner's own settings; the other variables are read by ``dbt/profiles.yml`` and by the models."""

    environment: str
    target: str
    artifacts_bucket: str
    workgroup: str
    project: Path
    prices: Prices = FREE
    raw_bucket: str = ""
    processed_bucket: str = ""
    databases: tuple[str, ...] = ()
    """Glue's names of those that dbt builds in."""
    changes_database: str = ""
    """The changelog's; empty where no changes are captured."""


def read(variables: Mapping[str, str]) -> Configuration:
    """The configuration in *variables*.

    Raises:
        TerminalError: variables are missing or empty, or there is no dbt project beside the code.
    """
    missing = [name for name in _SET_BY_TERRAFORM if not variables.get(name)]
    missing_of_lambda = [name for name in _SET_BY_LAMBDA if not variables.get(name)]
    if missing or missing_of_lambda:
        places = [
            f"{', '.join(names)} ({place})"
            for names, place in (
                (missing, "environment variables of the function, terraform/modules/runner"),
                (missing_of_lambda, "set by Lambda itself"),
            )
            if names
        ]
        raise TerminalError(f"Not configured: {'; '.join(places)}. Set them and apply Terraform again.")
    project = Path(variables[LAMBDA_TASK_ROOT]) / "dbt"
    if not (project / "dbt_project.yml").is_file():
        raise TerminalError(
            f"No dbt project in the function's code: looked for {project / 'dbt_project.yml'}. "
            "`just function` builds a zip that holds it."
        )
    return Configuration(
        environment=variables[ENVIRONMENT],
        target=variables[DBT_TARGET],
        artifacts_bucket=variables[ARTIFACTS_BUCKET],
        workgroup=variables[ATHENA_WORKGROUP],
        prices=Prices(_dollars(variables, ATHENA_PRICE_PER_TB), _dollars(variables, LAMBDA_PRICE_PER_GB_SECOND)),
        project=project,
        raw_bucket=variables[RAW_BUCKET_NAME],
        processed_bucket=variables[PROCESSED_BUCKET_NAME],
        databases=(variables[GLUE_DATABASE_NAME], *variables.get(GLUE_FURTHER_DATABASES, "").split()),
        changes_database=variables.get(CHANGES_DATABASE, ""),
    )


def _dollars(variables: Mapping[str, str], name: str) -> float:
    try:
        dollars = float(variables[name])
    except ValueError:
        dollars = -1.0
    if not 0 <= dollars < float("inf"):
        raise TerminalError(
            f"Not configured: {name} must be a price in US dollars, not {variables[name]!r}. Set it (terraform/modules/runner) and "
            "apply Terraform again."
        )
    return dollars
