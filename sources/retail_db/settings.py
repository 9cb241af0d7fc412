"""Settings of the database (its folder, its port) and the error that ends a command with its message."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
DATABASE = "shop"
Server = Literal["host", "docker"]


class SourceError(Exception):
    """A command or a call that cannot be carried out. The message says why, where it looked and what to do."""


class Away(SourceError):
    """A database that is not there to be asked."""


@dataclass(frozen=True)
class Place:
    """A database's: the folder for all that it keeps, the port on loopback, and whether it runs in a container."""

    state: Path = ROOT / ".lakeloop" / "sources"
    port: int = 55432
    server: Server = "host"

    @property
    def data(self) -> Path:
        return self.state / "data"

    @property
    def log(self) -> Path:
        return self.state / "postgres.log"

    @property
    def passwords(self) -> Path:
        """In libpq's format: https://www.postgresql.org/docs/current/libpq-pgpass.html"""
        return self.state / "pgpass"

    @property
    def note(self) -> Path:
        """The port of a container, which leaves no pid file here."""
        return self.state / "docker"

    def address(self, role: str) -> str:
        """A connection string without a secret, for psql as for any client of libpq."""
        return f"host={HOST} port={self.port} dbname={DATABASE} user={role} passfile={_quoted(str(self.passwords))}"


def place(words: Sequence[str], default: Place) -> Place:
    """*default* as ``key=value`` *words* change it. Raises ``SourceError``."""
    values = take(words, ("port", "server"))
    server = values.get("server", default.server)
    if server not in get_args(Server):
        raise SourceError(f"server={server} is not known: host or docker.")
    if server == "docker" and shutil.which("docker") is None:
        raise SourceError("server=docker needs the `docker` command, which is not on the PATH.")
    port = number("port", values["port"], 1024, 65535) if "port" in values else default.port
    return replace(default, port=port, server=server)  # type: ignore[arg-type]


def take(words: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """The values of ``key=value`` *words*. Raises ``SourceError`` for a word that is not one, not known, or given twice."""
    values: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in known:
            said = ", ".join(f"{name}=" for name in known) or "it takes no words"
            raise SourceError(f"{word!r} is not understood. Known: {said}.")
        if key in values:
            raise SourceError(f"{key}= is given twice.")
        values[key] = value
    return values


def number(name: str, text: str, low: int, high: int) -> int:
    """A whole number of *low* to *high*. Raises ``SourceError``."""
    if not (text.isascii() and text.isdigit() and low <= int(text[:20]) <= high):
        raise SourceError(f"{name}={text} is not usable: a whole number from {low} to {high}.")
    return int(text)


def _quoted(value: str) -> str:
    """A value of a connection string: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE"""
    if value and not any(character in value for character in " '\\"):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
