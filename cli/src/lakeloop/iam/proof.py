"""The proof for one role: each permission that its calls needed, evaluated against its policies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop.errors import UserError
from lakeloop.iam.calls import Use
from lakeloop.iam.policies import Policies

# Sids of terraform/modules/runner/policy_sources.tf.
_OF_OTHERS = "Source"


@dataclass(frozen=True)
class Statement:
    """A statement of a policy, or of some of its actions, that no call used."""

    policy: str
    sid: str
    actions: tuple[str, ...] = ()


@dataclass
class Proof:
    """Findings about a role: ``denied`` with IAM's answer, ``unknown`` calls, and what nothing ``used``."""

    role: str
    permissions: int = 0
    denied: list[tuple[Use, str]] = field(default_factory=list)
    unknown: list[Use] = field(default_factory=list)
    unused: list[Statement] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return bool(self.permissions) and not (self.denied or self.unknown or self.unused)


def prove(role: str, policies: Policies, uses: Sequence[Use], emulator: Path) -> Proof:
    """Evaluate the *uses* of *role* against *policies*. *emulator* is the folder of the emulator's project.

    Raises:
        UserError: the evaluator cannot be had, or a policy is not one.
    """
    own = {use.question: use for use in uses if use.role == role and not use.unknown}
    proof = Proof(role, len(own), unknown=[use for use in uses if use.role == role and use.unknown])
    used: set[tuple[str, str, str]] = set()
    for use, verdict in zip(own.values(), _evaluate(policies, [*own.values()], emulator), strict=True):
        if "error" in verdict:
            raise UserError(f"The policies of {role} cannot be evaluated: {verdict['error']}")
        if verdict["result"] != "Allowed":
            proof.denied.append((use, verdict["result"]))
        used |= {
            (found["policy"], found["statement"], action)
            for found in verdict["statements"]
            for action in found["actions"]
        }
    proof.unused = list(_unused(policies.identity, used))
    return proof


def _unused(policies: Mapping[str, Any], used: set[tuple[str, str, str]]) -> Iterator[Statement]:
    """Statements that allow what nothing asked for. A Deny is there to be of no use.

    Of a statement about tables of others, one call suffices: which of them read a table depends on whether it has partitions.
    """
    for name, document in policies.items():
        for position, statement in enumerate(_list(document["Statement"]), start=1):
            if statement["Effect"] != "Allow":
                continue
            sid = statement.get("Sid") or str(position)
            actions = _list(statement.get("Action", statement.get("NotAction")))
            idle = tuple(action for action in actions if (name, sid, action) not in used)
            if len(idle) == len(actions):
                yield Statement(name, sid)
            elif idle and not sid.startswith(_OF_OTHERS):
                yield Statement(name, sid, idle)


def _evaluate(policies: Policies, uses: Sequence[Use], emulator: Path) -> list[dict[str, Any]]:
    """IAM's answers, in order, of the evaluator that the emulator enforces with."""
    lines: list[dict[str, Any]] = [{"identity": policies.identity, "boundary": policies.boundary}]
    lines += [{"by": use.by, "action": use.action, "resource": use.resource, "context": use.context} for use in uses]
    done = subprocess.run(
        [sys.executable, "-m", "local_iam"],
        input="".join(json.dumps(line) + "\n" for line in lines),
        env=_environment(emulator),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UserError(f"The policies cannot be evaluated: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _environment(emulator: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(emulator / "src")}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
