"""One message for all files that were set apart, when it has been quiet for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lakeloop_raw import arrivals

from gate.clients import client
from gate.configuration import Configuration
from gate.runs import due_in, more_to_come
from gate.state import Machine
from gate.store import Conflict, Store

_SHOWN = 20
# A tick that has not ended by then was killed: told twice is better than not at all.
_TELLING_SECONDS = 60.0


def tell(settings: Configuration, store: Store, machine: Machine, now: datetime) -> float | None:
    """Send the message if one is due; the seconds until it may be, None if there is nothing to tell."""
    if settings.topic is None:
        return None
    state = machine.state
    if state.telling:
        left = state.telling_since + _TELLING_SECONDS - now.timestamp()
        if left > 0:
            return left
        keys = list(state.telling)
    else:
        notes = store.entries(arrivals.QUARANTINED)
        wait = due_in(notes, now, settings.quiet, settings.longest_wait)
        if wait is None or wait > 0:
            return wait
        if more_to_come(settings, notes, now):
            return settings.quiet
        keys = [entry.key for entry in notes]
    try:
        machine.change(telling=tuple(keys), telling_since=now.timestamp())
    except Conflict:  # another tick tells
        return _TELLING_SECONDS
    files = [stored.content for key in keys[:_SHOWN] if (stored := store.get(key))]
    if files:
        client("sns").publish(TopicArn=settings.topic, **message(settings.environment, files, len(keys)))
    store.delete(keys)
    machine.change(telling=(), telling_since=0.0)
    return None


def message(environment: str, files: list[dict[str, Any]], count: int) -> dict[str, str]:
    """Subject and text; a subject is ASCII of at most 100 characters.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    lines = [f"{file['key'].removeprefix(arrivals.INCOMING)}: {_first(file)}" for file in files]
    if count > len(files):
        lines.append(f"... and {count - len(files)} more")
    subject = f"{environment}: {count} {'file' if count == 1 else 'files'} in quarantine"
    todo = f"`just quarantine env={environment}` shows them; what is mended is released from there."
    return {"Subject": subject[:100], "Message": "\n".join([subject, "", *lines, "", todo])}


def _first(file: dict[str, Any]) -> str:
    reason, *more = file["reasons"]
    column = f"column {reason['column']}: " if reason["column"] else ""
    return f"{column}{reason['what']}{f' (and {len(more)} more)' if more else ''}"
