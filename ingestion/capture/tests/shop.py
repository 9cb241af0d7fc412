"""The shop's database of the tests' own: the sources' server, in a process of theirs, and connections to it."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

REPO = Path(__file__).parents[3]
_LIFECYCLE = """
import sys
from pathlib import Path
from retail_db import lifecycle
from retail_db.settings import Place, SourceError
place = Place(state=Path(sys.argv[2]), port=int(sys.argv[3]))
print(getattr(lifecycle, sys.argv[1])(place))
"""


@dataclass(frozen=True)
class Shop:
    """A running server: its folder, its port."""

    state: Path
    port: int

    def connect(self, role: str = "shop_app") -> psycopg.Connection:
        """A connection that commits each statement."""
        lines = (line.split(":") for line in (self.state / "pgpass").read_text().splitlines())
        passwords = {line[3]: line[4] for line in lines}
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname="shop", user=role, password=passwords[role], autocommit=True
        )

    def run(self, statement: str, role: str = "shop_app") -> list[tuple]:
        """The rows of a statement."""
        with self.connect(role) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def settings(self, **more: str) -> dict[str, str]:
        """The capture's environment variables."""
        own = {
            "CAPTURE_SOURCE": "shop",
            "CAPTURE_HOST": "127.0.0.1",
            "CAPTURE_PORT": str(self.port),
            "CAPTURE_DATABASE": "shop",
            "CAPTURE_USER": "shop_capture",
            "CAPTURE_PASSFILE": str(self.state / "pgpass"),
            "CAPTURE_SSLMODE": "disable",
            "CAPTURE_PUBLICATION": "shop_changes",
            "CAPTURE_TRANSPORT": "kinesis:shop",
            "CAPTURE_HEARTBEAT_SECONDS": "1",
            "CAPTURE_HEALTH_SECONDS": "1",
        }
        return {**own, **more}


def lifecycle(word: str, state: Path, port: int) -> None:
    """``up`` or ``down``."""
    done = subprocess.run(
        [
            *("uv", "run", "--quiet", "--locked", "--no-dev", "--project", str(REPO / "sources")),
            *("python", "-c", _LIFECYCLE, word, str(state), str(port)),
        ],
        env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
