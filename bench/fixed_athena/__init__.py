"""Athena, Glue, S3 and STS on one port of loopback, where every query takes the same time: for benches of the runner.

What a bench of the runner measures is everything but the queries, so nothing here runs SQL: a statement is ``RUNNING`` for the
seconds that the server was started with and then ``SUCCEEDED``, and the catalog has what dbt-athena looks for afterwards
(`athena.py`). It is no emulator: a test passes, a table has one column, a statement that would fail does not.

In a shell, from the repo's root; it prints the exports for its clients, and serves until it is interrupted::

    uv run python -m bench.fixed_athena port=4660 seconds=0.5

In a bench (``bench/`` is on the path of the scripts that lie there)::

    from fixed_athena import running

    with running(seconds=0.5) as endpoint:
        subprocess.run(command, env={**os.environ, **endpoint.environment})
        endpoint.calls()    # {"athena.StartQueryExecution": 92, "glue.GetTable": 61, ...}
        endpoint.queries()  # [{"sql": ..., "submitted": seconds since the epoch, "ended": ...}, ...], oldest first
        endpoint.reset()    # forgets calls, queries, tables and objects
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ACCOUNT = "000000000000"
REGION = "eu-central-1"


@dataclass(frozen=True)
class Endpoint:
    """A running server."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send an AWS client, and Lambda's code, here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def calls(self) -> dict[str, int]:
        """How often each operation was called, as ``service.Operation``, since the start or the last ``reset``."""
        return dict(self._ask("GET", "/_calls"))

    def queries(self) -> list[dict[str, Any]]:
        """Every statement with ``submitted`` and ``ended``, seconds since the epoch, oldest first."""
        return list(self._ask("GET", "/_queries"))

    def reset(self) -> None:
        """Forget everything, as if the server had just been started."""
        self._ask("POST", "/_reset")

    def _ask(self, method: str, path: str) -> Any:
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=60)
        with closing(connection):
            connection.request(method, path)
            return json.load(connection.getresponse())


@contextmanager
def running(seconds: float, port: int = 0) -> Iterator[Endpoint]:
    """A server in a process of its own, whose queries take *seconds*, until the block ends. Port 0 is any free one."""
    package = Path(__file__).resolve().parent
    server = subprocess.Popen(
        [sys.executable, "-m", package.name, f"port={port}", f"seconds={seconds}"],
        cwd=package.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        first = server.stdout.readline()
        if not first.startswith("# "):
            raise RuntimeError(f"The server of fixed answering time did not start on port {port}: {first}")
        yield Endpoint(first.removeprefix("# ").strip())
    finally:
        server.terminate()
        server.wait()
