"""Calls refused as IAM refuses them, by the same simulator that proves the policies.

What is evaluated are a role's own policies and its permissions boundary. Resource policies, the trust of a role and the
session policies of an AssumeRole are not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from local_iam.context import keys
from local_iam.permissions import Permission
from local_iam.principal import Principal
from local_iam.simulator import Policies, Simulator, Verdict


class Enforcement:
    """Decides by the policies that *policies_of* finds for a role's name; what was decided is remembered until ``forget``."""

    def __init__(self, simulator: Simulator, policies_of: Callable[[str], Policies]) -> None:
        self._simulator, self._policies_of = simulator, policies_of
        self._lock = threading.RLock()
        self._defined: dict[str, Policies] = {}
        self._decided: dict[tuple[str, str, str, str], str | None] = {}

    def forget(self) -> None:
        """Policies may have changed."""
        with self._lock:
            self._defined.clear()
            self._decided.clear()

    def refusal(self, principal: Principal, permission: Permission) -> str | None:
        """Why *principal* may not, in AWS's words; None if it may. A principal without a role is the account: it may.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        role = principal.role
        if role is None:
            return None
        asked = (principal.arn, permission.action, permission.resource, _text(permission.context))
        with self._lock:
            if asked in self._decided:
                return self._decided[asked]
            if role not in self._defined:
                self._defined[role] = self._policies_of(role)
                self._simulator.define(role, self._defined[role])
            full = Permission(permission.action, permission.resource, keys(principal, permission.context))
            verdict = self._simulator.evaluate(role, principal.arn, principal.account, full)
            said = None if verdict.allowed else message(principal, permission, verdict, self._defined[role])
            self._decided[asked] = said
            return said


def message(principal: Principal, permission: Permission, verdict: Verdict, policies: Policies) -> str:
    """AWS's words for a permission that is missing or denied."""
    action = permission.action
    quoted = f'"{permission.resource}"' if action.startswith("s3:") else permission.resource
    reason = f"because no identity-based policy allows the {action} action"
    if verdict.result == "ExplicitlyDenied":
        reason = "with an explicit deny in an identity-based policy"
    elif policies.boundary and verdict.statements:
        reason = f"because no permissions boundary allows the {action} action"
    return f"User: {principal.arn} is not authorized to perform: {action} on resource: {quoted} {reason}"


def _text(context: Mapping[str, Any]) -> str:
    return json.dumps(context, sort_keys=True)
