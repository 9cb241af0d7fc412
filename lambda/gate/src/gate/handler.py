"""Lambda's entry point for files that arrive: ``gate.handler.handle``, with batches of a queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gate import configuration, event, ticks
from gate.errors import TerminalError
from gate.event import Arrival
from gate.files import SMALL, Files
from gate.logs import logger

# A file of the largest size that is allowed by default is fetched, read and copied in less.
_FILE_MILLIS = 30_000
_AT_ONCE = 4


def handle(raw_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bring every file of the batch where it belongs, and have a look at what waits when it has been quiet for a while.

    Returns:
        the messages that are to come again.
    """
    settings = configuration.read(os.environ)
    files, records = Files(settings), raw_event["Records"]
    found = {record["messageId"]: _arrival(record, settings) for record in records}
    arrived = {identity: arrival for identity, arrival in found.items() if arrival is not None}
    small = {identity: arrival for identity, arrival in arrived.items() if arrival.size <= SMALL}

    def take(identity: str) -> bool:
        return context.get_remaining_time_in_millis() >= _FILE_MILLIS and _take(files, arrived[identity], identity)

    # A file of a few bytes is a handful of requests that wait for S3. The disk has room for one large file.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        taken = dict(zip(small, pool.map(take, small), strict=True))
    taken |= {identity: take(identity) for identity in arrived if identity not in small}
    failed = [identity for identity in found if not taken.get(identity)]
    # A message that comes again may have been done but for this.
    if len(failed) < len(found):
        ticks.send(settings.ticks_queue, settings.quiet)
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in failed]}


def _arrival(record: dict[str, Any], settings: configuration.Configuration) -> Arrival | None:
    """The file that a message tells of; None if it tells of none."""
    try:
        return event.parse(record["body"], settings.raw_bucket)
    except TerminalError as error:
        logger.error(str(error), extra={"message_id": record["messageId"]})
    return None


def _take(files: Files, arrival: Arrival, identity: str) -> bool:
    """Bring the file where it belongs; whether that is done."""
    try:
        files.take(arrival)
        return True
    except TerminalError as error:
        logger.error(str(error), extra={"message_id": identity})
    except Exception:
        # One file that cannot be read, for whatever reason, keeps none of the others.
        logger.exception("The file stays where it lies", extra={"message_id": identity})
    return False
