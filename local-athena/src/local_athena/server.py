"""The API over HTTP, in AWS's JSON 1.1 protocol: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html

The standard library's server is enough: one thread a connection, kept alive, on loopback only. Signatures are not
checked; the region and, if it has twelve digits, the account are taken from the signature's credential.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from local_athena.api import Identity, LocalAthena
from local_athena.api.errors import ApiError, InvalidRequestException
from local_athena.api.wire import CONTENT_TYPE, encode

LOG = logging.getLogger(__name__)
HOST = "127.0.0.1"
_TARGET_PREFIX = "AmazonAthena."
_CREDENTIAL = re.compile(r"Credential=([^/\s]+)/\d+/([^/\s]+)/")
_PAGES = frozenset({"origin", "referer", "sec-fetch-site"})
"""Headers of web pages' requests."""
_ACCOUNT = re.compile(r"\d{12}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "local-athena"
    athena: ClassVar[LocalAthena]
    wbufsize = -1  # headers and body leave in one packet

    def parse_request(self) -> bool:
        """Let in who calls this address, which a name that was pointed at it is not, and no web page."""
        if not super().parse_request():
            return False
        address: Any = self.server.server_address
        port = address[1]
        own = self.headers.get("Host") in (f"{HOST}:{port}", f"localhost:{port}")
        if own and _PAGES.isdisjoint(map(str.lower, self.headers)):
            return True
        self.send_error(403, f"Call {HOST}:{port} or localhost:{port}, and not from a web page")
        return False

    def do_GET(self) -> None:
        """Health: answers as soon as the server is up."""
        self._answer(200 if self.path == "/health" else 404, {"status": "running"} if self.path == "/health" else {})

    def do_POST(self) -> None:
        """One operation."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            target = self.headers.get("X-Amz-Target", "")
            if not target.startswith(_TARGET_PREFIX):
                raise InvalidRequestException(f"X-Amz-Target '{target}' is not an operation of Athena's")
            request = json.loads(body or b"{}")
            answer = self.athena.call(target.removeprefix(_TARGET_PREFIX), request, self._identity())
            self._answer(200, answer)
        except ApiError as error:
            self._answer(error.status, {"__type": error.code, "Message": error.message, **error.fields})
        except json.JSONDecodeError as error:
            self._answer(400, {"__type": "SerializationException", "Message": f"the request is not JSON: {error}"})

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are of interest to who debugs only."""
        LOG.debug(format, *args)

    def _identity(self) -> Identity:
        match = _CREDENTIAL.search(self.headers.get("Authorization", ""))
        if match is None:
            return Identity()
        account = match[1] if _ACCOUNT.fullmatch(match[1]) else Identity.account_id
        return Identity(account, match[2])

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = encode(body)
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1; port 0 takes any free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, athena: LocalAthena, port: int) -> None:
        handler = type("Handler", (_Handler,), {"athena": athena})
        super().__init__((HOST, port), handler)

    @property
    def url(self) -> str:
        """The address it listens on."""
        return f"http://{HOST}:{self.server_address[1]}"

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; small answers are not to wait for acknowledgements."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address
