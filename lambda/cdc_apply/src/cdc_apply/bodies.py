"""Changes in records, those among them that were too large for the transport and lie in the raw bucket's ``oversize/``."""

from __future__ import annotations

import hashlib

from botocore.exceptions import ClientError
from lakeloop_changes import Change, MalformedRecord, Pointer, decode

from cdc_apply.clients import ABSENT, client
from cdc_apply.errors import Unwritable

FOLDER = "oversize/"


def change_in(data: bytes, bucket: str) -> Change:
    """The change that the record *data* is, or points to in *bucket*.

    Raises:
        Unwritable: it is none, or the object that it points to is not there or not the one that was meant.
        ClientError, BotoCoreError: the object could not be read.
    """
    try:
        found = decode(data)
        if isinstance(found, Pointer):
            found = decode(_body(found, bucket))
    except MalformedRecord as error:
        raise Unwritable(str(error)) from error
    if isinstance(found, Pointer):
        raise Unwritable("The record points to a record that points further")
    return found


def _body(pointer: Pointer, bucket: str) -> bytes:
    place = f"s3://{bucket}/"
    if not pointer.body.startswith(place + FOLDER):
        raise Unwritable(f"The record points to {pointer.body}, and bodies lie in {place}{FOLDER}")
    try:
        body: bytes = client("s3").get_object(Bucket=bucket, Key=pointer.body.removeprefix(place))["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ABSENT:
            raise Unwritable(f"The record points to {pointer.body}, which is not there") from error
        raise
    if hashlib.sha256(body).hexdigest() != pointer.sha256:
        raise Unwritable(f"The record points to {pointer.body}, which has another content than it had")
    return body
