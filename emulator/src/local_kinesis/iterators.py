"""Shard iterators: opaque words that say where a reader stands, for five minutes.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass

from local_kinesis import sequence
from local_kinesis.errors import KinesisError, invalid
from local_kinesis.shard import Shard

SECONDS = 300
"""How long an iterator can be used."""


@dataclass(frozen=True)
class Iterator:
    """A place in a shard: the next record is the first behind ``after``."""

    stream: str
    shard: str
    after: int

    def word(self, now: float | None = None) -> str:
        """The iterator as a client gets it, given out at *now*."""
        stamp = time.time() if now is None else now
        return base64.b64encode(json.dumps([stamp, self.stream, self.shard, str(self.after)]).encode()).decode()

    @classmethod
    def of(cls, word: str, now: float | None = None) -> Iterator:
        """The iterator that *word* is. Raises ``KinesisError`` if it is none, or is too old."""
        try:
            stamp, stream, shard, after = json.loads(base64.b64decode(word, validate=True))
            found = cls(stream, shard, int(after))
        except (binascii.Error, ValueError, TypeError) as error:
            raise invalid("Invalid ShardIterator.") from error
        age = (time.time() if now is None else now) - stamp
        if age > SECONDS:
            raise KinesisError(
                "ExpiredIteratorException",
                f"Iterator expired. The iterator was created {age:.0f} seconds ago, which is more than the limit of "
                f"{SECONDS} seconds.",
            )
        return found


def place(shard: Shard, kind: str, number: str | None, moment: float | None) -> int:
    """The sequence number behind which a new iterator of type *kind* begins.

    Raises:
        KinesisError: *kind* asks for a *number* of this shard's, or a *moment* (seconds of the epoch), that is not there.
    """
    match kind:
        case "TRIM_HORIZON":
            return shard.first
        case "LATEST":
            return shard.latest.sequence if shard.latest else (shard.first if shard.closed is None else shard.end)
        case "AT_TIMESTAMP":
            if moment is None:
                raise invalid("Must specify timestamp parameter for iterator of type AT_TIMESTAMP.")
            return shard.before_time(moment)
        case "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER":
            if number is None:
                raise invalid(f"Must specify startingSequenceNumber parameter for iterator of type {kind}.")
            found = sequence.parse(number)
            if found is None or not shard.first <= found <= shard.end:
                raise invalid(
                    f"StartingSequenceNumber {number} used in GetShardIterator on shard {shard.id} is invalid because it did "
                    "not come from this shard."
                )
            return found - 1 if kind == "AT_SEQUENCE_NUMBER" else found
        case _:
            raise invalid(f"Invalid ShardIteratorType: {kind}")
