"""A job's role in the emulator: its credentials, its script in S3, its log groups."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack import config
from localstack.aws.connect import connect_to

from lakeloop_emulator import loopback
from local_glue.model import JobFailed

LOG = logging.getLogger(__name__)
_MOST = 1000
"""Lines of one PutLogEvents."""
_SECONDS = 43200


class RolePlace:
    """The role *role* of *account*, as *principal* takes it on."""

    def __init__(self, account: str, region: str, role: str, principal: str, session: str) -> None:
        self.account, self.region, self.session = account, region, session
        self.role = role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role}"
        self._principal = principal

    @cached_property
    def credentials(self) -> dict[str, str]:
        """Raises ``JobFailed`` if the role cannot be taken on."""
        sts = connect_to(region_name=self.region).sts.request_metadata(service_principal=self._principal)
        try:
            taken = sts.assume_role(RoleArn=self.role, RoleSessionName=self.session, DurationSeconds=_SECONDS)
        except ClientError as error:
            raise JobFailed(f"{self.role} cannot be taken on: {error}") from error
        return {
            "aws_access_key_id": taken["Credentials"]["AccessKeyId"],
            "aws_secret_access_key": taken["Credentials"]["SecretAccessKey"],
            "aws_session_token": taken["Credentials"]["SessionToken"],
        }

    def client(self, service: str) -> Any:
        """A client whose calls are the role's."""
        return connect_to(region_name=self.region, **self.credentials).get_client(service)

    def variables(self) -> dict[str, str]:
        """Variables that make the calls of a process the role's, and send them to the emulator."""
        own = {name.upper(): value for name, value in self.credentials.items()}
        url = config.external_service_url()
        return {
            **own,
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            **loopback.direct({}),
        }

    def buckets(self) -> list[str]:
        """Buckets of the account: the emulator's own question, not the role's."""
        s3 = connect_to(region_name=self.region, aws_access_key_id=self.account).s3
        return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]

    def fetch(self, address: str) -> bytes:
        """An object. Raises ``JobFailed``, worded as by Glue."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        try:
            return bytes(self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
        except (ClientError, BotoCoreError) as error:
            raise JobFailed(
                f"LAUNCH ERROR | Error downloading from S3 for bucket: {bucket}, key: {key}. {error} "
                "Please refer logs for details."
            ) from error

    def tell(self, source: str, kind: str, detail: Mapping[str, Any]) -> None:
        """Put an event of the service's own on the default bus."""
        entry = {"Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
        events = connect_to(region_name=self.region, aws_access_key_id=self.account).events
        try:
            events.put_events(Entries=[entry])
        except (ClientError, BotoCoreError):
            LOG.warning("An event of %s is lost", source, exc_info=True)


class RunPlace:
    """A place for one run: its logs lie in *groups* by stream, under *stream*; *began* hears that the script runs."""

    def __init__(self, place: RolePlace, groups: Mapping[str, str], stream: str, began: Callable[[], None]) -> None:
        self._place, self._groups, self._stream, self._began = place, groups, stream, began
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def fetch(self, address: str) -> bytes:
        return self._place.fetch(address)

    def running(self) -> None:
        self._began()

    def log(self, stream: str, lines: Sequence[str]) -> None:
        """Write with the role. A role that may not write has no logs, as on AWS: the run goes on."""
        group, now = self._groups[stream], int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines if line.strip()]
        try:
            with self._lock:
                logs = self._place.client("logs")
                self._make(logs, group)
                for first in range(0, len(events), _MOST):
                    several = events[first : first + _MOST]
                    logs.put_log_events(logGroupName=group, logStreamName=self._stream, logEvents=several)
        except (ClientError, BotoCoreError, JobFailed) as error:
            LOG.warning("%s: lines of the log are lost: %s", self._stream, error)

    def _make(self, logs: Any, group: str) -> None:
        """Glue makes group and stream where there is none, with the job's role. Another run may be quicker."""
        if group in self._made:
            return
        try:
            self._make_stream(logs, group)
        except logs.exceptions.ResourceNotFoundException:
            with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=group)
            self._make_stream(logs, group)
        self._made.add(group)

    def _make_stream(self, logs: Any, group: str) -> None:
        """A crawler's is there since its first crawl."""
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=self._stream)
