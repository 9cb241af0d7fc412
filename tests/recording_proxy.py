"""A proxy that writes down whose requests it is asked to pass on, and passes none on."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# As AWS words it, for a test in which an AWS stands here.
_REFUSAL = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>nothing goes on</Message></Error></ErrorResponse>"
_END = (b"\r\n", b"\n", b"")
FETCHED_ONCE = (
    "pypi.org,files.pythonhosted.org,registry.npmjs.org,registry.terraform.io,releases.hashicorp.com,github.com,"
    "objects.githubusercontent.com"
)
"""Registries that packages and Terraform's provider come from, if this machine has not got them yet."""


@dataclass(frozen=True)
class RecordingProxy:
    """``asked`` has the first line of each request, such as ``CONNECT athena.eu-west-1.amazonaws.com:443 HTTP/1.1``."""

    url: str
    asked: list[str] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        """Those of a shell in which everything but the registries goes through the proxy."""
        names = [f"{scheme}_PROXY" for scheme in ("HTTP", "HTTPS", "ALL")]
        every = [*names, *map(str.lower, names)]
        return {**dict.fromkeys(every, self.url), **dict.fromkeys(("NO_PROXY", "no_proxy"), FETCHED_ONCE)}


@contextmanager
def recording() -> Iterator[RecordingProxy]:
    """A proxy on a free loopback port until the block ends."""
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().decode("latin-1").strip())
            while self.rfile.readline() not in _END:
                pass
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n" + _REFUSAL)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield RecordingProxy(f"http://127.0.0.1:{server.server_address[1]}", asked)
        server.shutdown()
