"""Storage: what is read is what S3 holds now, or a named error."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.errors import AthenaError
from local_athena.storage import AwsClients, S3Object, Storage, join_uri, split_uri
from local_athena.storage.cache import DiskCache


def test_what_was_put_is_listed_and_fetched_in_order(storage: Storage) -> None:
    storage.put_bytes(b"b", "s3://lake/t/b.txt")
    storage.put_bytes(b"a", "s3://lake/t/a b=ü.txt")
    storage.put_bytes(b"x", "s3://lake/tt/c.txt")
    listed = storage.list("s3://lake/t/")
    assert [(item.uri, item.size) for item in listed] == [("s3://lake/t/a b=ü.txt", 1), ("s3://lake/t/b.txt", 1)]
    assert [path.read_bytes() for path in storage.fetch(listed[::-1])] == [b"b", b"a"]


def test_an_object_replaced_behind_our_back_is_downloaded_again(storage: Storage, aws: AwsClients) -> None:
    old = storage.put_bytes(b"old", "s3://lake/k")
    aws.s3.put_object(Bucket="lake", Key="k", Body=b"new")
    assert storage.fetch(storage.list("s3://lake/k"))[0].read_bytes() == b"new"
    assert storage.fetch([old])[0].read_bytes() == b"old", "the version that was listed, from the cache"


def test_a_listing_of_more_than_a_page_is_whole(storage: Storage, aws: AwsClients) -> None:
    for number in range(1003):
        aws.s3.put_object(Bucket="lake", Key=f"many/{number:04}", Body=b"")
    assert len(storage.list("s3://lake/many/")) == 1003
    storage.delete_prefix("s3://lake/many/")
    assert storage.list("s3://lake/many/") == []


@pytest.mark.parametrize("change", ["deleted", "replaced"])
def test_an_object_gone_or_replaced_since_it_was_listed_cannot_be_opened(
    storage: Storage, aws: AwsClients, change: str
) -> None:
    aws.s3.put_object(Bucket="lake", Key="k", Body=b"1")
    listed = storage.list("s3://lake/k")
    if change == "deleted":
        aws.s3.delete_object(Bucket="lake", Key="k")
    else:
        aws.s3.put_object(Bucket="lake", Key="k", Body=b"2")
    with pytest.raises(AthenaError, match="HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/k"):
        storage.fetch(listed)


def test_a_missing_bucket_is_a_named_error(storage: Storage) -> None:
    with pytest.raises(AthenaError, match=r"HIVE_FILESYSTEM_ERROR: Failed to list s3://nowhere/t/.*NoSuchBucket"):
        storage.list("s3://nowhere/t/")


def test_nothing_is_deleted_from_a_missing_bucket(storage: Storage) -> None:
    storage.delete(["s3://nowhere/t/a", "s3://nowhere/t/b"])


def test_head_and_stat(storage: Storage) -> None:
    storage.put_bytes(b"abc", "s3://lake/k")
    assert storage.head("s3://lake/missing") is None
    assert [item and item.size for item in storage.stat(["s3://lake/k", "s3://lake/missing"])] == [3, None]


def test_an_uploaded_file_is_read_back_without_a_download(storage: Storage, aws: AwsClients, tmp_path: Path) -> None:
    source = tmp_path / "part.parquet"
    source.write_bytes(b"data")
    item = storage.put(source, "s3://lake/part.parquet")
    aws.s3.delete_object(Bucket="lake", Key="part.parquet")
    assert storage.fetch([item])[0].read_bytes() == b"data"


def test_the_cache_forgets_the_least_recently_used_but_nothing_in_use(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=10)
    items = [S3Object(f"s3://b/{n}", 4, "e") for n in range(3)]
    for age, item in zip((3000, 2000), items, strict=False):
        path = cache.add(item, lambda path: path.write_bytes(b"1234") and None)
        os.utime(path, times=(time.time() - age,) * 2)
    cache.add(items[2], lambda path: path.write_bytes(b"1234") and None)
    assert [cache.get(item) is not None for item in items] == [False, True, True]
    for number in range(10):
        cache.add(S3Object(f"s3://b/x{number}", 4, "e"), lambda path: path.write_bytes(b"1234") and None)
    assert all(cache.get(S3Object(f"s3://b/x{number}", 4, "e")) for number in range(10))


def test_a_file_that_two_have_downloaded_stays_the_first_ones(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 100)
    item = S3Object("s3://b/k", 4, "e")
    shown, again = (cache.add(item, lambda path: path.write_bytes(b"1234") and None).stat().st_ino for _ in range(2))
    assert again == shown
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_failed_download_leaves_no_file(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=10)
    item = S3Object("s3://b/k.csv.gz", 4, "e")

    def fill(path: Path) -> None:
        path.write_bytes(b"12")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        cache.add(item, fill)
    assert cache.get(item) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert cache.path(item).name.endswith(".csv.gz")
    assert cache.path(item) != cache.path(replace(item, etag="other"))


@given(st.from_regex(r"[a-z0-9-]{3,20}", fullmatch=True), st.text(st.characters(exclude_characters="\0")))
def test_a_uri_splits_into_its_parts(bucket: str, key: str) -> None:
    assert split_uri(f"s3://{bucket}/{key}") == (bucket, key)


def test_join_and_bad_uris() -> None:
    assert join_uri("s3://b/p/", "/k=v/", "f") == "s3://b/p/k=v/f"
    for bad in ("", "b/k", "http://b/k", "s3:///k"):
        with pytest.raises(AthenaError, match="INVALID_TABLE_PROPERTY"):
            split_uri(bad)
