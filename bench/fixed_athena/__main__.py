"""``python -m bench.fixed_athena port=4660 seconds=0.5``"""

from __future__ import annotations

import signal
import sys

from . import Endpoint
from .server import make


def main() -> None:
    given = dict(word.split("=", 1) for word in sys.argv[1:])
    server = make(int(given.get("port", 0)), float(given.get("seconds", 0)))
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_address[1]}")
    print(f"# {endpoint.url}")
    print(*(f"export {name}={value}" for name, value in endpoint.environment.items()), sep="\n", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
