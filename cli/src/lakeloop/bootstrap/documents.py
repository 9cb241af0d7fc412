"""Documents of managed policies: what a role may do in as few of them as IAM's quotas ask for.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 6,144 characters a document, ten documents a role
unless its account asked for more, one permissions boundary.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

type Statement = Mapping[str, Any]

LARGEST = 6144
MOST = 10
_VERSION = "2012-10-17"


def document(statements: Sequence[Statement]) -> dict[str, Any]:
    """The policy of *statements*."""
    return {"Version": _VERSION, "Statement": [*statements]}


def size(policy: Mapping[str, Any]) -> int:
    """Characters of a *policy*, as IAM counts and bootstrap sends them: without white space."""
    return len(json.dumps(policy, separators=(",", ":")))


def packed(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """All *statements*, in their order, in documents that are full before the next one begins.

    A statement that is too large for any is alone in its document: ``size`` tells.
    """
    filled: list[list[Statement]] = []
    for statement in statements:
        if filled and size(document([*filled[-1], statement])) <= LARGEST:
            filled[-1].append(statement)
        else:
            filled.append([statement])
    return [document(each) for each in filled]


def dense(statements: Iterable[Statement]) -> dict[str, Any]:
    """One document that allows exactly what *statements* do, in as few of them as there can be, without names.

    An action of one service is about resources of that service alone, so statements about different services are one statement:
    the lists of both.
    """
    layers: list[dict[str, tuple[set[str], set[str]]]] = []
    for service, actions, resources in _joined(statements):
        layer = next((each for each in layers if service not in each and ("*" in each) == (service == "*")), None)
        if layer is None:
            layers.append(layer := {})
        layer[service] = (actions, resources)
    return document(
        [
            {
                "Effect": "Allow",
                "Action": sorted(action for actions, _ in layer.values() for action in actions),
                "Resource": sorted(resource for _, resources in layer.values() for resource in resources),
            }
            for layer in layers
        ]
    )


def _joined(statements: Iterable[Statement]) -> Iterator[tuple[str, set[str], set[str]]]:
    """Service (``*``: of any), actions and resources: those about the same resources are one, and those of the same actions."""
    actions: dict[frozenset[str], set[str]] = {}
    for each in statements:
        if set(each) - {"Sid", "Effect", "Action", "Resource"} or each["Effect"] != "Allow":
            raise ValueError(f"Only what allows without a condition can be joined: {each}")
        actions.setdefault(frozenset(each["Resource"]), set()).update(each["Action"])
    resources: dict[tuple[str, frozenset[str]], set[str]] = {}
    for place, named in actions.items():
        resources.setdefault((_service(named, place), frozenset(named)), set()).update(place)
    for (service, named_), places in resources.items():
        yield service, set(named_), places


def _service(actions: Iterable[str], resources: Iterable[str]) -> str:
    """The one service of *actions* and *resources*. Raises ``ValueError`` if there are several: joined, they would allow more."""
    if set(resources) == {"*"}:
        return "*"
    services = {action.partition(":")[0] for action in actions} | {
        each.split(":")[2] for each in resources if each != "*"
    }
    if len(services) != 1 or "*" in resources:
        raise ValueError(f"A statement of the boundary is about one service: {sorted(services)}")
    return services.pop()
