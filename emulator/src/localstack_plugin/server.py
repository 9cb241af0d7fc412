"""LocalStack's web server, with two differences: it listens where it is told to, and Athena has a way of its own.

LocalStack's server ignores the host in ``GATEWAY_LISTEN`` and listens on every interface.

A request takes LocalStack some 4 ms of CPU besides what it asks for: WSGI, and some thirty handlers that find out which
service it is for, parse it by the service's model and serialize the answer by it. A query is three requests. So a client
of Athena's that LocalStack's handlers have seen once goes straight to the library from then on. What only they know
(accounts and regions by credentials, CORS) stays with them.
"""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from localstack import config
from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import endpoints, reactor, ssl
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request

from local_athena.api import Identity
from local_athena.api.errors import ApiError
from local_athena.api.wire import CONTENT_TYPE, encode
from local_iam.principal import Principal
from localstack_plugin.iam import GuardedAthena

LOG = logging.getLogger("localstack.request.athena")
_TARGET = "AmazonAthena."
_CLIENTS = 1000


class Plugin(RuntimeServerPlugin):
    """What ``GATEWAY_SERVER=lakeloop`` chooses."""

    name = "lakeloop"

    def load(self, *args: Any, **kwargs: Any) -> RuntimeServer:
        return Server()


class Server(TwistedRuntimeServer):
    """LocalStack's server on Twisted. ``athena`` is set as soon as there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.athena: GuardedAthena | None = None
        self._clients: dict[str, tuple[Principal, Identity]] = {}

    def register(
        self, gateway: Gateway, listen: list[config.HostAndPort], ssl_creds: tuple[str, str] | None = None
    ) -> None:
        site = TwistedGateway(gateway)
        site.resource = _Entrance(site.resource, self)
        # Nobody reads Twisted's access log, and the forms of a request are parsed behind WSGI.
        site.log = lambda request: None
        site._parsePOSTFormSubmission = False
        factory = site
        if ssl_creds:
            certificate, key = ssl_creds
            context = ssl.DefaultOpenSSLContextFactory(key, certificate)
            context.getContext().use_certificate_chain_file(certificate)
            factory = TLSMultiplexerFactory(context, False, site)
        for address in listen:
            six = config.is_ipv6_address(address.host)
            endpoint = endpoints.TCP6ServerEndpoint if six else endpoints.TCP4ServerEndpoint
            endpoint(reactor, address.port, interface=address.host).listen(factory)

    def learn(self, authorization: str, principal: Principal, identity: Identity) -> None:
        """LocalStack's handlers found out whose requests are signed by *authorization*."""
        if len(self._clients) < _CLIENTS:
            self._clients[_scope(authorization)] = principal, identity

    def client(self, authorization: str) -> tuple[Principal, Identity] | None:
        """Whose requests are signed by *authorization*, if that is known."""
        return self._clients.get(_scope(authorization)) if authorization else None


class _Entrance(Resource):
    """Takes Athena's requests out, and hands everything else on."""

    isLeaf = True  # noqa: N815 (Twisted's name)

    def __init__(self, beyond: Resource, server: Server) -> None:
        super().__init__()
        self._beyond, self._server = beyond, server

    def render(self, request: Request) -> Any:
        target = request.getHeader("x-amz-target") or ""
        athena = self._server.athena
        if athena is None or not target.startswith(_TARGET) or _unusual(request):
            return self._beyond.render(request)
        client = self._server.client(request.getHeader("authorization") or "")
        if client is None:
            return self._beyond.render(request)
        try:
            asked = json.load(request.content)
        except ValueError:
            request.content.seek(0)
            return self._beyond.render(request)
        reactor.callInThread(_answer, request, athena, target.removeprefix(_TARGET), asked, *client)
        return NOT_DONE_YET


def _unusual(request: Request) -> bool:
    """A browser's request, which CORS concerns, or one that has to be decoded."""
    return any(request.getHeader(name) for name in ("origin", "content-encoding"))


def _answer(
    request: Request,
    athena: GuardedAthena,
    operation: str,
    asked: dict[str, Any],
    principal: Principal,
    identity: Identity,
) -> None:
    status, body = 200, b""
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
    try:
        body = encode(athena.call_as(principal, operation, asked, identity))
        LOG.info("AWS athena.%s => %d", operation, status)
    except ApiError as error:
        status, headers["X-Amzn-Errortype"] = error.status, error.code
        body = encode({"__type": error.code, "Message": error.message, **error.fields})
        LOG.info("AWS athena.%s => %d (%s)", operation, status, error.code)
    except Exception:
        status = 500
        LOG.exception("AWS athena.%s could not be answered", operation)
    reactor.callFromThread(_send, request, status, headers, body)


def _send(request: Request, status: int, headers: dict[str, str], body: bytes) -> None:
    if request._disconnected:  # the client did not wait
        return
    request.setResponseCode(status)
    for name, value in (*headers.items(), ("Content-Length", str(len(body)))):
        request.setHeader(name, value)
    request.write(body)
    request.finish()


def _scope(authorization: str) -> str:
    """The part of a signature that is the same in all of a client's requests of one day."""
    return authorization.partition(",")[0]
