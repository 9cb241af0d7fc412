"""A second load asks for no checksum of what the first one saw, and sends whatever has changed on either side."""

import base64
import hashlib
import itertools
import os

import pytest
from botocore.exceptions import ClientError
from lakeloop.aws.load.bucket import upload
from lakeloop.aws.load.sent import Sent


class S3:
    """A bucket whose ETags are new with each write, as those of encrypted objects are; it counts requests."""

    def __init__(self):
        self.objects, self.asked, self._numbers = {}, [], itertools.count()

    def get_paginator(self, _):
        return self

    def paginate(self, Bucket, Prefix):  # noqa: N803 - boto3's names, here and below
        found = [{"Key": key, "Size": len(body), "ETag": etag} for key, (body, etag) in self.objects.items()]
        return [{"Contents": [one for one in found if one["Key"].startswith(Prefix)]}]

    def head_object(self, Bucket, Key, ChecksumMode):  # noqa: N803
        self.asked.append(f"head {Key}")
        body, etag = self.objects[Key]
        return {"ETag": etag, "ChecksumSHA256": base64.b64encode(hashlib.sha256(body).digest()).decode()}

    def put_object(self, Bucket, Key, Body, ChecksumSHA256):  # noqa: N803
        if Key == "a/forbidden":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")
        self.asked.append(f"put {Key}")
        self.objects[Key] = Body.read(), str(next(self._numbers))
        return {"ETag": self.objects[Key][1]}


@pytest.fixture
def loads(tmp_path):
    """``loads(s3)``: another load of the files in a/; the requests beside the listing."""
    folder = tmp_path / "a"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / name).write_text(name, "utf-8")

    def load(s3, memory=tmp_path / "state" / "sent.json"):
        s3.asked.clear()
        files = {f"a/{file.name}": file for file in folder.iterdir()}
        upload(s3, "bucket", files, ["a/"], lambda size: None, Sent.read(memory))
        return sorted(s3.asked)

    load.folder, load.memory = folder, tmp_path / "state" / "sent.json"
    return load


def test_what_was_seen_is_not_asked_again(loads):
    s3 = S3()
    assert loads(s3) == ["put a/one", "put a/two"]
    assert loads(s3) == []
    loads.memory.unlink()
    assert loads(s3) == ["head a/one", "head a/two"]
    assert loads(s3) == []
    loads.memory.write_text("[1]", "utf-8")
    assert loads(s3) == ["head a/one", "head a/two"]


def test_what_has_changed_here_is_sent(loads):
    s3 = S3()
    loads(s3)
    (loads.folder / "one").write_text("ONE", "utf-8")
    assert loads(s3) == ["head a/one", "put a/one"]
    os.utime(loads.folder / "two")
    assert loads(s3) == ["head a/two"]


def test_what_has_changed_there_is_sent(loads):
    s3 = S3()
    loads(s3)
    s3.objects["a/one"] = b"eno", "other"
    del s3.objects["a/two"]
    assert loads(s3) == ["head a/one", "put a/one", "put a/two"]
    assert loads(s3) == []
    assert loads(S3()) == ["put a/one", "put a/two"], "an emulator that has forgotten everything"


def test_a_load_that_fails_remembers_what_it_did(loads):
    s3 = S3()
    (loads.folder / "forbidden").write_text("no", "utf-8")
    with pytest.raises(Exception, match="may not PutObject"):
        loads(s3)
    (loads.folder / "forbidden").unlink()
    assert not [word for word in loads(s3) if word.startswith("head")]
