"""The API over HTTP, beside any S3 and Glue.

The standard library's server is enough: one thread a connection, kept alive, on loopback only.
"""

from __future__ import annotations

import logging
import socket
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from local_athena import front
from local_athena.api import LocalAthena
from local_athena.api.wire import CONTENT_TYPE, encode
from local_athena.front import HOST

LOG = logging.getLogger(__name__)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "local-athena"
    athena: ClassVar[LocalAthena]
    wbufsize = -1  # headers and body leave in one packet

    def parse_request(self) -> bool:
        """Let in who calls this address, and no web page."""
        if not super().parse_request():
            return False
        address: Any = self.server.server_address
        reason = front.refused(self.headers.get("Host"), self.headers, address[1])
        if reason is not None:
            self.send_error(403, reason)
        return reason is None

    def do_GET(self) -> None:
        """Health: answers as soon as the server is up."""
        up = self.path == "/health"
        self._answer(200 if up else 404, encode({"status": "running"} if up else {}))

    def do_POST(self) -> None:
        """One operation."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target, authorization = (self.headers.get(name, "") for name in ("X-Amz-Target", "Authorization"))
        self._answer(*front.answer(self.athena, target, authorization, body))

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are of interest to who debugs only."""
        LOG.debug(format, *args)

    def _answer(self, status: int, data: bytes) -> None:
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
