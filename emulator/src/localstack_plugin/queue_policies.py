"""Policies of queues, as far as they let a service in: LocalStack asks none, and a queue without one would get nothing on AWS.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from localstack.services.sqs.models import sqs_stores
from localstack.utils.aws.arns import parse_arn

_ACTIONS = ("*", "sqs:*", "sqs:sendmessage")
_LIKE = ("ArnLike", "StringLike", "ArnEquals")


def lets_in(queue: str, service: str, source: str, account: str) -> bool:
    """Whether *service* may send to the *queue* for the resource *source* of *account*; a queue that is not there refuses nobody.

    Conditions on other keys than the source's ARN and account are taken to hold.
    """
    parts = parse_arn(queue)
    found = sqs_stores[parts["account"]][parts["region"]].queues.get(parts["resource"])
    if found is None:
        return True
    told = {"aws:sourcearn": source, "aws:sourceaccount": account}
    allowed = False
    for statement in _list(json.loads(found.attributes.get("Policy") or "{}").get("Statement")):
        if _is_about(statement, service) and _holds(statement.get("Condition") or {}, told):
            if statement.get("Effect") == "Deny":
                return False
            allowed = True
    return allowed


def _is_about(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    named = principal == "*" or (
        isinstance(principal, dict)
        and (service in _list(principal.get("Service")) or "*" in _list(principal.get("AWS")))
    )
    return named and any(action.lower() in _ACTIONS for action in _list(statement.get("Action")))


def _holds(condition: Mapping[str, Mapping[str, Any]], told: Mapping[str, str]) -> bool:
    for operator, keys in condition.items():
        if operator == "Bool" and _list(keys.get("aws:SecureTransport")) in (["false"], [False]):
            return False  # EventBridge comes over TLS
        for key, wanted in keys.items():
            value = told.get(key.lower())
            if value is None:
                continue
            if operator in _LIKE and not any(fnmatch.fnmatchcase(value, one) for one in _list(wanted)):
                return False
            if operator == "StringEquals" and value not in _list(wanted):
                return False
    return True


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
