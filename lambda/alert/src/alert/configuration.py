"""The function's environment variables: named here, read once per invocation, all missing ones reported together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alert.errors import TerminalError

ALERTS_TOPIC_ARN = "ALERTS_TOPIC_ARN"
ARTIFACTS_BUCKET = "ARTIFACTS_BUCKET"
AWS_REGION = "AWS_REGION"
ENVIRONMENT = "ENVIRONMENT"
PROJECT = "PROJECT"
WEBHOOK_PARAMETER = "WEBHOOK_PARAMETER"

_SET_BY_TERRAFORM = (ALERTS_TOPIC_ARN, ARTIFACTS_BUCKET, ENVIRONMENT, PROJECT)


@dataclass(frozen=True)
class Configuration:
    """Names of an environment; ``webhook_parameter`` is empty where there is no webhook."""

    project: str
    environment: str
    region: str
    topic: str
    artifacts_bucket: str
    webhook_parameter: str = ""


def read(variables: Mapping[str, str]) -> Configuration:
    """The configuration in *variables*. Raises ``TerminalError`` that names all that are missing or empty."""
    missing = [name for name in (*_SET_BY_TERRAFORM, AWS_REGION) if not variables.get(name)]
    if missing:
        raise TerminalError(
            f"Not configured: {', '.join(missing)} (environment variables of the function, terraform/modules/alerts). Set them and "
            "apply Terraform again."
        )
    return Configuration(
        project=variables[PROJECT],
        environment=variables[ENVIRONMENT],
        region=variables[AWS_REGION],
        topic=variables[ALERTS_TOPIC_ARN],
        artifacts_bucket=variables[ARTIFACTS_BUCKET],
        webhook_parameter=variables.get(WEBHOOK_PARAMETER, ""),
    )
