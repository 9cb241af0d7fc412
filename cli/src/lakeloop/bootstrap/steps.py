"""A step of bootstrap: something that has to be there, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Step:
    """One thing. Each of its functions may be called again and again, in whatever state a run before it left the thing.

    ``exists`` says whether it is there as it should be; ``create`` makes it so, whatever is there; ``remove`` takes it
    away and says what it did not do, if there is a reason (None: it is gone). ``needs`` are the IAM actions of both.
    """

    name: str
    exists: Callable[[], bool]
    create: Callable[[], object]
    remove: Callable[[], str | None]
    needs: tuple[str, ...] = ()


def found(call: Callable[..., Any], absent: Collection[str], **arguments: Any) -> dict[str, Any] | None:
    """Answer of an AWS *call*; None if its error is one of the codes *absent*. Other errors are raised."""
    try:
        answer: dict[str, Any] = call(**arguments)
    except ClientError as error:
        if error.response["Error"].get("Code") in absent:
            return None
        raise
    return answer
