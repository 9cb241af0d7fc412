"""moto's Kinesis, whose shards and records are ``local_kinesis``'s.

moto keeps streams with their tags, retention, encryption and consumers; its shards number records 1, 2, 3, take records of
any size, never forget one, and move them when they are split.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.moto import call_moto
from localstack.services.plugins import Service
from moto.kinesis.exceptions import StreamNotFoundError
from moto.kinesis.models import kinesis_backends

from local_kinesis import limits
from local_kinesis.errors import KinesisError, invalid, missing
from local_kinesis.iterators import Iterator, place
from local_kinesis.shards import KEYS, hash_key
from localstack_plugin.kinesis_streams import Stream, changed, listed, numbered
from localstack_plugin.moto_service import Handler
from localstack_plugin.moto_service import service as moto_service

_PAGE = 1000
"""Shards that ListShards answers if it is not told: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html"""


def service() -> Service:
    """The provider."""
    numbered()
    own: dict[str, Callable[[RequestContext, Any], Any]] = {
        "CreateStream": create_stream,
        "UpdateMaxRecordSize": update_max_record_size,
        "DescribeStream": describe_stream,
        "ListShards": list_shards,
        "PutRecord": put_record,
        "PutRecords": put_records,
        "GetShardIterator": get_shard_iterator,
        "GetRecords": get_records,
        "SplitShard": split_shard,
        "MergeShards": merge_shards,
        "UpdateShardCount": update_shard_count,
    }
    return moto_service("kinesis", {name: _told(handler) for name, handler in own.items()})


def _told(handler: Handler) -> Handler:
    """*handler*, whose refusals are answers."""

    def handle(context: RequestContext, request: Any) -> Any:
        try:
            return handler(context, request)
        except KinesisError as error:
            raise CommonServiceException(error.code, error.message, 400, sender_fault=True) from error

    return handle


def stream_of(context: RequestContext, request: Any, name: str | None = None) -> Stream:
    """The stream that *request* is about, by its ARN or its name. Raises ``KinesisError``."""
    arn = request.get("StreamARN")
    account, region = (arn.split(":")[4], arn.split(":")[3]) if arn else (context.account_id, context.region)
    name = name or request.get("StreamName")
    if not arn and not name:
        raise invalid("Either StreamName or StreamARN must be given.")
    try:
        found: Stream = kinesis_backends[account][region].describe_stream(stream_arn=arn, stream_name=name)
    except StreamNotFoundError as error:
        raise missing(f"Stream {name or arn.split('/')[-1]} under account {account} not found.") from error
    return found


def create_stream(context: RequestContext, request: Any) -> Any:
    """Make a stream, with the members that moto leaves out."""
    kib = request.get("MaxRecordSizeInKiB", limits.RECORD_KIB)
    limits.check_size(kib)
    on_demand = (request.get("StreamModeDetails") or {}).get("StreamMode") == "ON_DEMAND"
    if not on_demand and not request.get("ShardCount"):
        raise invalid("ShardCount must be 1 or more for a stream in provisioned mode.")
    answer = call_moto(context)
    stream = stream_of(context, request)
    stream.record_kib = kib
    stream.tags.update(request.get("Tags") or {})
    return answer


def update_max_record_size(context: RequestContext, request: Any) -> Any:
    """Change the size of the largest record."""
    limits.check_size(request["MaxRecordSizeInKiB"])
    stream_of(context, request).record_kib = request["MaxRecordSizeInKiB"]
    return {}


def describe_stream(context: RequestContext, request: Any) -> Any:
    """Describe a stream, its shards from ``ExclusiveStartShardId`` on."""
    stream = stream_of(context, request)
    shards = stream.described(request.get("ExclusiveStartShardId") or "")
    limit = request.get("Limit") or 100
    description = stream.to_json()["StreamDescription"]
    return {
        "StreamDescription": {name: value for name, value in description.items() if value is not None}
        | {
            "StreamModeDetails": stream.stream_mode,
            "StreamCreationTimestamp": stream.made,
            "Shards": shards[:limit],
            "HasMoreShards": len(shards) > limit,
        }
    }


def list_shards(context: RequestContext, request: Any) -> Any:
    """List a stream's shards, all or those of a ``ShardFilter``."""
    token = request.get("NextToken")
    name, last = token.rsplit("/", 1) if token else (None, request.get("ExclusiveStartShardId") or "")
    stream = stream_of(context, request, name)
    shards = listed(stream, request.get("ShardFilter") or {}, last)
    limit = request.get("MaxResults") or _PAGE
    answer: dict[str, Any] = {"Shards": shards[:limit]}
    if len(shards) > limit:
        answer["NextToken"] = f"{stream.stream_name}/{shards[limit - 1]['ShardId']}"
    return answer


