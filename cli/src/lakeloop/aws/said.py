"""Errors of AWS, said as this: which call, AWS's words, and what to do."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from lakeloop.aws.account import EXPIRED, SIGN_IN

# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")
_EXPLICITLY = "explicit deny"


def said(error: ClientError | BotoCoreError) -> str:
    """A sentence or two about *error*."""
    if isinstance(error, (ConnectionError, HTTPClientError)):
        return f"{str(error).rstrip('.')}. Is there a network, and is the address right?"
    if isinstance(error, BotoCoreError):
        # No credentials, an SSO session that ended.
        return f"{str(error).rstrip('.')}. {SIGN_IN}"
    what = error.response["Error"]
    code, message = str(what.get("Code")), str(what.get("Message")).rstrip(".")
    words = f"{error.operation_name}: {code}: {message}."
    if code in EXPIRED:
        return f"{words} The session has ended. {SIGN_IN}"
    if code not in DENIED:
        return words
    if _EXPLICITLY in message:
        return (
            f"{words} Something forbids it, whatever else allows it: a role whose sessions were revoked, or a rule of your "
            "organization. Sign in anew, or as somebody who may."
        )
    return f"{words} Ask for that permission, or sign in as somebody who may."


def ended(error: ClientError | BotoCoreError) -> bool:
    """Whether the session is over: no other call would fare better."""
    return isinstance(error, BotoCoreError) or error.response["Error"].get("Code") in EXPIRED
