"""Ways to people: the topic, and the webhook whose address lies in a parameter."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from botocore.exceptions import ClientError

from alert.aws import client, refused
from alert.configuration import Configuration
from alert.errors import TerminalError, TransientError
from alert.message import Message

_SECONDS = 10
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Refusals that pass by themselves: https://docs.slack.dev/apis/web-api/rate-limits
_TRANSIENT = (408, 425, 429)


def names(settings: Configuration) -> tuple[str, ...]:
    """The channels of an environment."""
    return ("topic", "webhook") if settings.webhook_parameter else ("topic",)


def send(channel: str, message: Message, settings: Configuration) -> None:
    """Send *message*. Raises ``TransientError`` or ``TerminalError`` if nobody took it."""
    if channel == "topic":
        _publish(message, settings)
    else:
        _post(_address(settings), message)


def _publish(message: Message, settings: Configuration) -> None:
    try:
        client("sns").publish(TopicArn=settings.topic, Subject=message.email_subject, Message=message.text())
    except Exception as error:
        raise refused(f"{settings.topic} did not take the message", error) from error


def _address(settings: Configuration) -> str:
    """The webhook's address, a secret: it appears in no message and in no log."""
    where = f"the parameter {settings.webhook_parameter} of Systems Manager"
    try:
        answer = client("ssm").get_parameter(Name=settings.webhook_parameter, WithDecryption=True)
    except Exception as error:
        if isinstance(error, ClientError) and error.response["Error"].get("Code") == "ParameterNotFound":
            said = f"There is no {where.removeprefix('the ')}: `just alerts webhook` puts the address there (docs/EVENTS.md)."
            raise TerminalError(said) from error
        raise refused(f"Cannot read {where}, in which the webhook's address is kept (docs/EVENTS.md)", error) from error
    address = str(answer["Parameter"]["Value"]).strip()
    parts = urllib.parse.urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise TerminalError(f"In {where} there is no address that begins with https://.")
    return address


class _Stay(urllib.request.HTTPRedirectHandler):
    """A webhook that moved would get the message as a GET without it."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _post(address: str, message: Message) -> None:
    request = urllib.request.Request(
        address,
        data=json.dumps(message.slack()).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "lakeloop-alert"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=_SECONDS):  # nosec B310
            return
    except urllib.error.HTTPError as error:
        said = f"The webhook answered {error.code}"
        if error.code in _TRANSIENT or error.code >= 500:
            raise TransientError(said) from None
        raise TerminalError(f"{said}. Is its address, in the parameter, still the right one?") from None
    except OSError as error:  # URLError and timeouts among them
        reason = getattr(error, "reason", error)
        raise TransientError(f"The webhook cannot be reached: {reason}") from None
