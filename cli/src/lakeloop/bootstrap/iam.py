"""The identity provider of GitHub's jobs, the three roles, their policies, and the boundary of the roles that Terraform makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lakeloop.aws.place import Place
from lakeloop.bootstrap.github import GitHub
from lakeloop.bootstrap.names import AUDIENCE, ISSUER, Names
from lakeloop.bootstrap.same import same_policy
from lakeloop.bootstrap.steps import LeftOut, Need, Step, found

ROLES = {
    "plan": ("What a plan of a pull request reads", ("read", "plan", "events-read")),
    "deploy": ("What a deployment changes", ("read", "plan", "change-data", "change-compute", "operate", "events")),
    "destroy": ("What takes an environment and its data away", ("read", "events-read")),
}
# Policies that a role gets only where the environment's .tfvars ask for it. Where data is kept, no job can delete any, and who
# deploys first makes the buckets, their guards and the roles: no job can change those either. And often there is no key,
# and no Lake Formation.
DESTROY = {"destroy": ("destroy", "empty-buckets", "events-destroy")}
FIRST_DEPLOYMENT = {"deploy": ("first-deployment",)}
CUSTOMER_KEY = {
    "plan": ("customer-key-read",),
    "deploy": ("customer-key",),
    "destroy": ("customer-key-read",),
}
LAKE_FORMATION = {
    "plan": ("lake-formation-read",),
    "deploy": ("lake-formation",),
    "destroy": ("lake-formation-read",),
}
DESTROY_GRANTS = {"destroy": ("lake-formation",)}
BUDGET = {"plan": ("budget-read",), "deploy": ("budget",), "destroy": ("budget-read",)}
DESTROY_BUDGET = {"destroy": ("budget",)}
ALL = (DESTROY, FIRST_DEPLOYMENT, CUSTOMER_KEY, LAKE_FORMATION, DESTROY_GRANTS, BUDGET, DESTROY_BUDGET)
_ABSENT = ("NoSuchEntity",)
_VERSIONS = 5  # of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html


def policies(purpose: str, *more: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names of the policies of the role for *purpose*: files in ``policies/``. *more*: ``DESTROY`` and the like."""
    _, names = ROLES[purpose]
    return (*names, *(name for each in more for name in each.get(purpose, ())))


def steps(place: Place, names: Names, *more: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """The provider, the boundary, each policy, in the order in which they need each other; the roles come after."""
    iam = place.client("iam")
    made = dict.fromkeys(policy for purpose in ROLES for policy in policies(purpose, *more))
    # The boundary is never attached: Terraform gives it to the roles that it makes.
    return [
        _provider(iam, names),
        *(_policy(iam, names, policy) for policy in ("boundary", *made)),
    ]


def role_steps(place: Place, names: Names, *more: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """The roles, each for the jobs of one GitHub environment, which is there before."""
    iam = place.client("iam")
    return [_role(iam, names, purpose, policies(purpose, *more)) for purpose in ROLES]


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
            Need(
                arn,
                (
                    "iam:AddClientIDToOpenIDConnectProvider",
                    "iam:CreateOpenIDConnectProvider",
                    "iam:DeleteOpenIDConnectProvider",
                    "iam:GetOpenIDConnectProvider",
                ),
            ),
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
        lambda: same_policy(document(), wanted),
        create,
        remove,
        (
            Need(
                arn,
                (
                    "iam:CreatePolicy",
                    "iam:CreatePolicyVersion",
                    "iam:DeletePolicy",
                    "iam:DeletePolicyVersion",
                    "iam:GetPolicy",
                    "iam:GetPolicyVersion",
                    "iam:ListPolicyVersions",
                ),
            ),
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

    def withheld() -> bool:
        """Nobody is asked before a job takes it: there is no such role then (SECURITY.md)."""
        return purpose == "destroy" and not GitHub(names.repository).reviewed(names.github_environment(purpose))

    def exists() -> bool:
        there = role()
        if there is None or withheld():
            return False
        return same_policy(there["AssumeRolePolicyDocument"], trust) and attached() == wanted

    def create() -> str | None:
        if withheld():
            remove()
            return LeftOut(f"no job takes it, because GitHub asks nobody before ({names.github_environment(purpose)}).")
        there, said = role(), None
        if there is None:
            iam.create_role(RoleName=name, Description=description, AssumeRolePolicyDocument=json.dumps(trust))
        elif not same_policy(there["AssumeRolePolicyDocument"], trust):
            before, now = _trusted(there["AssumeRolePolicyDocument"]), _trusted(trust)
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
            said = f"it trusted {before}, and trusts {now} now."
        has = attached()
        for arn in sorted(wanted - has):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in sorted(has - wanted):
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)
        return said

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
            Need(
                names.role_arn(purpose),
                (
                    "iam:AttachRolePolicy",
                    "iam:CreateRole",
                    "iam:DeleteRole",
                    "iam:DetachRolePolicy",
                    "iam:GetRole",
                    "iam:ListAttachedRolePolicies",
                    "iam:UpdateAssumeRolePolicy",
                ),
            ),
        ),
    )


def _trusted(trust: Any) -> str:
    """The subjects that a trust policy names, for people."""
    subjects: list[str] = []
    for statement in trust.get("Statement", []):
        named = statement.get("Condition", {}).get("StringEquals", {}).get(f"{ISSUER}:sub", [])
        subjects += named if isinstance(named, list) else [named]
    return ", ".join(subjects) or "no job of GitHub's"
