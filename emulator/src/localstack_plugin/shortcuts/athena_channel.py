"""One HTTP connection whose requests of Athena's go straight to the library.

Besides what it asks for, a request takes LocalStack WSGI, and some thirty handlers that find out which service it is for,
parse it by the service's model and serialize the answer by it; Twisted's reading and writing come on top. A query is three
requests: without this, `SELECT 1` takes the emulator 8 ms of CPU in the place of 4. So a request that has the plain form that
AWS's clients send is read here, if LocalStack's handlers have seen its client once; all others are Twisted's and
LocalStack's, as if this were not here.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from rolo.serving.twisted import HeaderPreservingHTTPChannel
from twisted.internet import reactor

from local_athena.api import Identity
from local_athena.api.errors import ApiError
from local_athena.api.wire import CONTENT_TYPE, encode
from local_iam.principal import Principal
from localstack_plugin.admission import Refused, Rules, Way
from localstack_plugin.iam import GuardedAthena

LOG = logging.getLogger("localstack.request.athena")
_START = b"POST / HTTP/1.1\r\n"
_TARGET = "AmazonAthena."
_LARGEST = 1 << 20
_UNUSUAL = frozenset({"origin", "content-encoding", "transfer-encoding", "expect", "upgrade"})
"""Headers of a browser, which CORS concerns, and of what is not a body of so many bytes as it stands."""

_THREADS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="athena-api")


@dataclass(frozen=True)
class Client:
    """The sender of requests, and the service that answers them."""

    athena: GuardedAthena
    principal: Principal
    identity: Identity


class AthenaChannel(HeaderPreservingHTTPChannel):  # type: ignore[misc]
    """Twisted's channel, which gets what is not Athena's. *client_of* knows a client by its Authorization header."""

    def __init__(self, client_of: Callable[[str], Client | None], rules: Rules | None) -> None:
        super().__init__()
        self._client_of, self._rules = client_of, rules
        self._twisteds = False
        """Whether Twisted is at a request, and reads."""
        self._answering = False
        self._unread = b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name, as all that follow)
        if self._twisteds:
            super().dataReceived(data)
            return
        self.resetTimeout()
        self._unread += data
        if not self._answering:
            self._read()

    def requestDone(self, request: Any) -> None:  # noqa: N802
        super().requestDone(request)
        if self.persistent and not self.requests:
            self._twisteds = False
            if rest := self.clearLineBuffer():
                self.dataReceived(rest)

    def _read(self) -> None:
        head = _head(self._unread, self._rules)
        client = self._client_of(head.authorization) if head else None
        if head is None or client is None:
            self._leave_to_twisted()
        elif len(self._unread) >= head.end:
            try:
                asked = json.loads(self._unread[head.start : head.end])
            except ValueError:
                self._leave_to_twisted()
                return
            self._unread = self._unread[head.end :]
            self._answering = True
            _THREADS.submit(self._answer, client, head.operation, asked)

    def _leave_to_twisted(self) -> None:
        data, self._unread, self._twisteds = self._unread, b"", True
        super().dataReceived(data)

    def _answer(self, client: Client, operation: str, asked: dict[str, Any]) -> None:
        status, refused, response = _response(client, operation, asked)
        reactor.callFromThread(self._send, response)
        LOG.info("AWS athena.%s => %d%s", operation, status, f" ({refused})" if refused else "")

    def _send(self, response: bytes) -> None:
        self.transport.write(response)
        self._answering = False
        if self._unread:
            self._read()


@dataclass(frozen=True)
class _Head:
    operation: str
    authorization: str
    start: int
    """Offset of the body's first byte; ``end`` is the offset after its last."""
    end: int


def _head(data: bytes, rules: Rules | None) -> _Head | None:
    """The head of *data*, if it is whole and that of a plain request for Athena which *rules* let in."""
    end = data.find(b"\r\n\r\n")
    if end < 0 or not data.startswith(_START):
        return None
    lines = data[len(_START) : end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    target, length = headers.get("x-amz-target", ""), headers.get("content-length", "")
    plain = len(headers) == len(lines) and _UNUSUAL.isdisjoint(headers) and length.isdecimal()
    if not plain or not target.startswith(_TARGET) or headers.get("connection", "keep-alive").lower() != "keep-alive":
        return None
    start = end + 4
    if int(length) > _LARGEST or not _admitted(rules, headers):
        return None
    return _Head(target.removeprefix(_TARGET), headers.get("authorization", ""), start, start + int(length))


def _admitted(rules: Rules | None, headers: dict[str, str]) -> bool:
    """Whether the request is let in. If it is not, it goes the long way, on which it is told why."""
    try:
        return rules is None or rules.admit("POST", "/", "", headers) is Way.SIGNED
    except Refused:
        return False


def _response(client: Client, operation: str, asked: dict[str, Any]) -> tuple[int, str, bytes]:
    """Status, the error's code and the bytes to send."""
    status, refused, headers = 200, "", ""
    try:
        body = encode(client.athena.call_as(client.principal, operation, asked, client.identity))
    except ApiError as error:
        status, refused, headers = error.status, error.code, f"X-Amzn-Errortype: {error.code}\r\n"
        body = encode({"__type": error.code, "Message": error.message, **error.fields})
    except Exception:
        status, body = 500, b""
        LOG.exception("AWS athena.%s could not be answered", operation)
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"Date: {formatdate(usegmt=True)}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"x-amzn-RequestId: {uuid.uuid4()}\r\n"
        f"{headers}\r\n"
    )
    return status, refused, head.encode() + body
