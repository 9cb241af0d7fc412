"""Messages in the queue of arrivals: S3's events, as EventBridge sends them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from lakeloop_raw import arrivals

from gate.errors import TerminalError


@dataclass(frozen=True)
class Arrival:
    """A version of an object that has arrived; the etag without quotes, the size in bytes.

    The version is what is checked and copied: a file that is overwritten meanwhile is another version, with an event of its own.
    """

    key: str
    version: str
    etag: str
    size: int

    @property
    def id(self) -> str:
        return arrivals.file_id(self.key, self.etag)

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]


def parse(body: str, bucket: str) -> Arrival:
    """The arrival that the message *body* tells of.

    Raises:
        TerminalError: it is no such event, or of another bucket.
    """
    try:
        detail = json.loads(body)["detail"]
        found, of = detail["object"], detail["bucket"]["name"]
        arrival = Arrival(found["key"], found["version-id"], found["etag"].strip('"'), int(found["size"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TerminalError(
            f"The message is no event of an object that was created in a bucket with versions ({type(error).__name__}: "
            f"{str(error)[:80]}): {ascii(body)[:200]}"
        ) from None
    if of != bucket or not arrival.key.startswith(arrivals.INCOMING):
        raise TerminalError(
            f"The event is of s3://{of}/{arrival.key}, and files arrive in s3://{bucket}/{arrivals.INCOMING}."
        )
    return arrival
