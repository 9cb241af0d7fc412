"""Lambda's entry point for files that arrive: ``gate.handler.handle``, with batches of a queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from __future__ import annotations

import os
from typing import Any

from gate import configuration, event, ticks
from gate.errors import TerminalError
from gate.files import Files
from gate.logs import logger

# A file of the largest size that is allowed by default is fetched, read and copied in less.
_FILE_MILLIS = 30_000


def handle(raw_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bring every file of the batch where it belongs, and have a look at what waits when it has been quiet for a while.

    Returns:
        the messages that are to come again.
    """
    settings = configuration.read(os.environ)
    files = Files(settings)
    failed = []
    for record in raw_event["Records"]:
        if context.get_remaining_time_in_millis() < _FILE_MILLIS:
            failed.append(record["messageId"])
            continue
        try:
            files.take(event.parse(record["body"], settings.raw_bucket))
        except TerminalError as error:
            logger.error(str(error), extra={"message_id": record["messageId"]})
            failed.append(record["messageId"])
        except Exception:
            # One file that cannot be read, for whatever reason, keeps none of the others.
            logger.exception("The file stays where it lies", extra={"message_id": record["messageId"]})
            failed.append(record["messageId"])
    # A message that comes again may have been done but for this.
    if len(failed) < len(raw_event["Records"]):
        ticks.send(settings.ticks_queue, settings.quiet)
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in failed]}
