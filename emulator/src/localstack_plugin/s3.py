"""LocalStack's S3, its files in the emulator's own folder, its memory such that it can be saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import RequestContext
from localstack.services.plugins import Service
from localstack.services.s3.models import s3_stores
from localstack.state import StateVisitor

from localstack_plugin import s3_events
from localstack_plugin.s3_deletes import ConditionalDeletes
from localstack_plugin.s3_objects import SavedObjects

# Since April 2026 S3 refuses keys of clients' own to buckets, unless somebody says otherwise, and answers so of each rule:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html
_BLOCKED = {"EncryptionType": ["SSE-C"]}


class SavedS3(ConditionalDeletes):
    """The provider."""

    def get_bucket_encryption(self, context: RequestContext, *args: Any, **kwargs: Any) -> Any:
        """Encryption of a bucket, with the member that S3 adds to what was put."""
        answer = super().get_bucket_encryption(context, *args, **kwargs)
        rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        if not rules:
            return answer
        whole = [{"BlockedEncryptionTypes": _BLOCKED, **rule} for rule in rules]
        return {**answer, "ServerSideEncryptionConfiguration": {"Rules": whole}}

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Its memory is buckets and what is said of objects, and then their contents."""
        visitor.visit(s3_stores)
        visitor.visit(self._storage_backend)


def service() -> Service:
    """The provider as a service."""
    s3_events.install()
    return Service.for_provider(SavedS3(SavedObjects(str(Path(config.dirs.tmp) / "s3"))))
