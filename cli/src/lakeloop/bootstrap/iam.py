"""The identity provider of GitHub's jobs, the three roles, their policies, and the boundary of the roles that Terraform makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lakeloop.aws.place import Place
from lakeloop.bootstrap import managed
from lakeloop.bootstrap.github import GitHub
from lakeloop.bootstrap.names import AUDIENCE, ISSUER, Names
from lakeloop.bootstrap.same import same_policy
from lakeloop.bootstrap.steps import LeftOut, Need, Step, found

ROLES = {
    "plan": ("What a plan of a pull request reads", ("read", "plan", "events-read")),
    "deploy": ("What a deployment changes", ("read", "plan", "change-data", "change-compute", "operate", "events")),
    "destroy": ("What takes an environment and its data away", ("read", "events-read")),
}
# Parts that a role gets only where the environment's .tfvars ask for it. Where data is kept, no job can delete any, and who
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
# Of the stream of captured changes.
CHANGES = {"plan": ("stream-read",), "deploy": ("stream",), "destroy": ("stream-read",)}
# The key is a resource of the call that encrypts by it:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html
CHANGES_KEY = {"deploy": ("stream-key",)}
DESTROY_CHANGES = {"destroy": ("stream-destroy",)}
# Of batch ingestion that is scheduled.
INGEST = {"plan": ("ingest-read",), "deploy": ("ingest-read", "ingest"), "destroy": ("ingest-read",)}
FIRST_INGEST = {"deploy": ("ingest-first",)}
DESTROY_INGEST = {"destroy": ("ingest-destroy",)}
# Of the service that captures changes.
CAPTURE = {"plan": ("capture-read",), "deploy": ("capture-read", "capture"), "destroy": ("capture-read",)}
FIRST_CAPTURE = {"deploy": ("capture-first",)}
DESTROY_CAPTURE = {"destroy": ("capture-destroy",)}
# Of Glue's jobs and crawlers.
JOBS = {"plan": ("jobs-read",), "deploy": ("jobs-read", "jobs"), "destroy": ("jobs-read",)}
FIRST_JOBS = {"deploy": ("jobs-first",)}
DESTROY_JOBS = {"destroy": ("jobs-destroy",)}
CRAWLERS = {"plan": ("crawlers-read",), "deploy": ("crawlers-read", "crawlers"), "destroy": ("crawlers-read",)}
FIRST_CRAWLERS = {"deploy": ("crawlers-first",)}
DESTROY_CRAWLERS = {"destroy": ("crawlers-destroy",)}
# Of EMR Serverless's application.
EMR = {"plan": ("emr-read",), "deploy": ("emr-read", "emr"), "destroy": ("emr-read",)}
FIRST_EMR = {"deploy": ("emr-first",)}
DESTROY_EMR = {"destroy": ("emr-destroy",)}
ALL = (
    *(DESTROY, FIRST_DEPLOYMENT, CUSTOMER_KEY, LAKE_FORMATION, DESTROY_GRANTS, BUDGET, DESTROY_BUDGET),
    *(CHANGES, CHANGES_KEY, DESTROY_CHANGES, INGEST, FIRST_INGEST, DESTROY_INGEST),
    *(JOBS, FIRST_JOBS, DESTROY_JOBS, CRAWLERS, FIRST_CRAWLERS, DESTROY_CRAWLERS),
    *(CAPTURE, FIRST_CAPTURE, DESTROY_CAPTURE, EMR, FIRST_EMR, DESTROY_EMR),
)
_ABSENT = ("NoSuchEntity",)


def policies(purpose: str, *more: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names of the parts of what the role for *purpose* may do: files in ``policies/``. *more*: ``DESTROY`` and the like.

    IAM gets them packed (``Names.documents``): a further part is a file and its name here, and no policy more until one is full.
    """
    _, names = ROLES[purpose]
    return (*names, *(name for each in more for name in each.get(purpose, ())))


def steps(place: Place, names: Names, *more: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """The provider, the boundary, each policy, in the order in which they need each other; the roles come after."""
    iam = place.client("iam")
    # The boundary is never attached: Terraform gives it to the roles that it makes.
    made = {"boundary": names.boundary()}
    for purpose in ROLES:
        made |= names.documents(purpose, policies(purpose, *more))
    return [
        _provider(iam, names),
        *(managed.step(iam, names, policy, document) for policy, document in made.items()),
    ]


def role_steps(place: Place, names: Names, *more: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """The roles, each for the jobs of one GitHub environment, which is there before."""
    iam = place.client("iam")
    return [_role(iam, names, purpose, tuple(names.documents(purpose, policies(purpose, *more)))) for purpose in ROLES]


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

    def take_away(arns: set[str]) -> None:
        """Detach policies. Those of an earlier bootstrap go with their last role: settings have changed since, or the packing."""
        for arn in sorted(arns):
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)
            if arn.startswith(names.policy_arn("")) and arn not in wanted:
                managed.remove(iam, arn)

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
        # First, for a role takes ten: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        take_away(has - wanted)
        for arn in sorted(wanted - has):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        return said

    def remove() -> None:
        if role() is None:
            return
        take_away(attached())
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
