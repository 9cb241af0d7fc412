"""Definitions that AWS refuses for a transition that leads nowhere, in its words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_states import diagnose

END = {"Type": "Pass", "End": True}


def told(states: dict[str, Any], start: str = "A") -> list[str]:
    return [str(one) for one in diagnose(json.dumps({"StartAt": start, "States": states}))]


def test_the_case_that_aws_was_asked() -> None:
    """https://github.com/localstack/localstack/issues/11978"""
    assert told({"pass1": {"Type": "Pass", "Next": "pass3"}, "pass2": END}, "pass1") == [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next",
        'MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2',
    ]


def test_a_beginning_that_is_not_there() -> None:
    """https://github.com/aws-cloudformation/cfn-lint/issues/4074"""
    assert told({"Pass One": END}, "Not sure") == [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Not sure at /StartAt",
        'MISSING_TRANSITION_TARGET: State "Pass One" is not reachable. at /States/Pass One',
    ]


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"Type": "Choice", "Choices": [{"Next": "B"}, {"Next": "X"}], "Default": "B"}, "Choices[1]/Next"),
        ({"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "X"}, "Default"),
        ({"Type": "Task", "Catch": [{"Next": "X"}], "Next": "B"}, "Catch[0]/Next"),
    ],
)
def test_every_field_that_names_a_state(state: dict[str, Any], place: str) -> None:
    assert told({"A": state, "B": END}) == [f"MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/{place}"]


@pytest.mark.parametrize(
    ("around", "place"),
    [
        (
            lambda inner: {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": END}}, inner]},
            "Branches[1]",
        ),
        (lambda inner: {"Type": "Map", "ItemProcessor": inner}, "ItemProcessor"),
        (lambda inner: {"Type": "Map", "Iterator": inner}, "Iterator"),
    ],
)
def test_a_state_outside_is_none_inside(around: Any, place: str) -> None:
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "B"}}}
    assert told({"A": {**around(inner), "Next": "B"}, "B": END}) == [
        f"MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/{place}/States/I/Next"
    ]


def test_what_is_sound_and_what_is_a_single_state_has_no_fault() -> None:
    assert told({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 1, "Next": "A"}}) == []
    assert diagnose(json.dumps({"Type": "Pass", "Next": "elsewhere"})) == []
