"""The two AWS clients that an engine uses, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

_POOL = 32


@dataclass(frozen=True)
class AwsClients:
    """boto3 clients; both are safe to share between threads. ``on_cached`` is told of what is read without asking S3."""

    glue: Any
    s3: Any
    on_cached: Callable[[str, str], None] = lambda bucket, key: None

    @classmethod
    def connect(
        cls,
        endpoint_url: str | None = None,
        region: str = "us-east-1",
        access_key: str | None = None,
        secret_key: str | None = None,
    ) -> AwsClients:
        """Clients for one endpoint. What is not given comes from the environment, as boto3 reads it."""
        session = boto3.session.Session(
            aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
        )
        # Emulators answer at once or not at all; path style spares them a name in the DNS per bucket.
        retries = {"max_attempts": 3, "mode": "standard"}
        # Not every emulator computes the checksums of a multipart upload as S3 does; on loopback nothing is lost without.
        plain = Config(
            max_pool_connections=_POOL,
            retries=retries,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return cls(
            glue=session.client("glue", endpoint_url=endpoint_url, config=plain),
            s3=session.client(
                "s3", endpoint_url=endpoint_url, config=plain.merge(Config(s3={"addressing_style": "path"}))
            ),
        )
