"""Writing an object to S3 whose size is not known beforehand, with no more than one part in memory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local_athena.storage import split_uri

PART_BYTES = 8 * 1024 * 1024
"""S3 wants at least 5 MiB a part: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""


class Upload:
    """One object, written in pieces with *settings*, which are boto3's arguments. It exists after ``close()`` and not before;
    after ``abort()`` it never does.
    """

    def __init__(
        self,
        s3: Any,
        uri: str,
        settings: Mapping[str, str] = MappingProxyType({}),
        content_type: str = "application/octet-stream",
    ) -> None:
        self._s3, self._settings = s3, {"ContentType": content_type, **settings}
        self._bucket, self._key = split_uri(uri)
        self._pending = bytearray()
        self._upload_id: str | None = None
        self._parts: list[dict[str, Any]] = []
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append *data*; sends a part when one is full."""
        self._pending += data
        self.size += len(data)
        while len(self._pending) >= PART_BYTES:
            self._send(bytes(self._pending[:PART_BYTES]))
            del self._pending[:PART_BYTES]

    def close(self) -> None:
        """Make the object exist."""
        if self._upload_id is None:
            self._s3.put_object(Bucket=self._bucket, Key=self._key, Body=bytes(self._pending), **self._settings)
            return
        if self._pending:
            self._send(bytes(self._pending))
        self._s3.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Forget what was sent."""
        if self._upload_id is not None:
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)

    def _send(self, body: bytes) -> None:
        if self._upload_id is None:
            started = self._s3.create_multipart_upload(Bucket=self._bucket, Key=self._key, **self._settings)
            self._upload_id = started["UploadId"]
        number = len(self._parts) + 1
        part = self._s3.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, PartNumber=number, Body=body
        )
        self._parts.append({"PartNumber": number, "ETag": part["ETag"]})
