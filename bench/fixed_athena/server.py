"""The four services behind one HTTP port, and how often each operation was called."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from . import ACCOUNT
from .athena import Athena
from .glue import Catalog, Refused
from .s3 import Objects, Response

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_IDENTITY = (
    f"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{ACCOUNT}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Services:
    """Everything that the server holds."""

    def __init__(self, seconds: float) -> None:
        self._catalog = Catalog()
        self._athena = Athena(self._catalog, seconds)
        self._objects = Objects()
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Response:
        if url.startswith("/_"):
            return self._own(url)
        if target := headers.get("x-amz-target"):
            return self._json(target, body)
        if method == "POST" and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            self._count("sts.GetCallerIdentity")
            return Response(body=_IDENTITY.encode())
        operation, response = self._objects.answer(method, url, headers, body)
        self._count(f"s3.{operation}")
        return response

    def _json(self, target: str, body: bytes) -> Response:
        """AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html"""
        name, _, operation = target.partition(".")
        service: Any = self._athena if name == "AmazonAthena" else self._catalog
        self._count(f"{'athena' if service is self._athena else 'glue'}.{operation}")
        does = getattr(service, _CAPITAL.sub("_", operation).lower(), None)
        try:
            if does is None:
                raise Refused("UnknownOperationException", f"{target}: no bench has needed it; see bench/fixed_athena")
            return Response(body=json.dumps(does(json.loads(body or b"{}"))).encode())
        except Refused as refused:
            return Response(400, json.dumps({"__type": refused.code, "message": str(refused)}).encode())

    def _own(self, url: str) -> Response:
        if url == "/_reset":
            for part in (self._catalog, self._athena, self._objects):
                part.reset()
            self._calls.clear()
        content: Any = {"/_calls": self._calls, "/_queries": self._athena.submitted()}.get(url, {})
        return Response(body=json.dumps(content).encode())

    def _count(self, call: str) -> None:
        with self._lock:
            self._calls[call] += 1


def make(port: int, seconds: float) -> ThreadingHTTPServer:
    """A server on *port* of loopback (0: any free one), whose queries take *seconds*."""
    services = Services(seconds)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer, sent at once.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            response = services.answer(self.command, self.path, headers, body)
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - names of the base class

        def handle_expect_100(self) -> bool:
            """botocore waits a second for the interim answer to a PUT, which would stay in the buffer."""
            super().handle_expect_100()
            self.wfile.flush()
            return True

        def log_message(self, format: str, *args: Any) -> None:
            """A bench reads calls, not a log."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server
