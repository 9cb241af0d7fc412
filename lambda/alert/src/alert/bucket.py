"""The artifacts bucket: summaries of runs, and under ``alerts/`` what was sent, with S3's conditional writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import json
from typing import Any

from alert.aws import client, refused
from alert.errors import TransientError

_SECONDS = 12 * 3600
"""As long as a session of the function's role may live: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"""
_CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
_ABSENT = ("NoSuchKey", "404")


class Bucket:
    """Every method raises ``TransientError`` or ``TerminalError`` when S3 refuses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._s3 = client("s3")

    def read(self, key: str) -> tuple[Any, str] | None:
        """A JSON object with its ETag; None if it is not there."""
        try:
            answer = self._s3.get_object(Bucket=self.name, Key=key)
            return json.loads(answer["Body"].read()), str(answer["ETag"])
        except Exception as error:
            if _code(error) in _ABSENT:
                return None
            raise refused(f"Cannot read s3://{self.name}/{key}", error) from error

    def write(self, key: str, content: Any, etag: str | None) -> str:
        """Write over the state *etag*, or what must not be there yet; the new ETag. Raises ``TransientError`` if it is another."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = json.dumps(content, indent=1).encode()
        try:
            answer = self._s3.put_object(
                Bucket=self.name, Key=key, Body=body, ContentType="application/json", **condition
            )
        except Exception as error:
            if _code(error) in _CONFLICTS:
                raise TransientError(f"Another invocation is at work on s3://{self.name}/{key}") from error
            raise refused(f"Cannot write s3://{self.name}/{key}", error) from error
        return str(answer["ETag"])

    def publish(self, key: str, page: str) -> str:
        """Write an HTML page; an address that opens it for twelve hours at most."""
        try:
            self._s3.put_object(Bucket=self.name, Key=key, Body=page.encode(), ContentType="text/html; charset=utf-8")
            return self.link(f"s3://{self.name}/{key}")
        except Exception as error:
            raise refused(f"Cannot write s3://{self.name}/{key}", error) from error

    def link(self, uri: str) -> str:
        """An address that opens the object *uri*, of any bucket, for twelve hours at most."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return str(
            self._s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=_SECONDS)
        )


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
