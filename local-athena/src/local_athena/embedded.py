"""Athena, S3 and Glue behind one address: moto answers what is not Athena's, in the same process (the extra ``embedded``).

moto is the S3 and the Glue of tests everywhere: https://docs.getmoto.org/en/latest/docs/server_mode.html
"""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from moto.glue.models import glue_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer, make_server

from local_athena import front
from local_athena.api import Identity, LocalAthena
from local_athena.api.wire import CONTENT_TYPE
from local_athena.config import BUCKET, DATABASE
from local_athena.engine import Engine
from local_athena.storage import AwsClients

HEALTH, RESET = "/health", "/_local-athena/reset"
_JSON = "application/json"

type Start = Callable[[str, list[tuple[str, str]]], Any]


class Embedded:
    """The server; *port* 0 takes any free one, *cache_dir* holds copies of objects and what queries spill."""

    def __init__(self, port: int, cache_dir: Path) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._alone = Lock()
        self._server: BaseWSGIServer = make_server(front.HOST, port, self._answer, True, request_handler=_Handler)
        self.port = self._server.port
        self.url = f"http://{front.HOST}:{self.port}"

        @cache  # boto3 takes long to make clients, and a reset is to be quick
        def connect(identity: Identity) -> AwsClients:
            return AwsClients.connect(self.url, identity.region, identity.account_id, "test")

        def engine(identity: Identity, aws: AwsClients) -> Engine:
            return Engine(aws, cache_dir / identity.account_id / identity.region, identity.account_id)

        self.athena = LocalAthena(connect, engine)
        self._furnish()

    def serve_forever(self) -> None:
        self._server.serve_forever()

    def close(self) -> None:
        self._server.server_close()
        self.athena.close()

    def reset(self) -> None:
        """Stop all queries, forget everything, begin as at the start."""
        self.athena.reset()
        with self._alone:
            moto_api_backend.reset()
            # It forgets the services that it has listed; now and then Glue is not among them.
            for backends in (glue_backends, s3_backends):
                for account in list(backends):
                    backends[account].reset()
        self._furnish()

    def _furnish(self) -> None:
        account, region = Identity.account_id, Identity.region
        s3_backends[account]["aws"].create_bucket(BUCKET, region)
        glue_backends[account][region].create_database(DATABASE, {"Name": DATABASE})
        output = {"ResultConfigurationUpdates": {"OutputLocation": f"s3://{BUCKET}/"}}
        self.athena.call("UpdateWorkGroup", {"WorkGroup": "primary", "ConfigurationUpdates": output}, Identity())

    def _answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path, target = environ["PATH_INFO"], environ.get("HTTP_X_AMZ_TARGET", "")
        names = (name.removeprefix("HTTP_").replace("_", "-") for name in environ if name.startswith("HTTP_"))
        reason = front.refused(environ.get("HTTP_HOST"), names, self.port)
        if reason is not None:
            return _say(start, "403 Forbidden", reason.encode(), "text/plain")
        if path == HEALTH:
            return _say(start, "200 OK", b'{"status": "running"}')
        if path == RESET and environ["REQUEST_METHOD"] == "POST":
            self.reset()
            return _say(start, "200 OK", b"{}")
        if target.startswith(front.TARGET_PREFIX):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            status, data = front.answer(self.athena, target, environ.get("HTTP_AUTHORIZATION", ""), body)
            return _say(start, f"{status} ", data, CONTENT_TYPE)
        return self._others(environ, start)

    def _others(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """moto's answer, one at a time: a listing fails while another thread deletes what it lists.

        What the client sends is read before, so that nobody waits for a slow one.
        """
        if environ.get("CONTENT_LENGTH"):
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        with self._alone:
            found: Iterable[bytes] = self._moto(environ, start)
        return found


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Small answers are not to wait for acknowledgements."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are of interest to who debugs only."""
        logging.getLogger(__name__).debug(message, *args)


def _say(start: Start, status: str, body: bytes, kind: str = _JSON) -> list[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
