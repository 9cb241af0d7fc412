"""Records of messages, ``alerts/sent/<key>.json`` in the artifacts bucket: what was sent where, so that it is sent once.

EventBridge delivers at least once, and Lambda calls again after a failure. A channel is claimed before it is sent to and marked
after; only an invocation that was killed in between sends twice, and none loses a message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from alert.bucket import Bucket
from alert.errors import AlertError, TransientError

PREFIX = "alerts/sent/"
_CLAIM = timedelta(seconds=120)
"""More than an invocation may take: a claim that is older is of one that was killed."""


class Sent:
    """The record of one message."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket, self._key = bucket, f"{PREFIX}{key}.json"
        found = bucket.read(self._key)
        self._record: dict[str, Any] | None = found[0] if found else None
        self._etag: str | None = found[1] if found else None

    def is_everywhere(self, channels: tuple[str, ...]) -> bool:
        """Whether the message is in all *channels* already."""
        return self._record is not None and all(self._state(channel) == "sent" for channel in channels)

    def begin(self, about: dict[str, Any]) -> None:
        """Write down what the message is *about*, unless an earlier invocation has."""
        if self._record is None:
            self._save({**about, "at": _now().isoformat(), "channels": {}})

    def to(self, channel: str, by: str, send: Callable[[], None]) -> AlertError | None:
        """Send to *channel* unless it is there; the error if nobody took it. *by*: the request, whose own claims do not bind it.

        Raises:
            TransientError: another invocation is sending it.
        """
        state = self._channel(channel)
        if state.get("state") == "sent":
            return None
        if (
            state.get("state") == "sending"
            and state["by"] != by
            and _now() - datetime.fromisoformat(state["at"]) < _CLAIM
        ):
            raise TransientError(f"Another invocation is sending to the {channel}")
        tries = state.get("tries", 0) + 1
        self._mark(channel, {"state": "sending", "by": by, "tries": tries})
        try:
            send()
        except AlertError as error:
            self._mark(channel, {"state": "failed", "by": by, "tries": tries, "error": str(error)})
            return error
        self._mark(channel, {"state": "sent", "by": by, "tries": tries})
        return None

    def _state(self, channel: str) -> str:
        return str(self._channel(channel).get("state", ""))

    def _channel(self, channel: str) -> dict[str, Any]:
        return dict((self._record or {}).get("channels", {}).get(channel, {}))

    def _mark(self, channel: str, state: dict[str, Any]) -> None:
        record = self._record or {}
        self._save({**record, "channels": {**record.get("channels", {}), channel: {**state, "at": _now().isoformat()}}})

    def _save(self, record: dict[str, Any]) -> None:
        self._etag = self._bucket.write(self._key, record, self._etag)
        self._record = record


def _now() -> datetime:
    return datetime.now(UTC)
