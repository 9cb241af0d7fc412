"""Rights of the caller, asked of IAM before anything is made: each action on the resource that it will be called on.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lakeloop.aws.account import Account
from lakeloop.bootstrap.steps import Step

ALLOWED = "allowed"


@dataclass(frozen=True)
class Answer:
    """IAM's answer about an ``action`` on a ``resource``; ``missing`` are condition keys that it would have had to know."""

    action: str
    resource: str
    decision: str
    missing: tuple[str, ...] = ()

    @property
    def denied(self) -> bool:
        """Whether the call is sure to be refused. A condition whose key nobody knows before the call may still hold then."""
        return self.decision != ALLOWED and not self.missing

    @property
    def unsure(self) -> bool:
        return self.decision != ALLOWED and bool(self.missing)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


def simulate(iam: Any, principal: str, region: str, steps: Sequence[Step]) -> list[Answer]:
    """IAM's answers to all that *steps* need. Errors of AWS are raised."""
    return [
        answer
        for actions, resources in _questions(steps)
        for answer in _ask(iam, principal, region, actions, resources)
    ]


def _questions(steps: Iterable[Step]) -> Iterator[tuple[list[str], list[str]]]:
    """The same actions on several resources are one question."""
    grouped: dict[tuple[str, ...], dict[str, None]] = {}
    for step in steps:
        for need in step.needs:
            grouped.setdefault(need.actions, {})[need.resource] = None
    return ((list(actions), list(resources)) for actions, resources in grouped.items())


def _ask(iam: Any, principal: str, region: str, actions: list[str], resources: list[str]) -> Iterator[Answer]:
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=principal,
        ActionNames=actions,
        ResourceArns=resources,
        # Keys that hold for every call of this command. Others (MFA, addresses, tags) are the caller's and the call's own.
        ContextEntries=[
            {"ContextKeyName": "aws:SecureTransport", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"},
            {"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": [region], "ContextKeyType": "string"},
        ],
    )
    for page in pages:
        for result in page["EvaluationResults"]:
            yield from _answers(result)


def _answers(result: dict[str, Any]) -> Iterator[Answer]:
    """Of one resource the decision stands in the result itself, of several in a list below it."""
    missing = tuple(result.get("MissingContextValues", ()))
    specific = result.get("ResourceSpecificResults") or []
    for each in specific:
        yield Answer(
            result["EvalActionName"],
            each["EvalResourceName"],
            each["EvalResourceDecision"],
            tuple(each.get("MissingContextValues", ())) or missing,
        )
    if not specific:
        yield Answer(result["EvalActionName"], result.get("EvalResourceName", "*"), result["EvalDecision"], missing)


def principal_of(iam: Any, who: Account) -> str | None:
    """ARN that IAM judges *who* by; None for the root, who may do everything that no organization forbids."""
    kind, _, rest = who.arn.split(":", 5)[5].partition("/")
    if kind == "root":
        return None
    if kind != "assumed-role":
        return who.arn
    # A session is judged by its role. The path of the role is not part of the session's ARN; IAM knows it.
    return str(iam.get_role(RoleName=rest.split("/")[0])["Role"]["Arn"])
