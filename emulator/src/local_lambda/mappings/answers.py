"""Answers of functions that report which records of a batch failed.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from local_lambda.mappings.model import Done, Failed, Outcome, Record


def outcome(answer: Any, records: Sequence[Record], request_id: str, version: str) -> Outcome:
    """The end of an invocation whose function answered *answer*.

    An answer that names a record wrongly (no, an empty or an unknown identifier) fails the whole batch.
    """
    reported = (answer or {}).get("batchItemFailures") if isinstance(answer, dict) or not answer else None
    if not reported:
        return Done()
    order = {record.sequence: index for index, record in enumerate(records)}
    places = [order.get(str(item.get("itemIdentifier")) if isinstance(item, dict) else "", 0) for item in reported]
    return Failed(request_id, "", version, records[min(places)].sequence)
