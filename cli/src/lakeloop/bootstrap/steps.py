"""A step of bootstrap: something that has to be there, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


class LeftOut(str):
    """Reason that a step cannot be done here, and what that means. Bootstrap says it and goes on."""


@dataclass(frozen=True)
class Need:
    """IAM ``actions`` on one resource, an ARN or ``*``."""

    resource: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One thing. Each of its functions may be called again and again, in whatever state a run before it left the thing.

    ``exists`` says whether it is there as it should be; ``create`` makes it so, whatever is there, and answers a text if
    there is something to say: ``LeftOut`` if it could not, any other about what it changed. ``remove`` takes it away and says
    what it did not do, if there is a reason (None: it is gone). ``needs`` are the permissions of both.
    """

    name: str
    exists: Callable[[], bool]
    create: Callable[[], object]
    remove: Callable[[], str | None]
    needs: tuple[Need, ...] = ()


def found(call: Callable[..., Any], absent: Collection[str], **arguments: Any) -> dict[str, Any] | None:
    """Answer of an AWS *call*; None if its error is one of the codes *absent*. Other errors are raised."""
    try:
        answer: dict[str, Any] = call(**arguments)
    except ClientError as error:
        if error.response["Error"].get("Code") in absent:
            return None
        raise
    return answer
