"""The transport of a lake's changes, Kinesis or Kafka, as its outputs tell."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError

_KINESIS, _KAFKA = "kinesis", "kafka"
_ASKED = {
    _KINESIS: "changes = {}",
    _KAFKA: (
        'changes = { kafka = { bootstrap_servers = ["127.0.0.1:9092"], security = "plaintext", subnets = ["subnet-local"], '
        'security_groups = ["sg-local"] } }'
    ),
}


@dataclass(frozen=True)
class Kinesis:
    """A stream."""

    name: str

    def settings(self) -> dict[str, str]:
        """The capture's environment variables."""
        return {"CAPTURE_TRANSPORT": f"kinesis:{self.name}"}

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Kafka:
    """A topic, and its brokers as ``HOST:PORT,...``."""

    name: str
    servers: str

    def settings(self) -> dict[str, str]:
        """The capture's environment variables."""
        return {
            "CAPTURE_TRANSPORT": f"kafka:{self.name}",
            "CAPTURE_KAFKA_SERVERS": self.servers,
            "CAPTURE_KAFKA_SECURITY": "plaintext",
        }

    def local_port(self) -> int | None:
        """The port of this machine that the broker listens on; None if it is another machine's."""
        host, _, port = self.servers.rpartition(":")
        if host == "localhost":
            return int(port)
        try:
            return int(port) if ipaddress.ip_address(host).is_loopback else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"Kafka's topic {self.name} at {self.servers}"


Transport = Kinesis | Kafka


def of_lake(lake: Outputs, environment: str, wanted: str | None) -> Transport:
    """The transport of the *lake*.

    Raises:
        UserError: there is none, or not the *wanted* one; the message names the setting that makes it.
    """
    if wanted not in (None, *_ASKED):
        raise UserError(f"transport={wanted} is not known: transport=kinesis or transport=kafka.")
    has = _KAFKA if lake.changes_topic else _KINESIS if lake.changes_stream else None
    if has is None or wanted not in (None, has):
        why = (
            f"its changes go by {has.capitalize()}"
            if has
            else "it captures no changes, and there is no stream for them"
        )
        setting = _ASKED[wanted or _KINESIS]
        raise UserError(
            f"{environment}: {why}. In terraform/envs/{environment}.tfvars: {setting}; then `just tf-apply env={environment}`."
        )
    return Kafka(lake.changes_topic, lake.changes_brokers) if lake.changes_topic else Kinesis(lake.changes_stream)
