"""``just redrive``: what could not be done is tried again, and files of which no message tells are told of."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lakeloop_raw.arrivals import INCOMING

from lakeloop.arguments import meant, take
from lakeloop.arrivals.awaited import awaiting, explained
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.changes import redrive as changes
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.workspace import Workspace

# Longer than any message is hidden, tried and hidden again: what lies in incoming/ for so long, nobody looks at.
_FORGOTTEN = timedelta(hours=2)
_HIDDEN_SECONDS = 60
_CHANGES = "changes"


def redrive(workspace: Workspace, words: Sequence[str]) -> int:
    """``just redrive [env=dev]``: dead letters back into their queues. One that no function can read stays, and is printed.

    ``just redrive changes [env=dev]`` is ``lakeloop.changes.redrive``.

    Returns:
        1 if a message stays.

    Raises:
        UserError: an unknown word, an environment that awaits no files.
    """
    arguments, rest = take(words, {"env", "on"})
    if rest == [_CHANGES]:
        return changes.redrive(workspace, arguments.get("env"), arguments.get("on"))
    if rest:
        raise UserError(
            f"Unknown word {rest[0]!r}.{meant(rest[0], [_CHANGES])} Usage: just redrive [changes] [env=dev]"
        )
    place, lake = awaiting(workspace, arguments.get("env"), arguments.get("on"))
    sqs = place.client("sqs")
    with explained(place):
        back, stay = 0, []
        for message in _messages(sqs, lake.arrivals_dead_url):
            queue = _queue_of(message["Body"], lake)
            if queue is None:
                stay.append(message["Body"])
                continue
            sqs.send_message(QueueUrl=queue, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=lake.arrivals_dead_url, ReceiptHandle=message["ReceiptHandle"])
            back += 1
        told = _tell_of_forgotten(place.client("s3"), sqs, lake)
    print(
        f"{counted(back, 'dead letter is', 'dead letters are')} tried again"
        + (f", and {counted(told, 'file')} that lay in {INCOMING}" if told else "")
        + "."
    )
    for body in stay:
        print(f"stays, for no function can read it: {ascii(body)[:200]}", file=sys.stderr)
    return 1 if stay else 0


def _messages(sqs: Any, queue: str) -> Iterator[dict[str, Any]]:
    """Every message of *queue*, once: those that were seen are hidden for a while."""
    seen: set[str] = set()
    while found := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN_SECONDS, WaitTimeSeconds=1
    ).get("Messages"):
        fresh = [message for message in found if message["MessageId"] not in seen]
        if not fresh:
            return
        seen.update(message["MessageId"] for message in fresh)
        yield from fresh


def _queue_of(body: str, lake: Outputs) -> str | None:
    """The queue whose function can read *body*."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    if "tick" in message or message.get("source") == "aws.states":
        return lake.ticks_queue_url
    return lake.arrivals_queue_url if message.get("detail-type") == "Object Created" else None


def _tell_of_forgotten(s3: Any, sqs: Any, lake: Outputs) -> int:
    """Tell the gate of files in ``incoming/`` whose message has been lost: a dead letter is kept for 14 days."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=lake.raw_bucket, Prefix=INCOMING)
    found = [one for page in pages for one in page.get("Versions", ()) if one["IsLatest"]]
    old = [
        one for one in found if one["LastModified"] < datetime.now(UTC) - _FORGOTTEN and not one["Key"].endswith("/")
    ]
    for one in old:
        of = {"key": one["Key"], "version-id": one["VersionId"], "etag": one["ETag"].strip('"'), "size": one["Size"]}
        event = {"detail-type": "Object Created", "detail": {"bucket": {"name": lake.raw_bucket}, "object": of}}
        sqs.send_message(QueueUrl=lake.arrivals_queue_url, MessageBody=json.dumps(event))
    return len(old)
