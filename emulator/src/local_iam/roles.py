"""Calls that a service makes later with the role it is given, and that its stand-in in the emulator leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from local_iam.permissions import Call, Permission


@dataclass(frozen=True)
class Later:
    """*actions* on everything, by the role in member ``role``, if the call has member ``when``."""

    role: str
    when: str
    actions: tuple[str, ...]
    source: str


_LOG_DELIVERY = Later(
    "roleArn",
    "loggingConfiguration",
    (
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ),
    "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
)
LATER = {"states:CreateStateMachine": _LOG_DELIVERY, "states:UpdateStateMachine": _LOG_DELIVERY}


def later(call: Call) -> Iterator[tuple[str, Permission, str]]:
    """Role's ARN, permission and source of what *call* sets up."""
    found = LATER.get(str(call))
    if found and call.parameters.get(found.when) and (role := call.parameters.get(found.role)):
        yield from ((str(role), Permission(action, "*"), found.source) for action in found.actions)
