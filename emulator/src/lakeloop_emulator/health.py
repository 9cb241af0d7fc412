"""Whether something listens on the port, and whether it is this checkout's emulator."""

from __future__ import annotations

import socket
from typing import Any

from lakeloop_emulator import owner
from lakeloop_emulator.settings import HOST, Settings

_SECONDS = 2.0


def answer(settings: Settings) -> dict[str, Any] | None:
    """LocalStack's health document, None if there is none to be had or it is another's emulator that listens."""
    emulator = owner.ask(settings)
    if emulator is None or not emulator.mine:
        return None
    try:
        document = owner.fetch(settings, "/_localstack/health")
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and "services" in document else None


def port_taken(settings: Settings) -> bool:
    """Whether any process listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(_SECONDS)
        return probe.connect_ex((HOST, settings.port)) == 0
