"""Kinesis as the transport.

A call of PutRecords may take a record and refuse one before it, of the same shard
(https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html). Whoever reads the shard and has seen the later one
would take the earlier one, when it comes at last, for something that was seen already. Readers know how far they are by table and
lane. So a call holds one record of each lane at the most, and those of other lanes overtake the second; rows of a snapshot, which
have no order, go by the hundreds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.transport import Record

# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
_LIMIT = 1024 * 1024
_MOST_RECORDS = 500
_MOST_BYTES = 4 * 1024 * 1024
_TRIES = 12
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0


class Kinesis:
    """The stream *name*."""

    limit = _LIMIT

    def __init__(self, name: str, client: Any = None, wait: Callable[[float], None] = time.sleep) -> None:
        # botocore's own retries are for calls that failed as a whole; what is refused within a call is sent again below.
        self._client = client or boto3.client("kinesis", config=Config(retries={"mode": "standard", "max_attempts": 5}))
        self._name = name
        self._wait = wait

    def check(self) -> str:
        """``Transport.check``: the stream's ARN and when it was made."""
        try:
            found = self._client.describe_stream_summary(StreamName=self._name)["StreamDescriptionSummary"]
        except ClientError as error:
            said = error.response["Error"]
            if said.get("Code") != "ResourceNotFoundException":
                raise CaptureFailed(f"The stream {self._name}: {said.get('Message') or said.get('Code')}") from error
            raise CaptureRefused(
                f"There is no stream {self._name}: `changes = {{}}` in terraform/envs/dev.tfvars, then `just tf-apply env=dev`."
            ) from error
        except BotoCoreError as error:
            raise CaptureFailed(f"The stream {self._name}: {error}") from error
        made = found["StreamCreationTimestamp"].astimezone(UTC)
        return f"kinesis:{found['StreamARN']}@{made.isoformat(timespec='seconds')}"

    def append(self, records: Sequence[Record]) -> None:
        """``Transport.append``."""
        for call in calls(records):
            self._put(call)

    def _put(self, call: Sequence[Record]) -> None:
        left = list(call)
        wait = _FIRST_WAIT
        for _ in range(_TRIES):
            try:
                answers = self._client.put_records(
                    StreamName=self._name,
                    Records=[{"Data": record.data, "PartitionKey": record.key} for record in left],
                )["Records"]
            except (ClientError, BotoCoreError) as error:
                raise CaptureFailed(f"The stream {self._name} refuses: {error}") from error
            refused = [(record, answer) for record, answer in zip(left, answers, strict=True) if "ErrorCode" in answer]
            if not refused:
                return
            left = [record for record, _ in refused]
            self._wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        said = refused[0][1]
        raise CaptureFailed(
            f"The stream {self._name} refused {len(refused)} records {_TRIES} times: {said['ErrorCode']}: "
            f"{said.get('ErrorMessage', '')}"
        )


def calls(records: Sequence[Record]) -> Iterator[list[Record]]:
    """*records* cut into what one call takes: by number, by bytes, and one of each lane, but for rows of a snapshot."""
    left = list(records)
    while left:
        call: list[Record] = []
        lanes: set[tuple[str, int]] = set()
        snapshots: set[str] = set()
        later: list[Record] = []
        size, full = 0, False
        for record in left:
            more = len(record.data) + len(record.key.encode())
            full = full or len(call) == _MOST_RECORDS or bool(call and size + more > _MOST_BYTES)
            # A row of a snapshot that came behind a change of its table would be taken for one of another database.
            waits = not record.snapshot and (record.lane in lanes or record.table in snapshots)
            if full or waits:
                later.append(record)
            else:
                call.append(record)
                size += more
            lanes.add(record.lane)
            if record.snapshot:
                snapshots.add(record.table)
        yield call
        left = later
