"""Managed policies of an environment: each as it should be, and gone when no role uses it any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.same import same_policy
from lakeloop.bootstrap.steps import Need, Step, found

ABSENT = ("NoSuchEntity",)
_VERSIONS = 5  # of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html


def step(iam: Any, names: Names, policy: str, wanted: Mapping[str, Any]) -> Step:
    """The *policy* of that short name, whose document is *wanted*."""
    name, arn = names.policy(policy), names.policy_arn(policy)

    def create() -> None:
        text = json.dumps(wanted, separators=(",", ":"))
        if _document(iam, arn) is None:
            iam.create_policy(PolicyName=name, PolicyDocument=text)
            return
        old = _others(iam, arn)
        if len(old) == _VERSIONS - 1:
            iam.delete_policy_version(PolicyArn=arn, VersionId=old[0])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)

    return Step(
        f"policy {name}",
        lambda: same_policy(_document(iam, arn), wanted),
        create,
        lambda: remove(iam, arn),
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
                    "iam:ListEntitiesForPolicy",
                    "iam:ListPolicyVersions",
                ),
            ),
        ),
    )


def remove(iam: Any, arn: str) -> str | None:
    """Take the policy away; the reason if roles still use it."""
    if _document(iam, arn) is None:
        return None
    users = iam.list_entities_for_policy(PolicyArn=arn)
    if roles := [role["RoleName"] for role in users["PolicyRoles"]]:
        return f"roles still use it: {', '.join(roles)}"
    for version in _others(iam, arn):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)
    return None


def _document(iam: Any, arn: str) -> Any:
    answer = found(iam.get_policy, ABSENT, PolicyArn=arn)
    if answer is None:
        return None
    version = iam.get_policy_version(PolicyArn=arn, VersionId=answer["Policy"]["DefaultVersionId"])
    return version["PolicyVersion"]["Document"]


def _others(iam: Any, arn: str) -> list[str]:
    """Versions that are not in force, the oldest first."""
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    return [version["VersionId"] for version in reversed(versions) if not version["IsDefaultVersion"]]
