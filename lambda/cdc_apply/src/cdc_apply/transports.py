"""Records in the events of Lambda's event source mappings, whichever transport they come from.

Kinesis: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example
Kafka: https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html#smaa-and-msk-event
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdc_apply.errors import TerminalError

_KAFKA = ("SelfManagedKafka", "aws:kafka")


@dataclass(frozen=True)
class Record:
    """A record of a transport. ``shard`` is ``kinesis:STREAM/SHARD`` or ``kafka:TOPIC/PARTITION``; offsets rise within a shard.

    ``name`` is the one by which a batch response tells that the record failed; Kafka's mappings take none.
    """

    shard: str
    offset: int
    data: bytes
    name: str | None


def records(event: Mapping[str, Any]) -> list[Record]:
    """The records of *event*, in the order in which they came.

    Raises:
        TerminalError: no transport that is known sends such an event.
    """
    try:
        if event.get("eventSource") in _KAFKA:
            return list(_of_kafka(event["records"]))
        return list(_of_kinesis(event["Records"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise TerminalError(
            f"The event is neither Kinesis' nor Kafka's ({type(error).__name__}: {str(error)[:80]}): {ascii(event)[:200]}"
        ) from None


def failed(event: Mapping[str, Any], first: Sequence[Record]) -> dict[str, Any] | None:
    """The answer that has *first*, the earliest record of each table that could not be written, and all after it come again.

    None: the transport takes no such answer, and the function has to fail. What was written is skipped when it comes again.
    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
    """
    if first and event.get("eventSource") in _KAFKA:
        return None
    earliest = [min(first, key=lambda record: record.offset)] if first else []
    return {"batchItemFailures": [{"itemIdentifier": record.name} for record in earliest]}


def _of_kinesis(found: Sequence[Mapping[str, Any]]) -> Iterator[Record]:
    for record in found:
        if record["eventSource"] != "aws:kinesis":
            raise ValueError(record["eventSource"])
        stream = record["eventSourceARN"].partition(":stream/")[2]
        shard = record["eventID"].partition(":")[0]
        number = record["kinesis"]["sequenceNumber"]
        yield Record(f"kinesis:{stream}/{shard}", int(number), base64.b64decode(record["kinesis"]["data"]), number)


def _of_kafka(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Record]:
    for batch in found.values():
        for record in batch:
            # A message without a value is no change: whatever writes such a thing, it is set apart.
            value = base64.b64decode(record.get("value") or "")
            yield Record(f"kafka:{record['topic']}/{record['partition']}", int(record["offset"]), value, None)
