"""moto's streams with shards of ``local_kinesis``: their descriptions, their rates, and the readers that wait for them."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from datetime import datetime
from typing import Any

from moto.kinesis import models

from lakeloop_emulator.settings import QUOTAS
from local_kinesis import limits
from local_kinesis.shard import Shard
from local_kinesis.shards import Shards


class Stream(models.Stream):  # type: ignore[misc]
    """A stream as moto keeps it, its shards in ``kept``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.made = time.time()
        self.record_kib = limits.RECORD_KIB
        super().__init__(*args, **kwargs)

    def init_shards(self, shard_count: int) -> None:
        """Called by moto when it makes the stream."""
        self.kept = Shards(shard_count)

    def update_shard_count(self, target_shard_count: int) -> None:
        """Called by moto for CloudFormation."""
        self.kept.scale(target_shard_count)

    def put_record(self, partition_key: str, explicit_hash_key: str, data: str) -> tuple[str, str]:
        """moto's own services would put records of moto's own; nothing of the emulator's calls it."""
        raise NotImplementedError("PutRecord is localstack_plugin.kinesis's")

    def shard(self, shard_id: str) -> Shard:
        """The shard of that id. Raises ``KinesisError``."""
        return self.kept.get(shard_id, self.retention_period_hours)

    def takes(self, shard: Shard, size: int) -> bool:
        """Whether *shard* is within its rate with *size* bytes more. Always, unless quotas are in force (``just up quotas=on``)."""
        if os.environ.get(QUOTAS) != "on":
            return True
        return _rates.setdefault((self.arn, shard.id), limits.Rate()).takes(size)

    def described(self, last: str = "") -> list[dict[str, Any]]:
        """The shards behind the one with the id *last*, as the API describes them."""
        return [_described(shard) for shard in self.kept.all(self.retention_period_hours) if shard.id > last]

    def children(self, shard: Shard) -> list[dict[str, Any]]:
        """The shards that took the place of *shard*: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ChildShard.html"""
        return [
            {"ShardId": child.id, "ParentShards": list(child.parents), "HashKeyRange": _keys(child)}
            for child in shard.children
        ]

    def to_json(self, shard_limit: int | None = None) -> dict[str, Any]:
        described: dict[str, Any] = super().to_json()
        described["StreamDescription"]["Shards"] = self.described()
        return described

    def to_json_summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = super().to_json_summary()
        summary["StreamDescriptionSummary"] |= {
            "OpenShardCount": len(self.kept.open),
            "ConsumerCount": len(self.consumers),
            "MaxRecordSizeInKiB": self.record_kib,
            "StreamCreationTimestamp": self.made,
        }
        return summary


def numbered() -> None:
    """Have moto make such streams."""
    models.Stream = Stream


def _described(shard: Shard) -> dict[str, Any]:
    numbers = {"StartingSequenceNumber": str(shard.first)}
    if shard.closed is not None:
        numbers["EndingSequenceNumber"] = str(shard.end)
    described: dict[str, Any] = {"ShardId": shard.id, "HashKeyRange": _keys(shard), "SequenceNumberRange": numbers}
    for member, parent in zip(("ParentShardId", "AdjacentParentShardId"), shard.parents, strict=False):
        described[member] = parent
    return described


def _keys(shard: Shard) -> dict[str, str]:
    return {"StartingHashKey": str(shard.low), "EndingHashKey": str(shard.high)}


def listed(stream: Stream, wanted: Any, last: str) -> list[dict[str, Any]]:
    """The shards that a ``ShardFilter`` leaves, behind the one with the id *last*.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
    """
    kept = stream.kept.all(stream.retention_period_hours)
    match wanted.get("Type"):
        case "AT_LATEST":
            kept = [shard for shard in kept if shard.closed is None]
        case "AFTER_SHARD_ID":
            last = max(last, wanted.get("ShardId") or "")
        case "AT_TIMESTAMP" | "FROM_TIMESTAMP" as kind:
            moment = (
                wanted["Timestamp"].timestamp() if isinstance(wanted["Timestamp"], datetime) else wanted["Timestamp"]
            )
            kept = [
                shard
                for shard in kept
                if (shard.closed is None or shard.closed > moment)
                and (kind == "FROM_TIMESTAMP" or shard.made <= moment)
            ]
        case "AT_TRIM_HORIZON":
            ids = {shard.id for shard in kept}
            kept = [shard for shard in kept if not ids.intersection(shard.parents)]
    return [_described(shard) for shard in kept if shard.id > last]


_rates: dict[tuple[str, str], limits.Rate] = {}
"""Rates of shards, by their streams' ARNs and their own ids. No part of a saved state."""
_waiting: defaultdict[str, set[threading.Event]] = defaultdict(set)
"""Readers to wake when a stream changes, by its ARN."""


def watch(arn: str, reader: threading.Event) -> None:
    """Have *reader* set when records are put into the stream, or its shards change."""
    _waiting[arn].add(reader)


def unwatch(arn: str, reader: threading.Event) -> None:
    _waiting[arn].discard(reader)


def changed(arn: str) -> None:
    """Wake those who wait for the stream."""
    for reader in list(_waiting[arn]):
        reader.set()
