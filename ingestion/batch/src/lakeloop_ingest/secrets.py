"""Secrets from SSM parameters, in the places where a pipeline's file names them."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lakeloop_ingest.errors import IngestError, in_a_line


def resolved(said: Any, environment: str) -> Any:
    """*said* with the values of the parameters that it names, ``{environment}`` in a name being *environment*.

    Raises:
        IngestError: a parameter is not there or may not be read.
    """
    if isinstance(said, dict):
        if set(said) == {"ssm"}:
            return _parameter(str(said["ssm"]).replace("{environment}", environment))
        return {key: resolved(value, environment) for key, value in said.items()}
    if isinstance(said, list):
        return [resolved(value, environment) for value in said]
    return said


def _parameter(name: str) -> str:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html"""
    try:
        value: str = boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            raise IngestError(
                f"There is no parameter {name} in SSM. `aws ssm put-parameter --type SecureString --name {name} --value ...` "
                "makes it."
            ) from error
        raise IngestError(f"The parameter {name} cannot be read from SSM: {in_a_line(error)}") from error
    except BotoCoreError as error:
        raise IngestError(f"The parameter {name} cannot be read from SSM: {in_a_line(error)}") from error
    return value
