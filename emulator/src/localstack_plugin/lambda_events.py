"""Checks of Lambda's that reject an event before a function sees it, and that LocalStack lacks.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import io
import json
from typing import IO, Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import (
    InvalidRequestContentException,
    InvocationResponse,
    RequestTooLargeException,
)
from localstack.services.lambda_.provider import LambdaProvider

MAX_BYTES = {"RequestResponse": 6 * 1024 * 1024, "Event": 1024 * 1024}
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class CheckedEvents(LambdaProvider):  # type: ignore[misc]
    """Events are JSON, and not too large."""

    def invoke(
        self,
        context: RequestContext,
        function_name: str,
        invocation_type: str | None = None,
        payload: IO[bytes] | None = None,
        **kwargs: Any,
    ) -> InvocationResponse:
        event = payload.read() if payload else b""
        check(event, invocation_type or "RequestResponse")
        return super().invoke(
            context, function_name, invocation_type, payload=io.BytesIO(event) if event else None, **kwargs
        )


def check(event: bytes, invocation_type: str) -> None:
    """Raise what Lambda answers to an event that it does not take."""
    limit = MAX_BYTES.get(invocation_type)
    if limit and len(event) > limit:
        raise RequestTooLargeException(
            f"{len(event)} byte payload is too large for the {invocation_type} invocation type (limit {limit} bytes)"
        )
    try:
        if event:
            json.loads(event)
    except ValueError as error:
        raise InvalidRequestContentException(
            f"Could not parse request body into json: Could not parse payload into json: {error}"
        ) from error