def put_record(context: RequestContext, request: Any) -> Any:
    """Store one record."""
    stream = stream_of(context, request)
    limits.check_record(request["PartitionKey"], request["Data"], stream.record_kib)
    answer = _put(stream, request)
    if "ErrorCode" in answer:
        raise KinesisError(answer["ErrorCode"], answer["ErrorMessage"])
    changed(stream.arn)
    return answer | {"EncryptionType": stream.encryption_type}


def put_records(context: RequestContext, request: Any) -> Any:
    """Store up to 500 records, of which some may fail and others not."""
    stream = stream_of(context, request)
    limits.check_request([(one["PartitionKey"], one["Data"]) for one in request["Records"]], stream.record_kib)
    answers = [_put(stream, record) for record in request["Records"]]
    changed(stream.arn)
    failed = sum("ErrorCode" in answer for answer in answers)
    return {"FailedRecordCount": failed, "Records": answers, "EncryptionType": stream.encryption_type}


def _put(stream: Stream, record: Any) -> dict[str, str]:
    """Store *record*: the place where it lies, or the reason why it does not."""
    key, data, explicit = record["PartitionKey"], record["Data"], record.get("ExplicitHashKey")
    shard = stream.kept.of(_explicit(explicit) if explicit else hash_key(key))
    probability: float = config.KINESIS_ERROR_PROBABILITY
    if not stream.takes(shard, len(data) + len(key)) or (probability and random.random() < probability):  # nosec B311
        return {
            "ErrorCode": "ProvisionedThroughputExceededException",
            "ErrorMessage": f"Rate exceeded for shard {shard.id} in stream {stream.stream_name} under account "
            f"{stream.account_id}.",
        }
    return {"SequenceNumber": str(stream.kept.put(shard, key, data).sequence), "ShardId": shard.id}


def _explicit(key: str) -> int:
    if not key.isdecimal() or int(key) >= KEYS:
        raise invalid(
            f"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {key}"
        )
    return int(key)


def get_shard_iterator(context: RequestContext, request: Any) -> Any:
    """Hand out a place in a shard."""
    stream = stream_of(context, request)
    shard = stream.shard(request["ShardId"])
    moment = request.get("Timestamp")
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment
    after = place(shard, request["ShardIteratorType"], request.get("StartingSequenceNumber"), seconds)
    return {"ShardIterator": Iterator(stream.stream_name, shard.id, after).word()}


def get_records(context: RequestContext, request: Any) -> Any:
    """Read on from a place in a shard, and hand out the next."""
    iterator = Iterator.of(request["ShardIterator"])
    limit = request.get("Limit", limits.REQUEST_RECORDS * 20)
    if not 1 <= limit <= 10_000:
        raise invalid(f"Limit {limit} is not between 1 and 10000.")
    stream = stream_of(context, request, iterator.stream)
    shard = stream.shard(iterator.shard)
    found, behind, ended = stream.kept.read(shard, iterator.after, stream.retention_period_hours, limit)
    answer: dict[str, Any] = {
        "Records": [
            {
                "SequenceNumber": str(record.sequence),
                "ApproximateArrivalTimestamp": record.arrived,
                "Data": record.data,
                "PartitionKey": record.key,
                "EncryptionType": stream.encryption_type,
            }
            for record in found
        ],
        "MillisBehindLatest": behind,
    }
    if ended:
        return answer | {"ChildShards": stream.children(shard)}
    last = found[-1].sequence if found else iterator.after
    return answer | {"NextShardIterator": Iterator(iterator.stream, iterator.shard, last).word()}


def split_shard(context: RequestContext, request: Any) -> Any:
    """Split a shard in two."""
    stream = _provisioned(context, request)
    stream.kept.split(stream.shard(request["ShardToSplit"]), _explicit(request["NewStartingHashKey"]))
    changed(stream.arn)
    return {}


def merge_shards(context: RequestContext, request: Any) -> Any:
    """Merge two shards that adjoin."""
    stream = _provisioned(context, request)
    stream.kept.merge(stream.shard(request["ShardToMerge"]), stream.shard(request["AdjacentShardToMerge"]))
    changed(stream.arn)
    return {}


def update_shard_count(context: RequestContext, request: Any) -> Any:
    """Split and merge until there are so many."""
    stream = _provisioned(context, request)
    current, target = len(stream.kept.open), request["TargetShardCount"]
    stream.kept.scale(target)
    changed(stream.arn)
    return {
        "StreamName": stream.stream_name,
        "StreamARN": stream.arn,
        "CurrentShardCount": current,
        "TargetShardCount": target,
    }


def _provisioned(context: RequestContext, request: Any) -> Stream:
    stream = stream_of(context, request)
    if stream.stream_mode.get("StreamMode") == "ON_DEMAND":
        raise KinesisError(
            "ValidationException",
            f"Request is invalid. Stream {stream.stream_name} under account {stream.account_id} is in On-Demand mode.",
        )
    return stream
