"""Settings of the capture: environment variables, read once; all that is missing or wrong is reported together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from lakeloop_capture.errors import CaptureRefused

PREFIX = "CAPTURE_"
Sslmode = Literal["disable", "require", "verify-ca", "verify-full"]
_SSLMODES = ("disable", "require", "verify-ca", "verify-full")
# https://www.postgresql.org/docs/current/logicaldecoding-explanation.html#LOGICALDECODING-REPLICATION-SLOTS
_SLOT = re.compile(r"[a-z0-9_]{1,63}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_TRANSPORT = re.compile(r"kinesis:[A-Za-z0-9_.-]{1,128}|kafka:[A-Za-z0-9_.-]{1,249}")
_KAFKA = "kafka:"
_SERVERS = re.compile(r"[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*")
_SECURITIES = ("plaintext", "plain", "scram-256", "scram-512")
_BODIES = re.compile(r"s3://[a-z0-9.-]{3,63}/(?:[^/]+/)*")


@dataclass(frozen=True, slots=True)
class Brokers:
    """Kafka's: ``servers`` as ``HOST:PORT,...``; ``security`` is ``plaintext`` or, over TLS and with a name and a password,
    ``plain``, ``scram-256`` or ``scram-512``; ``authority`` the PEM of a private certificate authority, empty for public ones."""

    servers: str
    security: str
    username: str
    password: str
    authority: str

    def __repr__(self) -> str:
        """The brokers without the password."""
        return f"Brokers({self.servers}, {self.security})"


@dataclass(frozen=True, slots=True)
class Settings:
    """One database, one stream.

    ``source`` names the database in every record; ``transport`` is the stream, as ``kinesis:NAME`` or ``kafka:TOPIC``, the latter
    of ``brokers``; ``bodies`` is the ``s3://``
    folder for changes that are too large for it, None where they stop the capture; ``metrics`` is the environment that metrics
    are told for, None for none.
    """

    source: str
    host: str
    port: int
    database: str
    user: str
    password: str
    sslmode: Sslmode
    publication: str
    slot: str
    transport: str
    brokers: Brokers | None
    bodies: str | None
    again: bool
    heartbeat_seconds: int
    health_seconds: int
    metrics: str | None

    def __repr__(self) -> str:
        """The settings without the password, which no log is to have."""
        return f"Settings({self.source}: {self.user}@{self.host}:{self.port}/{self.database} to {self.transport})"


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in *environment*.

    Raises:
        CaptureRefused: variables are missing, wrong or unknown; the message names all of them.
    """
    return _Reader(environment).settings()


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._left = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
        self._wrong: list[str] = []

    def settings(self) -> Settings:
        source = self._matching("SOURCE", _NAME, "a name of letters, digits, - and _")
        user = self._take("USER")
        transport = self._matching("TRANSPORT", _TRANSPORT, "kinesis:NAME or kafka:TOPIC")
        read = Settings(
            source=source,
            host=self._take("HOST"),
            port=self._number("PORT", "5432", 1, 65535),
            database=self._take("DATABASE"),
            user=user,
            password=self._password(user),
            sslmode=cast(Sslmode, self._one_of("SSLMODE", "require", _SSLMODES)),
            publication=self._take("PUBLICATION"),
            slot=self._matching("SLOT", _SLOT, "lower case letters, digits and _", f"{source}_capture".lower()),
            transport=transport,
            brokers=self._brokers() if transport.startswith(_KAFKA) else None,
            bodies=self._matching("BODIES", _BODIES, "s3://BUCKET/FOLDER/", "") or None,
            again=self._one_of("AGAIN", "", ("", "snapshot")) == "snapshot",
            heartbeat_seconds=self._number("HEARTBEAT_SECONDS", "10", 1, 3600),
            health_seconds=self._number("HEALTH_SECONDS", "60", 1, 3600),
            metrics=self._take("METRICS", "") or None,
        )
        self._wrong += [f"{name} is not known" for name in sorted(self._left)]
        if self._wrong:
            raise CaptureRefused(f"Settings of the capture, environment variables: {'; '.join(self._wrong)}.")
        return read

    def _brokers(self) -> Brokers:
        security = self._one_of("KAFKA_SECURITY", "scram-512", _SECURITIES)
        username, password = (
            self._json("KAFKA_SECRET", ("username", "password")) if security != "plaintext" else ("", "")
        )
        authority = self._json("KAFKA_AUTHORITY", ("certificate",), "{}")
        return Brokers(
            self._matching("KAFKA_SERVERS", _SERVERS, "HOST:PORT,HOST:PORT"), security, username, password, authority[0]
        )

    def _json(self, name: str, members: tuple[str, ...], default: str | None = None) -> tuple[str, ...]:
        """Members of a secret, an object of JSON as Lambda's mappings want it:
        https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html"""
        given = PREFIX + name in self._left
        try:
            found = json.loads(self._take(name, default))
        except ValueError:
            found = None
        if not isinstance(found, dict) or (given and any(not isinstance(found.get(each), str) for each in members)):
            if given:  # what is missing was said
                wish = ", ".join(f'"{each}": ...' for each in members)
                self._wrong.append(f"{PREFIX}{name} is not usable: JSON {{{wish}}}")
            return ("",) * len(members)
        return tuple(str(found.get(each, "")) for each in members)

    def _take(self, name: str, default: str | None = None) -> str:
        value = self._left.pop(PREFIX + name, default)
        if value is None:
            self._wrong.append(f"{PREFIX}{name} is missing")
            return ""
        return value

    def _matching(self, name: str, pattern: re.Pattern[str], wish: str, default: str | None = None) -> str:
        return self._checked(name, default, lambda value: pattern.fullmatch(value) is not None, wish)

    def _one_of(self, name: str, default: str, known: tuple[str, ...]) -> str:
        return self._checked(name, default, lambda value: value in known, " or ".join(filter(None, known)))

    def _number(self, name: str, default: str, low: int, high: int) -> int:
        def fits(value: str) -> bool:
            return value.isascii() and value.isdigit() and low <= int(value[:9]) <= high

        value = self._checked(name, default, fits, f"a whole number from {low} to {high}")
        return int(value) if fits(value) else low

    def _checked(self, name: str, default: str | None, fits: Callable[[str], bool], wish: str) -> str:
        given = PREFIX + name in self._left
        value = self._take(name, default)
        if given and not fits(value):
            self._wrong.append(f"{PREFIX}{name}={value[:80]} is not usable: {wish}")
        return value

    def _password(self, user: str) -> str:
        """The password itself, or from a file of libpq's: https://www.postgresql.org/docs/current/libpq-pgpass.html"""
        password, passfile = self._take("PASSWORD", ""), self._take("PASSFILE", "")
        if bool(password) == bool(passfile):
            self._wrong.append(f"{PREFIX}PASSWORD or {PREFIX}PASSFILE has to be there, and one of them alone")
            return ""
        return password or self._of_file(Path(passfile), user)

    def _of_file(self, passfile: Path, user: str) -> str:
        try:
            lines = [line.split(":") for line in passfile.read_text().splitlines()]
        except OSError as error:
            self._wrong.append(f"{PREFIX}PASSFILE={passfile}: {error.strerror}")
            return ""
        for line in lines:
            if len(line) == 5 and line[3] == user:
                return line[4]
        self._wrong.append(f"{PREFIX}PASSFILE={passfile} has no password of {user}")
        return ""
