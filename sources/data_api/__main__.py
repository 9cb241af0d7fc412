"""``lakeloop-api [port=NUMBER]``: the API until it is interrupted."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from retail_db.cluster import is_taken
from retail_db.settings import HOST, Place, SourceError, number, take

from data_api.app import create

_PORT = "8010"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve on loopback. Gives 130 when Ctrl-C has ended it; 2 after a message on standard error when it cannot begin."""
    try:
        values = take(sys.argv[1:] if arguments is None else arguments, ("port",))
        port = number("port", values.get("port", _PORT), 1024, 65535)
        if is_taken(port):
            raise SourceError(
                f"Port {port} on {HOST} is taken (`lsof -i :{port}` says by whom): `just api port={port + 1}`."
            )
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    with socket.create_server((HOST, port)) as listening, suppress(KeyboardInterrupt):
        print(f"The API: http://{HOST}:{port}/docs (Ctrl-C ends it)", flush=True)
        uvicorn.Server(uvicorn.Config(create(Place(), port), log_level="warning")).run([listening])
    return 130  # with 0, just would say that it was interrupted, as of an error


if __name__ == "__main__":
    sys.exit(main())
