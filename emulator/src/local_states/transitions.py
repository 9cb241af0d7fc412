"""Transitions of a state machine that lead nowhere, and states that none leads to, in AWS's words.

What AWS says of them: https://github.com/localstack/localstack/issues/11978,
https://github.com/aws-cloudformation/cfn-lint/issues/4074; whichever field names the state, it says ``Next``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_CODE = "MISSING_TRANSITION_TARGET"


@dataclass(frozen=True)
class Diagnostic:
    """A fault, as ValidateStateMachineDefinition tells it."""

    message: str
    location: str
    code: str = _CODE

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location}"


def diagnose(definition: str) -> list[Diagnostic]:
    """The faults of a *definition* that is Amazon States Language otherwise; a single state, as TestState takes it, has none."""
    content = json.loads(definition)
    return list(_machine(content, "")) if isinstance(content, dict) else []


def _machine(machine: Mapping[str, Any], place: str) -> Iterator[Diagnostic]:
    states = machine.get("States")
    if not isinstance(states, dict):
        return
    names = {name: list(_named(state, f"{place}/States/{name}")) for name, state in states.items()}
    start = [(str(machine.get("StartAt")), f"{place}/StartAt")]
    for target, location in (pair for pairs in (start, *names.values()) for pair in pairs):
        if target not in states:
            yield Diagnostic(f"Missing 'Next' target: {target}", location)
    reached, waiting = set(), [target for target, _ in start]
    while waiting:
        name = waiting.pop()
        if name in states and name not in reached:
            reached.add(name)
            waiting += [target for target, _ in names[name]]
    for name in states:
        if name not in reached:
            yield Diagnostic(f'State "{name}" is not reachable.', f"{place}/States/{name}")
    for name, state in states.items():
        for inner, location in _inner(state, f"{place}/States/{name}"):
            yield from _machine(inner, location)


def _named(state: Any, place: str) -> Iterator[tuple[str, str]]:
    """States that *state* goes on to, each with the place that names it."""
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        if isinstance(state.get(field), str):
            yield state[field], f"{place}/{field}"
    for field in ("Choices", "Catch"):
        for number, rule in enumerate(state.get(field) or ()):
            if isinstance(rule, dict) and isinstance(rule.get("Next"), str):
                yield rule["Next"], f"{place}/{field}[{number}]/Next"


def _inner(state: Any, place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """State machines inside *state*: Parallel's branches, Map's processor."""
    if not isinstance(state, dict):
        return
    for number, branch in enumerate(state.get("Branches") or ()):
        if isinstance(branch, dict):
            yield branch, f"{place}/Branches[{number}]"
    for field in ("Iterator", "ItemProcessor"):
        if isinstance(state.get(field), dict):
            yield state[field], f"{place}/{field}"
