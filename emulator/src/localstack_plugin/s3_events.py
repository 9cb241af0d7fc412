"""S3's events on EventBridge name an object by its key as it is.

LocalStack spells it as in the messages that S3 sends to queues by itself, where a key is URL-encoded: a consumer that decodes
nothing, as on AWS, finds no object of a key with ``=`` or a space in it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from localstack.services.s3.notifications import EventBridgeNotifier

_entry = EventBridgeNotifier._get_event_payload


def install() -> None:
    """Have LocalStack's notifier send plain keys."""
    EventBridgeNotifier._get_event_payload = staticmethod(_plain)


def _plain(ctx: Any, config_id: Any = None) -> Any:
    entry = _entry(ctx, config_id)
    detail = json.loads(entry["Detail"])
    detail["object"]["key"] = unquote(ctx.key_name)
    return {**entry, "Detail": json.dumps(detail)}
