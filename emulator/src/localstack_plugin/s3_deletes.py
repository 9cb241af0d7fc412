"""Deletes of S3 that have a condition: LocalStack refuses DeleteObject's, and ignores that of DeleteObjects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.s3 import Error, NoSuchKey, PreconditionFailed
from localstack.services.s3.models import S3DeleteMarker
from localstack.services.s3.provider import S3Provider


class ConditionalDeletes(S3Provider):  # type: ignore[misc]
    """The provider; a condition is of an object's current version."""

    def delete_object(
        self, context: RequestContext, bucket: str, key: str, *, if_match: str | None = None, **more: Any
    ) -> Any:
        """Delete an object, if it is the one that If-Match names."""
        if not if_match:
            return super().delete_object(context, bucket, key, **more)
        with self._unchanged(context, bucket, key, if_match):
            return super().delete_object(context, bucket, key, **more)

    def delete_objects(self, context: RequestContext, bucket: str, delete: Any, **more: Any) -> Any:
        """Delete those objects that are the ones that their ETags name; an error for each of the others."""
        refused: list[Error] = []
        objects = []
        for one in delete.get("Objects", []):
            try:
                if one.get("ETag"):
                    with self._unchanged(context, bucket, one["Key"], one["ETag"]):
                        objects.append(one)
                else:
                    objects.append(one)
            except (NoSuchKey, PreconditionFailed) as error:
                refused.append(Error(Key=one["Key"], Code=error.code, Message=error.message))
        if not refused:
            return super().delete_objects(context, bucket, delete, **more)
        done = super().delete_objects(context, bucket, {**delete, "Objects": objects}, **more) if objects else {}
        return {**done, "Errors": [*done.get("Errors", []), *refused]}

    @contextmanager
    def _unchanged(self, context: RequestContext, bucket: str, key: str, etag: str) -> Iterator[None]:
        """Hold off other conditional calls for *key*, whose object has this *etag*; ``*`` is any.

        Raises:
            PreconditionFailed, NoSuchKey: it has another, or there is none.
        """
        _, found = self._get_cross_account_bucket(context, bucket)
        with self._preconditions_locks[bucket][key]:
            existing = found.objects.get(key)
            missing = existing is None or isinstance(existing, S3DeleteMarker)
            if missing and etag != "*":
                raise NoSuchKey("The specified key does not exist.", Key=key)
            if missing or (etag != "*" and existing.etag != etag.strip('"')):
                raise PreconditionFailed(
                    "At least one of the pre-conditions you specified did not hold", Condition="If-Match"
                )
            yield
