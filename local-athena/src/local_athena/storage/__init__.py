"""S3 as the tables see it: listed, fetched through a disk cache that can never be stale, written whole."""

from local_athena.storage.aws import AwsClients
from local_athena.storage.objects import S3Object, join_uri, split_uri
from local_athena.storage.storage import Storage

__all__ = ["AwsClients", "S3Object", "Storage", "join_uri", "split_uri"]
