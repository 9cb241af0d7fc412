"""Every call passes here once: it is written down, and refused where the caller may not and enforcement is on."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from local_iam import rules
from local_iam.athena import implied
from local_iam.enforcement import Enforcement
from local_iam.journal import Journal
from local_iam.keys import of_keys
from local_iam.permissions import Call, Permission, UnknownCall, required
from local_iam.principal import Principal
from local_iam.roles import later

LOG = logging.getLogger(__name__)


class Denied(Exception):
    """A call that its caller may not make; the text is AWS's."""

    def __init__(self, permission: Permission, message: str) -> None:
        self.permission, self.message = permission, message
        super().__init__(message)


class Guard:
    """Keeps *journal*; refuses if there is an *enforcement*."""

    def __init__(self, journal: Journal, enforcement: Enforcement | None = None) -> None:
        self.journal, self.enforcement = journal, enforcement

    def pass_(self, principal: Principal, call: Call, query: Mapping[str, str] | None = None) -> None:
        """Note that *principal* makes *call*; for *query* (its ``id`` and ``sql``) if Athena makes it.

        Raises:
            Denied: enforcement is on, and the principal may not, or what the call needs is not known.
        """
        if self.enforcement:
            self._pass(principal, call, query)
        else:
            # Without what is carried, and apart from the members, which may be changed by whoever carries the call out.
            kept = replace(call, parameters=_light(call.parameters))
            self.journal.later(partial(self._pass, principal, kept, query))

    def _pass(self, principal: Principal, call: Call, query: Mapping[str, str] | None) -> None:
        try:
            needed: list[tuple[Permission, str]] = [(permission, "") for permission in required(call)]
        except UnknownCall as unknown:
            self._note(principal, call, query, unknown=str(unknown))
            if self.enforcement and principal.role:
                raise Denied(
                    Permission(str(call), "*"), f"local IAM cannot tell what this call needs: {unknown}"
                ) from unknown
            return
        needed += of_keys(call)
        if query:
            needed += implied([permission for permission, _ in needed], query["sql"])
        self._check(principal, call, needed, query)
        for role, permission, source in later(call):
            account, _, name = role.removeprefix("arn:aws:iam::").partition(":role/")
            session = Principal.session(account, name.rsplit("/", 1)[-1], call.prefix)
            self._note(session, call, query, permission=permission, source=source)

    def _check(
        self,
        principal: Principal,
        call: Call,
        needed: Iterable[tuple[Permission, str]],
        query: Mapping[str, str] | None,
    ) -> None:
        for permission, source in needed:
            refusal = self.enforcement.refusal(principal, permission) if self.enforcement else None
            self._note(principal, call, query, permission=permission, source=source, denied=bool(refusal))
            if refusal:
                LOG.info("denied: %s", refusal)
                raise Denied(permission, refusal)

    def _note(
        self,
        principal: Principal,
        call: Call,
        query: Mapping[str, str] | None,
        *,
        permission: Permission | None = None,
        **more: Any,
    ) -> None:
        about = (
            {"action": permission.action, "resource": permission.resource, "context": dict(permission.context)}
            if permission
            else {}
        )
        self.journal.write(by=principal.arn, call=str(call), **about, cause=query, **more)


def _light(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _light(value) if isinstance(value, Mapping) else value
        for name, value in members.items()
        if name not in rules.CONTENTS
    }
