"""DynamoDB: a scan in segments, and items as rows.

A number is a Decimal, a set is a sorted list, binary stays binary. What is nested becomes JSON: numbers as they are, to the last
digit, binary in base64. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.types import Binary, TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.sources.types import Type

from lakeloop_ingest.cursor import Row
from lakeloop_ingest.errors import IngestError, in_a_line
from lakeloop_ingest.settings import Table

_SEGMENTS = 4
_QUICK = Config(connect_timeout=10, retries={"total_max_attempts": 5, "mode": "standard"}, max_pool_connections=64)


class DynamoDb:
    """Tables of DynamoDB in the account and region that the process is in."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._segments: int = settings.get("segments", _SEGMENTS)
        self._client = boto3.client("dynamodb", config=_QUICK)

    def types(self, table: Table) -> Mapping[str, Type]:
        """None: items have types, tables have none."""
        return {}

    def pages(self, table: Table, start: Any) -> Iterator[list[Row]]:
        """Items by the page, from all segments at once; a page of each is in memory.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
        """
        words = self._words(table, start)
        with ThreadPoolExecutor(self._segments) as pool:
            running: dict[Future[dict[str, Any]], int] = {
                pool.submit(self._scan, words, segment, None): segment for segment in range(self._segments)
            }
            try:
                while running:
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        segment, page = running.pop(future), future.result()
                        if "LastEvaluatedKey" in page:
                            running[pool.submit(self._scan, words, segment, page["LastEvaluatedKey"])] = segment
                        yield [{name: row_value(value) for name, value in item.items()} for item in page["Items"]]
            except (ClientError, BotoCoreError) as error:
                raise IngestError(
                    f"DynamoDB's table {words['TableName']} cannot be read: {in_a_line(error)}"
                ) from error
            finally:
                for future in running:
                    future.cancel()

    def _words(self, table: Table, start: Any) -> dict[str, Any]:
        words: dict[str, Any] = {"TableName": table.more.get("from", table.name), "TotalSegments": self._segments}
        if table.cursor is not None:
            # A row that is seen a moment later than one that was written after it would be missed.
            words["ConsistentRead"] = True
        if start is not None:
            # Items without a cursor come too, to be refused and not missed.
            words["FilterExpression"] = "attribute_not_exists(#cursor) OR #cursor >= :start"
            words["ExpressionAttributeNames"] = {"#cursor": table.cursor}
            words["ExpressionAttributeValues"] = {":start": TypeSerializer().serialize(start)}
        return words

    def _scan(self, words: Mapping[str, Any], segment: int, after: Any) -> dict[str, Any]:
        more = {} if after is None else {"ExclusiveStartKey": after}
        page: dict[str, Any] = self._client.scan(**words, Segment=segment, **more)
        return page


def row_value(typed: Mapping[str, Any]) -> Any:
    """The value of a column for an attribute as the API gives it (``{"N": "1.5"}``)."""
    ((kind, value),) = typed.items()
    if kind == "N":
        return Decimal(value)
    if kind == "B":
        return bytes(value.value if isinstance(value, Binary) else value)
    if kind in ("S", "BOOL"):
        return value
    return None if kind == "NULL" else _json(typed)


def _json(typed: Mapping[str, Any]) -> str:
    """An attribute as JSON. Written here, because Python's writer makes floats of numbers, and loses digits."""
    ((kind, value),) = typed.items()
    if kind == "M":
        members = (f"{json.dumps(name, ensure_ascii=False)}:{_json(inner)}" for name, inner in value.items())
        return "{" + ",".join(members) + "}"
    if kind == "L":
        return "[" + ",".join(_json(inner) for inner in value) + "]"
    if kind in ("SS", "NS", "BS"):
        # Sets have no order: sorted, the same set is the same text.
        ordered = sorted(value, key=Decimal) if kind == "NS" else sorted(value, key=_bytes)
        return "[" + ",".join(_json({kind[0]: inner}) for inner in ordered) + "]"
    if kind == "N":
        return str(value)
    if kind == "B":
        return json.dumps(b64encode(_bytes(value)).decode())
    return json.dumps(None if kind == "NULL" else value, ensure_ascii=False)


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value.value if isinstance(value, Binary) else value)
