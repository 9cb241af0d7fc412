"""Condition keys that every request has."""

from __future__ import annotations

from collections.abc import Mapping

from local_iam.principal import Principal


def keys(principal: Principal, own: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """*own* keys of a request and the global ones, as they are on AWS: there a request comes by TLS.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    everyone: dict[str, str | list[str]] = {
        "aws:SecureTransport": "true",
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalArn": principal.arn,
    }
    if principal.role:
        everyone["aws:PrincipalArn"] = f"arn:aws:iam::{principal.account}:role/{principal.role}"
    return {**everyone, **own}
