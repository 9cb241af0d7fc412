"""The one way into LocalStack from outside: every request that comes over a socket is admitted here, or answered with why not.

Calls that LocalStack's services make of each other within the process do not come by.
"""

from __future__ import annotations

import json
import logging
import os
from html import escape
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.chain import HandlerChain
from localstack.aws.handlers import (
    serve_custom_service_request_handlers,
    serve_edge_router_rules,
    serve_localstack_resources,
)
from localstack.http import Request, Response
from localstack.services.internal import get_internal_apis
from localstack.utils.aws.request_context import extract_service_name_from_auth_header
from rolo.gateway import Gateway
from rolo.routing import RuleAdapter

from lakeloop_emulator import owner
from lakeloop_emulator.settings import GUARD, ORIGINS, STATE_FOLDER, TOKEN, listed
from localstack_plugin.admission import Refused, Rules, Way

LOG = logging.getLogger("localstack.request.guard")
_WAY = "lakeloop.way"
_WITHOUT_KEY = {"PostObject"}
"""Operations on an object of S3 whose key is in the form."""
_FOR_ANYBODY = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}
"""Operations that AWS's clients call before they have a key to sign with."""
_XML_BY_REST = {"s3", "route53", "cloudfront"}
"""Services whose errors are XML although their requests have paths."""


def rules() -> Rules | None:
    """The emulator's, by its environment; None if everything is to be let in."""
    if os.environ.get(GUARD) == "off":
        return None
    return Rules(frozenset(_ports()), _token(), frozenset(listed(os.environ.get(ORIGINS, ""))))


class Door(Gateway):  # type: ignore[misc]
    """LocalStack's gateway, for a web server."""

    def __init__(self, gateway: Gateway, rules: Rules) -> None:
        super().__init__()
        self._gateway, self._rules = gateway, rules
        handlers = gateway.request_handlers
        for past in (serve_localstack_resources, serve_edge_router_rules):
            handlers[handlers.index(past)] = _unless_unsigned(past)
        serve_custom_service_request_handlers.append(_limit)

    def process(self, request: Request, response: Response) -> None:
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        query = request.environ.get("QUERY_STRING", "")
        try:
            request.environ[_WAY] = self._rules.admit(request.method, request.path, query, headers)
        except Refused as refused:
            LOG.warning("Refused %s %s: %s", request.method, request.path[:80], refused)
            _refuse(request, response, str(refused))
            return
        self._gateway.process(request, response)
        if request.environ[_WAY] is Way.OPENED:
            # A page of a bucket's would be one of the emulator's own: it gets an origin of its own, and runs nothing.
            response.headers["Content-Security-Policy"] = "sandbox"


def tell_owner(rules: Rules | None) -> None:
    """Have the emulator answer whose it is (``lakeloop_emulator.owner``)."""
    state = os.environ.get(STATE_FOLDER, "")

    def answer(request: Request) -> dict[str, Any]:
        number = request.args.get(owner.NUMBER, "")[: owner.LONGEST]
        said = {
            "proof": owner.proof(_token(), config.LOCALSTACK_HOST.port, number),
            "guarded": rules is not None,
            "origins": sorted(rules.origins) if rules else [],
        }
        own = owner.asked_by_own_user(request.headers.get(owner.ASKING, ""), number)
        return {**said, "state": state} if own else said

    get_internal_apis().add(RuleAdapter(owner.PATH, answer, methods=["GET"]))


def _ports() -> set[int]:
    """The address that it listens on and, in a container, the port of the machine that leads there."""
    return {config.LOCALSTACK_HOST.port, *(address.port for address in config.GATEWAY_LISTEN)}


def _token() -> str:
    """The emulator's token; a LocalStack that was started in another way has none, and nobody knows an empty one."""
    if given := os.environ.get(TOKEN):
        return given
    return owner.token(Path(os.environ[STATE_FOLDER])) if STATE_FOLDER in os.environ else ""


def _unless_unsigned(handler: Any) -> Any:
    """*handler*, past which requests go that may reach S3's objects only: it would answer any of them by its path."""

    def handle(chain: HandlerChain, context: RequestContext, response: Response) -> None:
        if context.request.environ.get(_WAY) not in (Way.UNSIGNED, Way.OPENED):
            handler(chain, context, response)

    return handle


def _limit(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    """Part of the gateway's chain, after the request was parsed: of services, only what is signed gets all they have."""
    way = context.request.environ.get(_WAY, Way.SIGNED)  # those without came from within the process
    if way is Way.SIGNED or not context.service or not context.operation:
        return
    operation = context.operation.name
    about_object = context.service.service_name == "s3" and (
        "Key" in (context.service_request or {}) or operation in _WITHOUT_KEY
    )
    if way in (Way.UNSIGNED, Way.OPENED) and (about_object or operation in _FOR_ANYBODY):
        return
    LOG.warning("Refused %s.%s: it is not signed", context.service.service_name, operation)
    raise CommonServiceException(
        "AccessDenied",
        f"{operation} takes a request with AWS's Authorization header: without one, and with a signature in the URL or a "
        "form, objects of S3 can be reached and nothing else.",
        403,
        sender_fault=True,
    )


def _refuse(request: Request, response: Response, message: str) -> None:
    """Answer 403 in the words of the protocol that the client most likely speaks."""
    service = extract_service_name_from_auth_header(request.headers) or "s3"
    by_rest = request.path != "/" and service not in _XML_BY_REST
    response.status_code = 403
    response.headers["X-Content-Type-Options"] = "nosniff"
    if by_rest or "json" in request.headers.get("Content-Type", "") or "X-Amz-Target" in request.headers:
        response.headers["Content-Type"] = "application/json"
        response.headers["x-amzn-ErrorType"] = "AccessDeniedException"
        response.data = json.dumps({"__type": "AccessDeniedException", "message": message})
        return
    error = f"<Error><Code>AccessDenied</Code><Message>{escape(message)}</Message></Error>"
    response.headers["Content-Type"] = "text/xml"
    response.data = error if service in _XML_BY_REST else f"<ErrorResponse>{error}</ErrorResponse>"
