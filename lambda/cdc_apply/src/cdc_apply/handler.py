"""Lambda's entry point for captured changes: ``cdc_apply.handler.handle``, with batches of a stream.

Each table of a batch is a commit of its own. One that fails keeps none of the others: what they have is skipped when the batch
comes again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cdc_apply import bodies, columns, configuration, redrive, transports
from cdc_apply.errors import TransientError, Unwritable
from cdc_apply.logs import logger
from cdc_apply.plan import Item
from cdc_apply.quarantine import Quarantine
from cdc_apply.tables import tables
from cdc_apply.transports import Record
from cdc_apply.writer import Writer

# Each waits for S3 and Glue most of the time.
_AT_ONCE = 8


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Append the changes of the batch to the changelog.

    An event ``{"redrive": [KEY, ...]}`` is about records that were set apart (``redrive``).

    Returns:
        the record from which on the batch is to come again, if one could not be written.

    Raises:
        TerminalError: the function is not configured, or the event is no transport's.
        TransientError: a record could not be written, and the transport takes no answer about a part of its batch.
    """
    settings = configuration.read(os.environ)
    quarantine = Quarantine(settings.bucket)
    writer = Writer(tables(settings), quarantine)
    if "redrive" in event:
        return redrive.again(event["redrive"], settings.bucket, quarantine, writer)
    items, failed = _read(transports.records(event), settings.bucket, quarantine)
    by_table = list(_by_table(items))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for some, written in zip(by_table, pool.map(lambda some: _write(writer, some), by_table), strict=True):
            if not written:
                failed.append(some[0].record)
    answer = transports.failed(event, failed)
    if answer is None:
        raise TransientError(f"{len(failed)} tables of the batch were not written. It comes again; the log says why.")
    return answer


def _read(records: Iterable[Record], bucket: str, quarantine: Quarantine) -> tuple[list[Item], list[Record]]:
    """The changes of *records*, and the first of each shard that could neither be read nor set apart: none after it is taken."""
    items: list[Item] = []
    failed: dict[str, Record] = {}
    for record in records:
        if record.shard in failed:
            continue
        try:
            try:
                items.append(Item(record, bodies.change_in(record.data, bucket)))
            except Unwritable as error:
                quarantine.put(record, str(error))
        except (BotoCoreError, ClientError) as error:
            logger.error(
                f"A record could not be read: {error}", extra={"shard": record.shard, "offset": str(record.offset)}
            )
            failed[record.shard] = record
    return items, list(failed.values())


def _by_table(items: Iterable[Item]) -> Iterable[list[Item]]:
    """*items* by the table of the changelog and of the source, in the order in which they came."""
    found: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        change = item.change
        name = columns.table_name(change.schema, change.table)
        found.setdefault((name, change.source, change.schema, change.table), []).append(item)
    return found.values()


def _write(writer: Writer, items: list[Item]) -> bool:
    try:
        writer.write(items)
    except TransientError as error:
        logger.error(str(error))
        return False
    except Exception:
        # A fault of one table, whatever it is, keeps none of the others.
        logger.exception("A table could not be written", extra={"table": items[0].change.table})
        return False
    return True
