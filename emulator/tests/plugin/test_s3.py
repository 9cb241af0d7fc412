"""Answers of S3 that clients compare with what they put."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.helpers import client

pytestmark = pytest.mark.emulator


def test_encryption_is_answered_with_the_member_that_s3_adds(emulator: Any) -> None:
    s3 = client("s3", emulator.url)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.create_bucket(Bucket="encrypted-bucket")
    blocked = {"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}

    def rules() -> Any:
        return s3.get_bucket_encryption(Bucket="encrypted-bucket")["ServerSideEncryptionConfiguration"]["Rules"]

    assert rules()[0].items() >= blocked.items(), "of S3's own rule, too"
    s3.put_bucket_encryption(Bucket="encrypted-bucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert rules() == [{**rule, **blocked}]
    s3.delete_bucket(Bucket="encrypted-bucket")
