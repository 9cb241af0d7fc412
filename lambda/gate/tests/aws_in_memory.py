"""AWS in memory, as far as the gate calls it: versions, conditional writes, executions, messages.

``dies_at`` ends the function at one of its calls, as a kill does: the call is done, and its answer is not heard.
"""

import hashlib
import io
import json
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from botocore.exceptions import ClientError

MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:lake-dev-dbt-pipeline"
RAW, ARTIFACTS = "lake-raw", "lake-artifacts"


class Killed(BaseException):
    """The process is gone; nothing may catch it."""


def error(code, operation="Call"):
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class Aws:
    """All services; ``now`` is their clock."""

    def __init__(self):
        self.now = datetime(2026, 11, 29, 12, tzinfo=UTC)
        self.versions = defaultdict(list)  # (bucket, key) -> [(version, body or None for a mark, written)]
        self.executions, self.inputs = {}, {}
        self.delayed, self.published = [], []
        self.calls, self.dies_at = 0, None
        self.lock = threading.RLock()

    def client(self, service):
        return {"s3": S3, "sqs": Sqs, "sns": Sns, "stepfunctions": Steps}[service](self)

    def called(self):
        self.calls += 1
        if self.dies_at is not None and self.calls >= self.dies_at:
            self.dies_at = None
            raise Killed

    def later(self, seconds):
        self.now += timedelta(seconds=seconds)

    def put(self, key, body=b"", bucket=RAW):
        """Write an object as a sender does; the message that the queue has of it."""
        with self.lock:
            version = f"v{sum(map(len, self.versions.values()))}"
            self.versions[bucket, key].append((version, body, self.now))
        found = {"key": key, "size": len(body), "etag": etag(body).strip(chr(34)), "version-id": version}
        return json.dumps({"detail-type": "Object Created", "detail": {"bucket": {"name": bucket}, "object": found}})

    def keys(self, prefix="", bucket=RAW):
        """The keys of objects that a listing shows."""
        shown = (
            key for (of, key), all_ in list(self.versions.items()) if of == bucket and all_ and all_[-1][1] is not None
        )
        return sorted(key for key in shown if key.startswith(prefix))

    def body(self, key, bucket=RAW):
        return self.versions[bucket, key][-1][1]

    def json(self, key, bucket=RAW):
        return json.loads(self.body(key, bucket))


def etag(body):
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


class S3:
    def __init__(self, aws):
        self._aws = aws

    def _find(self, bucket, key, version=None):
        for name, body, written in reversed(self._aws.versions.get((bucket, key), [])):
            if version in (None, name):
                if body is None:
                    raise error("404")
                return name, body, written
        raise error("NoSuchKey")

    def head_object(self, *, Bucket, Key, VersionId=None):  # noqa: N803
        version, body, written = self._find(Bucket, Key, VersionId)
        self._aws.called()
        return {"VersionId": version, "LastModified": written, "ContentLength": len(body), "ETag": etag(body)}

    def get_object(self, *, Bucket, Key, VersionId=None):  # noqa: N803
        _, body, written = self._find(Bucket, Key, VersionId)
        return {"Body": io.BytesIO(body), "ETag": etag(body), "LastModified": written}

    def download_file(self, bucket, key, file, ExtraArgs=None):  # noqa: N803
        Path(file).write_bytes(self._find(bucket, key, (ExtraArgs or {}).get("VersionId"))[1])
        self._aws.called()

    def put_object(self, *, Bucket, Key, Body, IfNoneMatch=None, IfMatch=None, **_):  # noqa: N803
        with self._aws.lock:
            try:
                there = etag(self._find(Bucket, Key)[1])
            except ClientError:
                there = None
            if (IfNoneMatch and there) or (IfMatch and IfMatch != there):
                raise error("PreconditionFailed")
            self._aws.put(Key, Body, Bucket)
        self._aws.called()
        return {"ETag": etag(Body)}

    def copy(self, source, bucket, key, ExtraArgs=None, Config=None):  # noqa: N803
        self._aws.put(key, self._find(source["Bucket"], source["Key"], source["VersionId"])[1], bucket)
        self._aws.called()

    def copy_object(self, *, CopySource, Bucket, Key, TaggingDirective):  # noqa: N803
        assert TaggingDirective == "REPLACE"
        self.copy(CopySource, Bucket, Key)

    def delete_object(self, *, Bucket, Key):  # noqa: N803
        self._aws.versions[Bucket, Key].append(("mark", None, self._aws.now))
        self._aws.called()

    def delete_objects(self, *, Bucket, Delete):  # noqa: N803
        for each in Delete["Objects"]:
            self._aws.versions[Bucket, each["Key"]].append(("mark", None, self._aws.now))
        self._aws.called()
        return {}

    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return self

    def paginate(self, *, Bucket, Prefix):  # noqa: N803
        keys = self._aws.keys(Prefix, Bucket)
        yield {"Contents": [{"Key": key, "LastModified": self._aws.versions[Bucket, key][-1][2]} for key in keys]}


class Sqs:
    def __init__(self, aws):
        self._aws = aws

    def send_message(self, *, QueueUrl, MessageBody, DelaySeconds):  # noqa: N803
        self._aws.delayed.append((self._aws.now + timedelta(seconds=DelaySeconds), MessageBody))
        self._aws.called()


class Sns:
    def __init__(self, aws):
        self._aws = aws

    def publish(self, **message):
        self._aws.published.append(message)
        self._aws.called()


class Steps:
    def __init__(self, aws):
        self._aws = aws

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: N803
        assert stateMachineArn == MACHINE
        if name in self._aws.executions:
            raise error("ExecutionAlreadyExists")
        self._aws.executions[name] = "RUNNING"
        self._aws.inputs[name] = json.loads(input)
        self._aws.called()

    def describe_execution(self, *, executionArn):  # noqa: N803
        name = executionArn.rpartition(":")[2]
        if name not in self._aws.executions:
            raise error("ExecutionDoesNotExist")
        self._aws.called()
        return {"status": self._aws.executions[name]}

    def list_executions(self, *, stateMachineArn, statusFilter, maxResults):  # noqa: N803
        found = [name for name, status in self._aws.executions.items() if status == statusFilter]
        return {"executions": found[:maxResults]}


class Context(SimpleNamespace):
    """The context that Lambda hands to a handler."""

    seconds = 120.0

    def get_remaining_time_in_millis(self):
        return int(self.seconds * 1000)
