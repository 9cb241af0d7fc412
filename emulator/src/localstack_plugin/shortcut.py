"""Athena's requests past LocalStack's chain of handlers.

The chain has some thirty handlers that find out which service a request is for, parse it by the service's model and
serialize the answer by it; that takes 2 ms of CPU, as long as a small query. A client that the chain has seen once comes
straight to the library from then on. What only the chain knows (accounts and regions by credentials, CORS, presigned
URLs) stays with it.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.chain import HandlerChain
from localstack.http import Request, Response

from local_athena.api import Identity, LocalAthena
from local_athena.api.errors import ApiError
from local_athena.api.wire import CONTENT_TYPE, encode

LOG = logging.getLogger("localstack.request.athena")
_TARGET = "AmazonAthena."
_KNOWN = 1000


class Shortcut:
    """The first handler of LocalStack's chain."""

    def __init__(self, athena: LocalAthena) -> None:
        self._athena = athena
        self._identities: dict[str, Identity] = {}

    def learn(self, request: Request, identity: Identity) -> None:
        """Remember for whom *request* was, as the chain has told."""
        scope = _scope(request)
        if scope and len(self._identities) < _KNOWN:
            self._identities[scope] = identity

    def __call__(self, chain: HandlerChain, context: RequestContext, response: Response) -> None:
        """Answer and end the chain, or leave the request to it."""
        request = context.request
        target = request.headers.get("X-Amz-Target", "")
        identity = self._identities.get(_scope(request)) if target.startswith(_TARGET) else None
        if identity is None:
            return
        operation = target.removeprefix(_TARGET)
        try:
            answer: dict[str, Any] = self._athena.call(operation, json.loads(request.get_data()), identity)
        except ApiError as error:
            response.status_code = error.status
            response.headers["X-Amzn-Errortype"] = error.code
            answer = {"__type": error.code, "message": error.message, **error.fields}
        except ValueError:
            return  # no JSON: the chain has the words for it
        response.set_data(encode(answer))
        response.headers["Content-Type"] = CONTENT_TYPE
        response.headers["x-amzn-RequestId"] = context.request_id
        LOG.info("AWS athena.%s => %d", operation, response.status_code)
        chain.terminate()


def _scope(request: Request) -> str:
    """Who asks and where: the part of a signature that is the same in all of a client's requests of a day."""
    if "Origin" in request.headers or "Content-Encoding" in request.headers:
        return ""  # a browser's, which CORS concerns; or one that must be decoded first
    return request.headers.get("Authorization", "").partition(",")[0]
