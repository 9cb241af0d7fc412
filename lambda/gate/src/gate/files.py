"""A file that has arrived is brought to its place, or to quarantine, in steps that may be done again after any of them.

The order is what loses nothing: the place is written down, the file is copied, its marker waits for a run, and only then the
object in ``incoming/`` goes. What is done twice is done to the same names.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig
from lakeloop_raw import arrivals

from gate import check, errors, tables
from gate.check import Place, Reason
from gate.clients import client
from gate.configuration import Configuration
from gate.event import Arrival
from gate.logs import logger
from gate.store import Conflict, Store

# One request copies at most 5 GB: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
_COPY = TransferConfig(multipart_threshold=1 << 30, multipart_chunksize=256 << 20)
# Bytes of a file that one request each brings and copies: boto3's transfers ask for its size first, as for those of many parts.
SMALL = 8 << 20


class Files:
    """The raw bucket's files, and what is known of them in the artifacts bucket."""

    def __init__(self, settings: Configuration) -> None:
        self._settings = settings
        self._bucket = settings.raw_bucket
        self._s3 = client("s3")
        self._store = Store(settings.artifacts_bucket)

    def take(self, arrival: Arrival) -> str:
        """Bring *arrival* where it belongs; its new key, empty if it is only the mark of a folder.

        Raises:
            TerminalError, ClientError, BotoCoreError: it could not be, and lies where it lay.
        """
        if arrival.key.endswith("/") and not arrival.size:
            return ""
        known = self._store.get(f"{arrivals.FILES}{arrival.id}.json")
        if known is not None:
            return self._accept(arrival, known.content)
        there = self._there(arrival)
        arrived: datetime = there["LastModified"]
        reasons = [reason] if (reason := check.before_reading(arrival, self._settings.max_bytes)) else []
        place = check.place_of(arrival, tables.declared(self._settings.target), arrived.astimezone(UTC).date())
        if isinstance(place, Reason):
            return self._set_apart(arrival, arrived, None, [place, *reasons])
        reasons = reasons or self._look(arrival, place, there)
        if reasons:
            return self._set_apart(arrival, arrived, place, reasons)
        record = {
            "key": arrival.key,
            "etag": arrival.etag,
            "bytes": arrival.size,
            "arrived_at": arrived.isoformat(),
            "source": place.table.source,
            "table": place.table.name,
            "place": place.key,
        }
        try:
            self._store.create(f"{arrivals.FILES}{arrival.id}.json", record)
        except Conflict:  # the same file, which came twice at once
            first = self._store.get(f"{arrivals.FILES}{arrival.id}.json")
            record = first.content if first else record
        return self._accept(arrival, record)

    def _there(self, arrival: Arrival) -> Mapping[str, Any]:
        """S3's answer about the version, with its content if it is small.

        Raises ``TerminalError`` if it is gone, which only somebody else can have done.
        """
        ask = self._s3.get_object if arrival.size <= SMALL else self._s3.head_object
        try:
            answer: Mapping[str, Any] = ask(Bucket=self._bucket, Key=arrival.key, VersionId=arrival.version)
        except errors.AWS as error:
            if errors.is_absent(error):
                raise self._gone(arrival) from None
            raise
        return answer

    def _gone(self, arrival: Arrival) -> errors.TerminalError:
        return errors.TerminalError(
            f"The version {arrival.version} of {arrival.key} is gone: looked for it in {self._bucket}. Nothing is left "
            "to do for who has deleted it; deliver the file again."
        )

    def _look(self, arrival: Arrival, place: Place, there: Mapping[str, Any]) -> list[Reason]:
        scratch = Path(tempfile.mkdtemp(prefix="gate-"))
        try:
            return check.look(arrival, place, scratch, lambda file: self._fetch(arrival, there, file))
        finally:
            shutil.rmtree(scratch)

    def _fetch(self, arrival: Arrival, there: Mapping[str, Any], file: Path) -> None:
        if "Body" in there:
            file.write_bytes(there["Body"].read())
        else:
            version = {"VersionId": arrival.version}
            self._s3.download_file(self._bucket, arrival.key, str(file), ExtraArgs=version)

    def _accept(self, arrival: Arrival, record: dict[str, Any]) -> str:
        place = str(record["place"])
        if record.get("marked") and self._is_there(place):
            logger.info("The file came before", extra={"key": arrival.key, "place": place})
        else:
            self._copy(arrival, place)
            marker = arrivals.waiting_key(record["source"], record["table"], arrival.id, arrivals.day_of(place))
            self._store.put(marker, {"place": place})
            self._store.put(f"{arrivals.FILES}{arrival.id}.json", {**record, "marked": True})
            logger.info("Accepted", extra={"key": arrival.key, "place": place})
        self._clear(arrival)
        return place

    def _set_apart(self, arrival: Arrival, arrived: datetime, place: Place | None, reasons: Sequence[Reason]) -> str:
        key = arrivals.quarantine_key(arrival.key, arrival.id)
        self._copy(arrival, key)
        told = {
            "key": arrival.key,
            "etag": arrival.etag,
            "bytes": arrival.size,
            "arrived_at": arrived.isoformat(),
            "table": place.table.full_name if place else None,
            "reasons": [asdict(reason) for reason in reasons],
        }
        Store(self._bucket).put(key + arrivals.REASON, told)
        if self._settings.topic:
            self._store.put(f"{arrivals.QUARANTINED}{arrival.id}.json", {**told, "place": key})
        logger.warning("Set apart", extra={"key": arrival.key, "place": key, "reason": reasons[0].what})
        self._clear(arrival)
        return key

    def _is_there(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except errors.AWS as error:
            if errors.is_absent(error):
                return False
            raise
        return True

    def _copy(self, arrival: Arrival, key: str) -> None:
        source = {"Bucket": self._bucket, "Key": arrival.key, "VersionId": arrival.version}
        # A sender's tags stay with what it sent: to copy them is a permission more.
        tags = {"TaggingDirective": "REPLACE"}
        try:
            if arrival.size <= SMALL:
                self._s3.copy_object(CopySource=source, Bucket=self._bucket, Key=key, **tags)
            else:
                self._s3.copy(source, self._bucket, key, ExtraArgs=tags, Config=_COPY)
        except errors.AWS as error:
            if errors.is_absent(error):
                raise self._gone(arrival) from None
            raise

    def _clear(self, arrival: Arrival) -> None:
        """Take the object out of ``incoming/`` unless a newer version lies there; its versions stay for 90 days."""
        try:
            now = self._s3.head_object(Bucket=self._bucket, Key=arrival.key)
        except errors.AWS as error:
            if errors.is_absent(error):
                return
            raise
        if now.get("VersionId") == arrival.version:
            self._s3.delete_object(Bucket=self._bucket, Key=arrival.key)
