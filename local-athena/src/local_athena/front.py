"""One request over HTTP, whichever server took it: who may call, what is called, what is answered.

AWS's JSON 1.1 protocol: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html. Signatures are not checked; the region
and, if it has twelve digits, the account are taken from the signature's credential.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from local_athena.api import Identity, LocalAthena
from local_athena.api.errors import ApiError, SerializationException, UnknownOperationException
from local_athena.api.wire import encode

HOST = "127.0.0.1"
TARGET_PREFIX = "AmazonAthena."
_CREDENTIAL = re.compile(r"Credential=([^/\s]+)/\d+/([^/\s]+)/")
_PAGES = frozenset({"origin", "referer", "sec-fetch-site"})
"""Headers of web pages' requests."""
_ACCOUNT = re.compile(r"\d{12}")


def refused(host: str | None, headers: Iterable[str], port: int) -> str | None:
    """The reason why a request with the *headers* of these names is not let in: it called a name that was pointed at this
    address, or is a web page's. None if it is let in.
    """
    if host in (f"{HOST}:{port}", f"localhost:{port}") and _PAGES.isdisjoint(map(str.lower, headers)):
        return None
    return f"Call {HOST}:{port} or localhost:{port}, and not from a web page"


def answer(athena: LocalAthena, target: str, authorization: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of what ``X-Amz-Target`` asks for."""
    try:
        if not target.startswith(TARGET_PREFIX):
            raise UnknownOperationException(f"X-Amz-Target '{target}' is not an operation of Athena's")
        found = athena.call(target.removeprefix(TARGET_PREFIX), _request(body), _identity(authorization))
        return 200, encode(found)
    except ApiError as error:
        message = {"Message": error.message} if error.message else {}
        return error.status, encode({"__type": error.code, **error.fields, **message})


def _request(body: bytes) -> Any:
    """:raises SerializationException: unless *body* is JSON, and more than a scalar."""
    try:
        request = json.loads(body)
    except ValueError as error:
        raise SerializationException from error
    if not isinstance(request, dict | list):
        raise SerializationException
    return request


def _identity(authorization: str) -> Identity:
    match = _CREDENTIAL.search(authorization)
    if match is None:
        return Identity()
    account = match[1] if _ACCOUNT.fullmatch(match[1]) else Identity.account_id
    return Identity(account, match[2])
