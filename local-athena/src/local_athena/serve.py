"""``local-athena serve``: Athena on loopback, beside an S3 and a Glue or with its own."""

from __future__ import annotations

import logging
import os
import shlex
import sys
import threading
from typing import Protocol

from local_athena import loopback, shell
from local_athena.api import Identity, LocalAthena
from local_athena.config import BUCKET, DATABASE, Serve
from local_athena.engine import Engine
from local_athena.server import Server
from local_athena.storage import AwsClients

_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": Identity.region}


class _Serving(Protocol):
    url: str

    def serve_forever(self) -> None: ...
    def close(self) -> None: ...


class _Beside:
    """Athena alone; Glue and S3 are at *endpoint*."""

    def __init__(self, settings: Serve, endpoint: str) -> None:
        def connect(identity: Identity) -> AwsClients:
            return AwsClients.connect(endpoint, identity.region, identity.account_id, "test")

        def engine(identity: Identity, aws: AwsClients) -> Engine:
            return Engine(aws, settings.cache_dir / identity.account_id / identity.region, identity.account_id)

        self._athena = LocalAthena(connect, engine)
        self._server = Server(self._athena, settings.port)
        self.url = self._server.url
        self.serve_forever = self._server.serve_forever

    def close(self) -> None:
        self._server.server_close()
        self._athena.close()


def serve(settings: Serve) -> int:
    """Serve until interrupted. Returns the exit code."""
    spared = loopback.direct(os.environ)
    os.environ.update(spared)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        serving, exports = _open(settings)
    except OSError as error:
        print(
            f"local-athena: cannot listen on 127.0.0.1:{settings.port}: {error.strerror}. "
            "Stop what does, or give --port another number.",
            file=sys.stderr,
        )
        return 1
    except ModuleNotFoundError as error:
        print(
            f"local-athena: --embedded needs {error.name}: pip install 'local-athena[embedded]'",
            file=sys.stderr,
        )
        return 1
    for name, value in {**exports, **spared}.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    if settings.guarded:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        serving.close()
    return 0


def _open(settings: Serve) -> tuple[_Serving, dict[str, str]]:
    if settings.endpoint_url is not None:
        beside = _Beside(settings, settings.endpoint_url)
        print(f"Athena listens on {beside.url} (Glue and S3: {settings.endpoint_url})", flush=True)
        return beside, {"AWS_ENDPOINT_URL_ATHENA": beside.url}
    shell.forget()
    os.environ["MOTO_ACCOUNT_ID"] = Identity.account_id
    from local_athena.embedded import Embedded

    embedded = Embedded(settings.port, settings.cache_dir)
    print(f"Athena, Glue and S3 listen on {embedded.url} (bucket {BUCKET}, database {DATABASE})", flush=True)
    return embedded, {"AWS_ENDPOINT_URL": embedded.url, **_KEYS}


def _end_with_input() -> None:
    while os.read(0, 4096):
        """The starter lives."""
    os._exit(0)
