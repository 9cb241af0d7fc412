"""The policies of a role as IAM has them: what Terraform made of ``terraform/modules/*/policy.tf``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lakeloop.aws.place import Place


@dataclass(frozen=True)
class Policies:
    """Policy documents by name: inline and attached ones, and the permissions boundary if there is one."""

    identity: Mapping[str, Any]
    boundary: Mapping[str, Any]


def roles(place: Place) -> list[str]:
    """The names of all roles."""
    pages = place.client("iam").get_paginator("list_roles").paginate()
    return [role["RoleName"] for page in pages for role in page["Roles"]]


def policies_of(place: Place, role: str) -> Policies:
    """The policies of *role*."""
    iam = place.client("iam")
    inline = [
        name for page in iam.get_paginator("list_role_policies").paginate(RoleName=role) for name in page["PolicyNames"]
    ]
    attached = [
        policy
        for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        for policy in page["AttachedPolicies"]
    ]
    identity = {name: _read(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]) for name in inline}
    identity |= {policy["PolicyName"]: _managed(iam, policy["PolicyArn"]) for policy in attached}
    boundary = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return Policies(identity, {boundary: _managed(iam, boundary)} if boundary else {})


def _managed(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return _read(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])


def _read(document: Any) -> Any:
    """botocore decodes documents; an emulator may have left one as text."""
    return json.loads(unquote(document)) if isinstance(document, str) else document
