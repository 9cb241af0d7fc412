"""The Lambda Runtime API, through which the runtime client asks for events and answers them, and what can come of it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import re
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local_lambda.model import Invocation

HOST = "127.0.0.1"
MAX_ANSWER_BYTES = 6 * 1024 * 1024 + 100
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the 100 are Lambda's own, as its errors show"""
_VERSION = "/2018-06-01/runtime"
_PAGES = frozenset({"origin", "referer", "sec-fetch-site"})
"""Headers of web pages' requests."""
_ANSWER = re.compile(rf"{_VERSION}/invocation/([^/]+)/(response|error)")


@dataclass(frozen=True)
class Ready:
    """The runtime asks for the next event: it is initialised, and done with the last."""


@dataclass(frozen=True)
class Responded:
    """The handler returned."""

    body: bytes


@dataclass(frozen=True)
class Failed:
    """The handler raised, or what it returned is not JSON."""

    body: bytes


@dataclass(frozen=True)
class TooLarge:
    """The handler returned more than Lambda passes on."""


@dataclass(frozen=True)
class InitFailed:
    """The function's module cannot be imported, or has no such handler."""

    body: bytes
    error_type: str


@dataclass(frozen=True)
class Exited:
    """The process is gone: its exit code, negative for a signal."""

    code: int


@dataclass(frozen=True)
class TimedOut:
    """None of the others came in time."""


@dataclass(frozen=True)
class OutOfMemory:
    """The process has more in memory than the function may."""


Event = Ready | Responded | Failed | TooLarge | InitFailed | Exited | TimedOut | OutOfMemory
Events = queue.SimpleQueue[Event]


class RuntimeApi:
    """Serves one runtime process on a loopback port of its own; what the process says goes to *events*."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._invocations: queue.SimpleQueue[tuple[Invocation, float] | None] = queue.SimpleQueue()
        self._current: str | None = None
        self._server = _Server((HOST, 0), _Handler)
        self._server.api = self
        self.address = f"{HOST}:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="lambda-runtime-api", daemon=True
        ).start()

    def close(self) -> None:
        """Stop serving."""
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()

    def offer(self, invocation: Invocation, seconds_left: float) -> None:
        """Hand *invocation* to the runtime, which has that long for it."""
        self._invocations.put((invocation, seconds_left))

    def next(self) -> tuple[dict[str, str], bytes] | None:
        """Headers and body of the next event, None at the end."""
        self._current = None
        self._events.put(Ready())
        taken = self._invocations.get()
        if taken is None:
            return None
        invocation, seconds_left = taken
        self._current = invocation.request_id
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds_left) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        }
        if invocation.trace_id:
            headers["Lambda-Runtime-Trace-Id"] = invocation.trace_id
        return headers, invocation.payload

    def answer(self, request_id: str, kind: str, body: bytes) -> int:
        """Take what the handler returned or raised; answers the HTTP status."""
        if request_id != self._current:
            return 400
        if len(body) > MAX_ANSWER_BYTES:
            self._events.put(TooLarge())
            return 413
        self._events.put(Responded(body) if kind == "response" else Failed(body))
        return 202

    def init_failed(self, body: bytes, error_type: str) -> None:
        """Take why the function could not be initialised."""
        self._events.put(InitFailed(body, error_type))


class _Server(ThreadingHTTPServer):
    api: RuntimeApi
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A runtime that is killed leaves broken connections behind: nothing to report."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        """Let the runtime in, which calls the address that it was given, and no web page (docs/adr/0023)."""
        if not super().parse_request():
            return False
        if self.headers["Host"] == self.server.api.address and _PAGES.isdisjoint(map(str.lower, self.headers)):
            return True
        self.send_error(403)
        return False

    def do_GET(self) -> None:
        if self.path == f"{_VERSION}/invocation/next":
            event = self.server.api.next()
            if event is None:
                self.close_connection = True
            else:
                self._send(200, event[1], event[0])
        elif self.path == f"{_VERSION}/restore/next":  # SnapStart: what is restored here is the process that goes on
            self._send(200)
        else:
            self._refuse(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if answer := _ANSWER.fullmatch(self.path):
            status = self.server.api.answer(answer[1], answer[2], body)
            self._send(202, b'{"status":"OK"}') if status == 202 else self._refuse(status)
        elif self.path in (f"{_VERSION}/init/error", f"{_VERSION}/restore/error"):
            self.server.api.init_failed(body, self.headers["Lambda-Runtime-Function-Error-Type"] or "Runtime.Unknown")
            self._send(202, b'{"status":"OK"}')
        else:
            self._refuse(404)

    def _refuse(self, status: int) -> None:
        error = {400: "InvalidRequestID", 404: "NotFound", 413: "RequestEntityTooLarge"}[status]
        self._send(status, json.dumps({"errorType": error, "errorMessage": error}).encode())

    def _send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the process's own log is what matters."""
