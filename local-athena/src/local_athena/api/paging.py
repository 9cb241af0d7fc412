"""Lists in pages."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from local_athena.api.errors import InvalidRequestException


def encode_token(scope: str, offset: int) -> str:
    """An opaque NextToken that says where in *scope* the next page begins."""
    return base64.urlsafe_b64encode(f"{scope}:{offset}".encode()).decode()


def decode_token(scope: str, token: str | None) -> int:
    """The offset in *token*, 0 without one. Raises ``ValueError`` for a token of something else."""
    if token is None:
        return 0
    owner, _, offset = base64.urlsafe_b64decode(token.encode()).decode().rpartition(":")
    if owner != scope:
        raise ValueError(f"a token of {owner}")
    return int(offset)


def page[T](items: Sequence[T], scope: str, token: str | None, limit: int) -> tuple[list[T], dict[str, str]]:
    """One page of *items*, and the answer's NextToken member if there are more.

    :raises InvalidRequestException: for a token of something else.
    """
    try:
        start = decode_token(scope, token)
    except ValueError as error:
        raise InvalidRequestException(f"The nextPageToken is malformed: {token}", "INVALID_INPUT") from error
    rest = {"NextToken": encode_token(scope, start + limit)} if start + limit < len(items) else {}
    return list(items[start : start + limit]), rest
