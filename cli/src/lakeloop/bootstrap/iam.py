"""The identity provider of GitHub's jobs, the two roles, their policies, and the boundary of the roles that Terraform makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lakeloop.aws.place import Place
from lakeloop.bootstrap.names import AUDIENCE, ISSUER, Names
from lakeloop.bootstrap.steps import Step, found

ROLES = {
    "plan": ("What a plan of a pull request reads", ("read",)),
    "deploy": ("What a deployment makes and changes", ("read", "change-data", "change-compute", "operate")),
}
# Policies that a role gets only if the environment's .tfvars ask for it: otherwise no job can delete data, and there is no key.
EMPTY_BUCKETS = {"deploy": ("empty-buckets",)}
CUSTOMER_KEY = {"plan": ("customer-key-read",), "deploy": ("customer-key-read", "customer-key")}
_ABSENT = ("NoSuchEntity",)
_VERSIONS = 5  # of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html


def policies(purpose: str, *more: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names of the policies of the role for *purpose*: files in ``policies/``. *more*: ``EMPTY_BUCKETS`` and the like."""
    _, names = ROLES[purpose]
    return (*names, *(name for each in more for name in each.get(purpose, ())))


def steps(place: Place, names: Names, *more: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """The provider, the boundary, each policy and each role, in the order in which they need each other."""
    iam = place.client("iam")
    made = dict.fromkeys(policy for purpose in ROLES for policy in policies(purpose, *more))
    # The boundary is never attached: Terraform gives it to the roles that it makes.
    return [
        _provider(iam, names),
        *(_policy(iam, names, policy) for policy in ("boundary", *made)),
        *(_role(iam, names, purpose, policies(purpose, *more)) for purpose in ROLES),
    ]


def _provider(iam: Any, names: Names) -> Step:
    arn = names.provider_arn

    def clients() -> list[str] | None:
        answer = found(iam.get_open_id_connect_provider, _ABSENT, OpenIDConnectProviderArn=arn)
        return None if answer is None else list(answer["ClientIDList"])

    def create() -> None:
        if clients() is None:
            # No thumbprint: AWS trusts the certificate authority that GitHub uses.
            iam.create_open_id_connect_provider(Url=f"https://{ISSUER}", ClientIDList=[AUDIENCE])
        else:
            iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=AUDIENCE)

    def remove() -> str | None:
        users = [
            role["RoleName"]
            for page in iam.get_paginator("list_roles").paginate()
            for role in page["Roles"]
            if arn in json.dumps(role["AssumeRolePolicyDocument"])
        ]
        if users:
            return f"other roles trust it: {', '.join(users)}"
        found(iam.delete_open_id_connect_provider, _ABSENT, OpenIDConnectProviderArn=arn)
        return None

    return Step(
        f"identity provider {ISSUER}",
        lambda: AUDIENCE in (clients() or ()),
        create,
        remove,
        (
            "iam:AddClientIDToOpenIDConnectProvider",
            "iam:CreateOpenIDConnectProvider",
            "iam:DeleteOpenIDConnectProvider",
            "iam:GetOpenIDConnectProvider",
        ),
    )


def _policy(iam: Any, names: Names, policy: str) -> Step:
    name, arn, wanted = names.policy(policy), names.policy_arn(policy), names.document(policy)

    def document() -> Any:
        answer = found(iam.get_policy, _ABSENT, PolicyArn=arn)
        if answer is None:
            return None
        version = iam.get_policy_version(PolicyArn=arn, VersionId=answer["Policy"]["DefaultVersionId"])
        return version["PolicyVersion"]["Document"]

    def others() -> list[str]:
        """Versions that are not in force, the oldest first."""
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        return [version["VersionId"] for version in reversed(versions) if not version["IsDefaultVersion"]]

    def create() -> None:
        text = json.dumps(wanted, separators=(",", ":"))
        if document() is None:
            iam.create_policy(PolicyName=name, PolicyDocument=text)
            return
        old = others()
        if len(old) == _VERSIONS - 1:
            iam.delete_policy_version(PolicyArn=arn, VersionId=old[0])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)

    def remove() -> str | None:
        if document() is None:
            return None
        users = iam.list_entities_for_policy(PolicyArn=arn)
        if roles := [role["RoleName"] for role in users["PolicyRoles"]]:
            return f"roles still use it: {', '.join(roles)}"
        for version in others():
            iam.delete_policy_version(PolicyArn=arn, VersionId=version)
        iam.delete_policy(PolicyArn=arn)
        return None

    return Step(
        f"policy {name}",
        lambda: document() == wanted,
        create,
        remove,
        (
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicy",
            "iam:DeletePolicyVersion",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
        ),
    )


def _role(iam: Any, names: Names, purpose: str, policies: tuple[str, ...]) -> Step:
    name, trust = names.role(purpose), names.trust(purpose)
    description, _ = ROLES[purpose]
    wanted = {names.policy_arn(policy) for policy in policies}

    def role() -> dict[str, Any] | None:
        answer = found(iam.get_role, _ABSENT, RoleName=name)
        return None if answer is None else dict(answer["Role"])

    def attached() -> set[str]:
        answer = iam.list_attached_role_policies(RoleName=name)
        return {policy["PolicyArn"] for policy in answer["AttachedPolicies"]}

    def exists() -> bool:
        there = role()
        return there is not None and there["AssumeRolePolicyDocument"] == trust and attached() == wanted

    def create() -> None:
        if role() is None:
            iam.create_role(RoleName=name, Description=description, AssumeRolePolicyDocument=json.dumps(trust))
        else:
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
        there = attached()
        for arn in sorted(wanted - there):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in sorted(there - wanted):
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)

    def remove() -> None:
        if role() is None:
            return
        for arn in attached():
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)
        iam.delete_role(RoleName=name)

    return Step(
        f"role {name}",
        exists,
        create,
        remove,
        (
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DetachRolePolicy",
            "iam:GetRole",
            "iam:UpdateAssumeRolePolicy",
        ),
    )
