"""Lambda's entry point: ``alert.handler.handle``."""

from __future__ import annotations

import json
import os
import re
from functools import partial
from typing import Any

from alert import channels, configuration, event, page, tell
from alert.bucket import Bucket
from alert.configuration import Configuration
from alert.errors import AlertError, TerminalError, TransientError
from alert.event import SUCCEEDED, Execution, Test
from alert.message import Message
from alert.sent import Sent

# As the runner's (dbt_runner/event.py); whatever else stands in an input is no key of a bucket's.
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def handle(raw_event: Any, context: Any) -> dict[str, Any]:
    """Tell people of the event, once.

    Returns:
        ``{"message": key, "channels": [...]}``; ``{"skipped": why}`` for what nobody is told of or all were told before.

    Raises:
        TerminalError, TransientError: a channel did not take the message. Lambda sends the event again, to the channels that are
            left, and keeps it as a dead letter in the end.
    """
    try:
        answer = _tell(raw_event, context.aws_request_id)
    except AlertError as error:
        _log("error", str(error), error_type=type(error).__name__, request=context.aws_request_id)
        raise
    _log("info", "Told" if "message" in answer else "Nobody is told", request=context.aws_request_id, answer=answer)
    return answer


def _tell(raw_event: Any, request: str) -> dict[str, Any]:
    settings = configuration.read(os.environ)
    about = event.parse(raw_event)
    bucket = Bucket(settings.artifacts_bucket)
    wanted = channels.names(settings)
    key = _key(about)
    sent = Sent(bucket, key)
    if sent.is_everywhere(wanted):
        return {"skipped": f"{key} was sent before"}
    message = _message(about, bucket, settings)
    if message is None:
        return {"skipped": f"{key} has succeeded, and none of its exports asks for a message"}
    sent.begin({"subject": message.subject, "about": about.arn if isinstance(about, Execution) else "test"})
    failures = {
        channel: sent.to(channel, request, partial(channels.send, channel, message, settings)) for channel in wanted
    }
    failed = {channel: error for channel, error in failures.items() if error}
    if failed:
        said = "; ".join(f"{channel}: {error}" for channel, error in failed.items())
        kind = TransientError if any(isinstance(error, TransientError) for error in failed.values()) else TerminalError
        raise kind(f"{key} did not arrive everywhere. {said}")
    return {"message": key, "channels": list(wanted)}


def _key(about: Execution | Test) -> str:
    """The name of the message's record: an execution's is unique in its state machine, and the bucket is the environment's."""
    if isinstance(about, Test):
        return f"test-{about.name}"
    return f"{about.name}.{about.redrive}" if about.redrive else about.name


def _message(about: Execution | Test, bucket: Bucket, settings: Configuration) -> Message | None:
    if isinstance(about, Test):
        return tell.of_test(about, settings)
    summary = _summary(about, bucket)
    if not tell.wanted(about, summary):
        return None
    link = None
    if summary is not None and about.status != SUCCEEDED:
        title = f"{settings.project} {settings.environment}: {about.run_id}"
        link = bucket.publish(f"alerts/pages/{about.name}.html", page.render(title, summary))
    return tell.of_execution(about, summary, settings, link)


def _summary(about: Execution, bucket: Bucket) -> dict[str, Any] | None:
    if not _RUN_ID.fullmatch(about.run_id):
        return None
    found = bucket.read(f"runs/{about.run_id}/summary.json")
    if found is None or not isinstance(found[0], dict):
        return None
    summary: dict[str, Any] = found[0]
    for one in summary.get("exports", ()):
        one["link"] = bucket.link(one["uri"])
    return summary


def _log(level: str, message: str, **more: Any) -> None:
    print(json.dumps({"level": level.upper(), "message": message, **more}))
