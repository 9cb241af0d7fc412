"""The alias ``live``: which version is invoked, and which ones were before it.

Alias and history are one object, changed by one call: the versions that were live before stand in the alias's description.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from lakeloop.errors import UserError

ALIAS = "live"
# Versions to go back to, beside the live one. Each one with SnapStart is paid for as long as it is there:
# https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-pricing
_KEPT = 1
_AFTER = re.compile(r"\(after version (?P<version>[0-9]+)\)")  # terraform/modules/runner/function.tf
_BEGINNING = "The version that is invoked"
_COMMIT = re.compile(r"Deployed last: (?P<commit>[0-9a-f]+)")
_BEFORE = re.compile(r"Before it: (?P<versions>[0-9, ]+)")


@dataclass(frozen=True)
class Live:
    """The version that the alias names, and those that it named before, the last first.

    ``commit`` was deployed last, whether its version lives or not; empty if none was.
    """

    version: str
    before: tuple[str, ...]
    description: str
    revision: str
    commit: str = ""


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
    last = _COMMIT.search(described)
    return Live(alias["FunctionVersion"], before, described, alias["RevisionId"], last["commit"] if last else "")


def state(functions: Any, function: str, version: str) -> str:
    """Lambda's state of *version* (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html). Raises ``UserError``."""
    try:
        found = functions.get_function(FunctionName=function, Qualifier=version)
    except ClientError as error:
        raise UserError(f"Lambda does not tell how version {version} of {function} is: {error}") from error
    return str(found["Configuration"].get("State", "Active"))


def stopped(functions: Any, function: str) -> bool:
    """Whether *function* may not run at all: the emergency stop, ``reserved_concurrency = 0``. Raises ``UserError``."""
    try:
        limit = functions.get_function(FunctionName=function).get("Concurrency", {})
    except ClientError as error:
        raise UserError(f"Lambda does not tell whether {function} may run: {error}") from error
    return bool(limit.get("ReservedConcurrentExecutions") == 0)


def failed(functions: Any, function: str) -> str:
    """The newest version of *function*, if Lambda could not make it ready, or the one that failed before it; else empty.

    Lambda publishes no version whose code and settings are those of the last one, so the next one says in its description
    after which it comes. https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html

    Raises:
        UserError: Lambda does not tell.
    """
    try:
        pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=function)
        numbers = [int(one["Version"]) for page in pages for one in page["Versions"] if one["Version"] != "$LATEST"]
        described = functions.get_function(FunctionName=function)["Configuration"].get("Description", "")
    except ClientError as error:
        if error.response["Error"].get("Code") == "ResourceNotFoundException":
            return ""
        raise UserError(f"Lambda does not tell the versions of {function}: {error}") from error
    if numbers and state(functions, function, str(max(numbers))) == "Failed":
        return str(max(numbers))
    found = _AFTER.search(described)
    return found["version"] if found else ""


def await_version(functions: Any, function: str, version: str, wake: Callable[[], object]) -> None:
    """Wait until *version* can be invoked: with SnapStart, until its snapshot is taken.

    Args:
        wake: invokes it. Lambda puts a version to sleep that has not been invoked for weeks, and makes it ready again when it
            is, refusing that one invocation: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html

    Raises:
        UserError: there is no such version, or it cannot be made ready.
    """
    if state(functions, function, version) == "Inactive":
        with suppress(UserError):
            wake()
    try:
        functions.get_waiter("published_version_active").wait(
            FunctionName=function, Qualifier=version, WaiterConfig={"Delay": 2, "MaxAttempts": 300}
        )
    except WaiterError as error:
        answer: Any = error.last_response
        reason = answer.get("Configuration", {}).get("StateReason") or answer.get("Error", {}).get("Message") or error
        raise UserError(f"Version {version} of {function} cannot be invoked: {reason}") from error


def record(functions: Any, function: str, live: Live, commit: str) -> Live:
    """Write down that *commit* is deployed, whatever becomes of it: from now on no older one may be. Raises as ``move``."""
    if live.commit == commit:
        return live
    what = _COMMIT.sub("", live.description.removeprefix(_BEGINNING)).partition(" Before it:")[0].strip(" .:")
    return _update(functions, function, replace(live, commit=commit), live.version, live.before, what)


def move(functions: Any, function: str, live: Live, version: str, commit: str) -> Live:
    """Let the alias name *version*, which is of *commit*, from now on, after the one that was *live*.

    Raises:
        UserError: it was moved by somebody else meanwhile, or may not be moved.
    """
    before = (live.version, *live.before)[:_KEPT]
    return _update(functions, function, replace(live, commit=commit), version, before, f"commit {commit}")


def move_back(functions: Any, function: str, live: Live) -> Live:
    """Let the alias name the version that was live before. Raises ``UserError`` as ``move`` does."""
    return _update(functions, function, live, live.before[0], live.before[1:], f"rolled back from {live.version}")


def prune(functions: Any, function: str, live: Live, *others: str) -> list[str]:
    """Delete the versions that nothing goes back to, those that failed their trial among them; returns their numbers.

    Args:
        others: versions that stay, whether they live or not: the one that Terraform knows, the one that a run is at work with.
    """
    kept = {"$LATEST", *others, live.version, *live.before}
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
    last = f" Deployed last: {live.commit}." if live.commit else ""
    try:
        functions.update_alias(
            FunctionName=function,
            Name=ALIAS,
            FunctionVersion=version,
            Description=f"{_BEGINNING}{f': {what}' if what else ''}.{history}{last}",
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
