"""The alias ``live``: which version is invoked, and which ones were before it.

Alias and history are one object, changed by one call: the versions that were live before stand in the alias's description.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from lakeloop.errors import UserError

ALIAS = "live"
# Versions to go back to. Each one with SnapStart is paid for as long as it is there:
# https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-pricing
_KEPT = 2
_BEFORE = re.compile(r"Before it: (?P<versions>[0-9, ]+)")


@dataclass(frozen=True)
class Live:
    """The version that the alias names, and those that it named before, the last first."""

    version: str
    before: tuple[str, ...]
    description: str
    revision: str


def read(functions: Any, function: str) -> Live | None:
    """The live version of *function*; None if there is no such function or alias yet."""
    try:
        alias = functions.get_alias(FunctionName=function, Name=ALIAS)
    except ClientError as error:
        if error.response["Error"].get("Code") == "ResourceNotFoundException":
            return None
        raise UserError(f"Lambda does not tell what is live of {function}: {error}") from error
    described = alias.get("Description", "")
    found = _BEFORE.search(described)
    before = tuple(re.findall(r"\d+", found["versions"])) if found else ()
    return Live(alias["FunctionVersion"], before, described, alias["RevisionId"])


def await_version(functions: Any, function: str, version: str) -> None:
    """Wait until *version* can be invoked: with SnapStart, until its snapshot is taken.

    Raises:
        UserError: there is no such version, or it cannot be made ready.
    """
    try:
        functions.get_waiter("published_version_active").wait(
            FunctionName=function, Qualifier=version, WaiterConfig={"Delay": 2, "MaxAttempts": 300}
        )
    except WaiterError as error:
        answer: Any = error.last_response
        reason = answer.get("Configuration", {}).get("StateReason") or answer.get("Error", {}).get("Message") or error
        raise UserError(f"Version {version} of {function} cannot be invoked: {reason}") from error


def move(functions: Any, function: str, live: Live, version: str, what: str) -> Live:
    """Let the alias name *version* from now on, after the one that was *live*.

    Args:
        what: what the version is, for whoever looks at the alias: ``commit 1a2b3c``.

    Raises:
        UserError: it was moved by somebody else meanwhile, or may not be moved.
    """
    return _update(functions, function, live, version, (live.version, *live.before)[:_KEPT], what)


def move_back(functions: Any, function: str, live: Live) -> Live:
    """Let the alias name the version that was live before. Raises ``UserError`` as ``move`` does."""
    return _update(functions, function, live, live.before[0], live.before[1:], f"rolled back from {live.version}")


def prune(functions: Any, function: str, live: Live, newest: str) -> list[str]:
    """Delete the versions that nothing goes back to, those that failed their trial among them; returns their numbers.

    Args:
        newest: the version that Terraform knows; it stays, whether it lives or not.
    """
    kept = {"$LATEST", newest, live.version, *live.before}
    try:
        pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=function)
        there = [version["Version"] for page in pages for version in page["Versions"]]
        idle = [version for version in there if version not in kept]
        for version in idle:
            functions.delete_function(FunctionName=function, Qualifier=version)
    except ClientError as error:
        raise UserError(f"Old versions of {function} cannot be deleted, and each is paid for: {error}") from error
    return idle


def _update(functions: Any, function: str, live: Live, version: str, before: tuple[str, ...], what: str) -> Live:
    history = f" Before it: {', '.join(before)}." if before else ""
    try:
        functions.update_alias(
            FunctionName=function,
            Name=ALIAS,
            FunctionVersion=version,
            Description=f"The version that is invoked: {what}.{history}",
            RevisionId=live.revision,
        )
    except ClientError as error:
        if error.response["Error"].get("Code") == "PreconditionFailedException":
            raise UserError(
                f"Somebody else moved the alias {ALIAS} of {function} meanwhile. Look, and try again."
            ) from error
        raise UserError(f"The alias {ALIAS} of {function} stays at version {live.version}: {error}") from error
    moved = read(functions, function)
    assert moved is not None
    return moved
