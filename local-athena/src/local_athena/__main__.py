"""``local-athena serve``: Athena alone, on loopback."""

from __future__ import annotations

import logging
import os
import shlex
import sys

from local_athena import config, loopback
from local_athena.api import Identity, LocalAthena
from local_athena.engine import Engine
from local_athena.server import Server
from local_athena.storage import AwsClients


def main() -> int:
    """Serve until interrupted. Returns the exit code."""
    settings = config.parse(sys.argv[1:])
    spared = loopback.direct(os.environ)
    os.environ.update(spared)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def connect(identity: Identity) -> AwsClients:
        return AwsClients.connect(settings.endpoint_url, identity.region, identity.account_id, "test")

    def engine(identity: Identity, aws: AwsClients) -> Engine:
        return Engine(aws, settings.cache_dir / identity.account_id / identity.region, identity.account_id)

    athena = LocalAthena(connect, engine)
    try:
        server = Server(athena, settings.port)
    except OSError as error:
        print(
            f"local-athena: cannot listen on 127.0.0.1:{settings.port}: {error.strerror}. "
            "Stop what does, or give --port another number.",
            file=sys.stderr,
        )
        return 1
    print(f"Athena listens on {server.url} (Glue and S3: {settings.endpoint_url})", flush=True)
    for name, value in {"AWS_ENDPOINT_URL_ATHENA": server.url, **spared}.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
        athena.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
