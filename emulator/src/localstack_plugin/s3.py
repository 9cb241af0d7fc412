"""LocalStack's S3, its files in the emulator's own folder, its memory such that it can be saved."""

from __future__ import annotations

from pathlib import Path

from localstack import config
from localstack.services.plugins import Service
from localstack.services.s3.models import s3_stores
from localstack.services.s3.provider import S3Provider
from localstack.state import StateVisitor

from localstack_plugin.s3_objects import SavedObjects


class SavedS3(S3Provider):  # type: ignore[misc]
    """The provider."""

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Its memory is buckets and what is said of objects, and then their contents."""
        visitor.visit(s3_stores)
        visitor.visit(self._storage_backend)


def service() -> Service:
    """The provider as a service."""
    return Service.for_provider(SavedS3(SavedObjects(str(Path(config.dirs.tmp) / "s3"))))
