"""Records that no table can take, each an object with its reason, so that nothing is lost and the stream goes on.

``quarantine/changes/<table>/<shard>-<offset>.json`` in the raw bucket. The same record gives the same object, however often it
comes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from cdc_apply import columns
from cdc_apply.clients import ABSENT, client
from cdc_apply.errors import Unwritable
from cdc_apply.logs import logger
from cdc_apply.transports import Record

FOLDER = "quarantine/changes/"
_UNKNOWN = "unknown"


class Quarantine:
    """The folder of the raw bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, record: Record, reason: str) -> None:
        """Write *record* with the *reason* why no table takes it.

        Raises:
            ClientError, BotoCoreError: it could not be written.
        """
        key = f"{FOLDER}{_table(record.data)}/{record.shard.partition(':')[2].replace('/', '-')}-{record.offset}.json"
        told = {
            "reason": reason,
            "shard": record.shard,
            "offset": str(record.offset),
            "set_apart_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **_content(record.data),
        }
        body = json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
        client("s3").put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        logger.warning("Set apart", extra={"key": key, "reason": reason})

    def record(self, key: str) -> Record:
        """The record that lies under *key*.

        Raises:
            Unwritable: nothing is there, or it is none.
            ClientError, BotoCoreError: it could not be read.
        """
        if not key.startswith(FOLDER):
            raise Unwritable(f"{key} does not lie in {FOLDER}")
        try:
            told = json.loads(client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read())
            data = base64.b64decode(told["record_base64"]) if "record_base64" in told else told["record"].encode()
            return Record(told["shard"], int(told["offset"]), data, None)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                raise Unwritable(f"{key} is not there") from error
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unwritable(f"{key} holds no record: {type(error).__name__}: {error}") from error

    def remove(self, key: str) -> None:
        """Remove what lies under *key*; the bucket keeps its version for a while."""
        client("s3").delete_object(Bucket=self._bucket, Key=key)


def _table(data: bytes) -> str:
    """The folder of a record: its table, if it names one."""
    found = _object(data)
    match found:
        case {"schema": str(schema), "table": str(table)} if schema and table:
            return columns.table_name(schema, table)
        case _:
            return _UNKNOWN


def _content(data: bytes) -> Mapping[str, Any]:
    """The record as people can read it, and as it was where it is no text."""
    try:
        return {"record": data.decode()}
    except UnicodeDecodeError:
        return {"record_base64": base64.b64encode(data).decode()}


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
