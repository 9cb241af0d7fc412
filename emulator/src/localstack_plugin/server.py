"""LocalStack's web server, except that it listens where it is told to, admits requests, and gives Athena a way of its own.

LocalStack's server ignores the host in ``GATEWAY_LISTEN`` and listens on every interface. A client of Athena's that
LocalStack's handlers have seen once goes straight to the library from then on (``shortcuts.athena_channel``); what
only they know (accounts and regions by credentials, CORS) stays with them. Either way a request is admitted first
(``localstack_plugin.admission``).
"""

from __future__ import annotations

import logging
import os
from typing import Any

from localstack import config
from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from localstack.runtime.server.twisted import TwistedRuntimeServer
from localstack.utils.aws import aws_stack
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import endpoints, reactor, ssl
from twisted.python.failure import Failure
from twisted.web.http import _GenericHTTPChannelProtocol

from local_athena.api import Identity
from local_iam.principal import Principal
from localstack_plugin import door
from localstack_plugin.iam import GuardedAthena
from localstack_plugin.shortcuts.athena_channel import AthenaChannel, Client

LOG = logging.getLogger(__name__)
_CLIENTS = 1000


class Plugin(RuntimeServerPlugin):
    """The entry point behind ``GATEWAY_SERVER=lakeloop``."""

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
        # Its own calls of S3 take this machine's name, not one that somebody's name server decides upon.
        aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False
        rules = door.rules()
        door.tell_owner(rules)
        site = TwistedGateway(door.Door(gateway, rules) if rules else gateway)
        site.protocol = lambda: _GenericHTTPChannelProtocol(AthenaChannel(self.client, rules))
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
            endpoint(reactor, address.port, interface=address.host).listen(factory).addErrback(_end)

    def learn(self, authorization: str, principal: Principal, identity: Identity) -> None:
        """LocalStack's handlers found out whose requests are signed by *authorization*."""
        if len(self._clients) < _CLIENTS:
            self._clients[_scope(authorization)] = principal, identity

    def client(self, authorization: str) -> Client | None:
        """The client that signs with *authorization*; None if it has not been seen before."""
        known = self._clients.get(_scope(authorization)) if authorization else None
        return Client(self.athena, *known) if known and self.athena else None


def _end(failure: Failure) -> None:
    """End the process, which LocalStack would leave running, and ready, without a port."""
    LOG.critical("Nothing can be served: %s", failure.getErrorMessage())
    os._exit(1)


def _scope(authorization: str) -> str:
    """The part of a signature that is the same in all of a client's requests of one day."""
    return authorization.partition(",")[0]
