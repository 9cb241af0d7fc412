"""A Kinesis stream as mappings read it: through its API, with the function's role."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller

from local_lambda.mappings.model import AFTER, AT_TIMESTAMP, ExpiredCursor, Page, Position, Record, Shard, SourceError
from localstack_plugin.kinesis_streams import unwatch, watch

_ITEM_BYTES = 900
"""An item without its data and its key, at most."""


class KinesisSource:
    """Reads the stream of LocalStack's *poller*, which knows the client, the filters and the shape of an item."""

    def __init__(self, poller: KinesisPoller) -> None:
        self._poller, self._client, self.arn = poller, poller.source_client, poller.source_arn
        self._news: dict[str, threading.Event] = {}
        self._described = False

    def shards(self) -> Sequence[Shard]:
        """All shards. What is asked is what AWS wants the function's role to be allowed:
        https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-permissions"""
        try:
            if not self._described:
                self._client.describe_stream(StreamARN=self.arn, Limit=1)
                self._client.describe_stream_summary(StreamARN=self.arn)
                self._described = True
            found = self._list()
        except (ClientError, BotoCoreError) as error:
            raise SourceError(str(error)) from error
        parents = ("ParentShardId", "AdjacentParentShardId")
        return [Shard(one["ShardId"], tuple(one[name] for name in parents if name in one)) for one in found]

    def _list(self) -> list[dict[str, Any]]:
        answer = self._client.list_shards(StreamARN=self.arn)
        found: list[dict[str, Any]] = answer["Shards"]
        while token := answer.get("NextToken"):
            answer = self._client.list_shards(NextToken=token, StreamARN=self.arn)
            found += answer["Shards"]
        return found

    def open(self, shard: str, position: Position) -> Any:
        """An iterator at *position*, its shard, and the moment of its first record: boto3 asks for whole seconds."""
        arguments: dict[str, Any] = {"ShardIteratorType": position.kind}
        moment = 0.0
        if position.kind == AFTER:
            arguments = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": position.value}
        elif position.kind == AT_TIMESTAMP:
            moment = float(position.value)
            arguments["Timestamp"] = datetime.fromtimestamp(moment, UTC)
        try:
            answer = self._client.get_shard_iterator(StreamARN=self.arn, ShardId=shard, **arguments)
        except (ClientError, BotoCoreError) as error:
            raise SourceError(str(error)) from error
        if shard not in self._news:
            self._news[shard] = threading.Event()
            watch(self.arn, self._news[shard])
        return shard, answer["ShardIterator"], moment

    def read(self, cursor: Any, limit: int) -> Page:
        shard, iterator, moment = cursor
        try:
            answer = self._client.get_records(StreamARN=self.arn, ShardIterator=iterator, Limit=limit)
        except self._client.exceptions.ExpiredIteratorException as error:
            raise ExpiredCursor(str(error)) from error
        except (ClientError, BotoCoreError) as error:
            raise SourceError(str(error)) from error
        following = answer.get("NextShardIterator")
        found = [one for one in answer["Records"] if one["ApproximateArrivalTimestamp"].timestamp() >= moment]
        return Page(self._records(shard, found), (shard, following, moment) if following else None)

    def _records(self, shard: str, found: list[dict[str, Any]]) -> list[Record]:
        items = self._poller.transform_into_events(found, shard)
        wanted = {item["eventID"] for item in self._wanted(items)} if self._poller.filter_patterns else None
        self._poller.add_source_metadata(items)
        return [
            Record(
                record["SequenceNumber"],
                record["ApproximateArrivalTimestamp"].timestamp(),
                item,
                len(item["kinesis"]["data"]) + 6 * len(record["PartitionKey"]) + _ITEM_BYTES,
            )
            for record, item in zip(found, items, strict=True)
            if wanted is None or item["eventID"] in wanted
        ]

    def _wanted(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._poller.filter_events(self._poller.pre_filter(items))
        return found

    def event(self, shard: str, records: Sequence[Record]) -> dict[str, Any]:
        return {"Records": [record.item for record in records]}

    def wait(self, shard: str, seconds: float) -> None:
        news = self._news.get(shard)
        if news is None:  # not opened yet: the stream may be away
            threading.Event().wait(seconds)
        elif news.wait(seconds):
            news.clear()

    def wake(self) -> None:
        """Let nobody wait any more."""
        for news in self._news.values():
            news.set()

    def close(self) -> None:
        for news in self._news.values():
            unwatch(self.arn, news)
