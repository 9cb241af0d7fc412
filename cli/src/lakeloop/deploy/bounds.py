"""Whether the boundary that bootstrap made lets the function read what is deployed: dbt may name a source since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.place import Place
from lakeloop.bootstrap.names import Names
from lakeloop.errors import UserError

# Of a boundary that nobody made, or of a bootstrap before the first source, which lets no job look at it.
_TOO_OLD = ("AccessDenied", "NoSuchEntity")


def require_bounded(place: Place, names: Names) -> None:
    """Raises ``UserError`` if the function would be denied a source of *names*. Asks nothing if there is none."""
    if not names.sources:
        return
    wanted = _granted(names.sources.statements("boundary", names.values()))
    iam = place.client("iam")
    try:
        version = iam.get_policy(PolicyArn=names.boundary_arn)["Policy"]["DefaultVersionId"]
        there = iam.get_policy_version(PolicyArn=names.boundary_arn, VersionId=version)["PolicyVersion"]["Document"]
    except ClientError as error:
        if error.response["Error"].get("Code") not in _TOO_OLD:
            raise UserError(f"{names.boundary_arn} cannot be read: {error}") from error
        there = {"Statement": []}
    if wanted <= _granted(there["Statement"]):
        return
    read = ", ".join([*names.sources.databases, *names.sources.locations, *names.sources.tables])
    raise UserError(
        f"The lake reads {read}, which the boundary of bootstrap does not allow yet. `just bootstrap env={place.environment}`, by "
        "somebody who may, and this again."
    )


def _granted(statements: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Actions, each with each of their resources."""
    return {
        (action, resource)
        for each in statements
        for action in each.get("Action", ())
        for resource in each.get("Resource", ())
    }
