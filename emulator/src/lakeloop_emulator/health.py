"""Whether something listens on the port, and whether it is the emulator."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from typing import Any

from lakeloop_emulator.settings import HOST, Settings

_SECONDS = 2.0


def answer(settings: Settings) -> dict[str, Any] | None:
    """LocalStack's health document, None if there is none to be had."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{settings.url}/_localstack/health", timeout=_SECONDS) as response:
            document = json.load(response)
    except (OSError, ValueError, urllib.error.URLError):
        return None
    return document if isinstance(document, dict) and "services" in document else None


def port_taken(settings: Settings) -> bool:
    """Whether any process listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(_SECONDS)
        return probe.connect_ex((HOST, settings.port)) == 0
