"""After Ctrl-C: the exit code, and what a command leaves. Commands with more to say say it themselves."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_CODE = 130
RETURNING = ("tf-apply", "tf-destroy", "tf-plan")
"""Commands that a child process ends, and so no exception; others that return after Ctrl-C have said what they leave."""
_NOTHING = "nothing was changed"
LEFT = {
    "adopt": "if dbt/ is not the new project yet, all is as it was; if it is, only the trial is missing: the same again",
    "bootstrap": "what a step made stays; the same command goes on where it stopped",
    "check": _NOTHING,
    "cdc-up": "a capture that has begun goes on in the background: `just cdc-status`, `just cdc-down`",
    "demo": "what was made in the local AWS stays; `just demo` again goes on, `just down` ends it",
    "deploy": "what Terraform made is in its state, and what was live is live; `just deploy` again finishes it",
    "destroy": "what is gone is gone from Terraform's state; `just destroy` again takes the rest",
    "fix": "files that were mended stay mended; `just fix` again mends the rest",
    "invoke": "the function goes on without this command; `just report` has the run when it has ended",
    "load": "files that were sent are whole and stay; `just load` again sends the rest",
    "new": "dbt/ is as it was, or the new project, and never half of it",
    "parity": "a build that the function has begun goes on; `just parity` again builds and compares anew",
    "replay": "tables in databases replay_* of the local AWS stay; the same again makes them anew",
    "sample": "the sample that was here is here; the same again takes it",
    "tf-apply": "what Terraform made is in its state, which is not locked; `just tf-apply` again goes on",
    "tf-destroy": "what is gone is gone from Terraform's state, which is not locked; `just tf-destroy` again takes the rest",
    "tf-plan": _NOTHING,
    "to-iceberg": "the table is as it was, and its copy is gone, unless a line above says that it is an Iceberg table now",
    "unbootstrap": "what a step took back is gone; the same command goes on where it stopped",
    "upkeep": "what the function has begun it finishes; each statement is a commit of its own, and the same again does the rest",
    "verify": "its local AWS has ended; the same again begins anew",
}


def said(command: str) -> str | None:
    """The line for *command*; None for one that leaves nothing, or has said it."""
    left = LEFT.get(command)
    return None if left is None else f"Interrupted: {left}."


@contextmanager
def left_to_child(message: str) -> Iterator[list[int]]:
    """Ctrl-C says *message*, and is otherwise the child process's own until the block ends; yields the list of all that came."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)
        say(message)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, before)


def say(line: str) -> None:
    """Tell people a line in a signal's handler, which may not print: it may have come in the midst of a print."""
    os.write(2, f"\n{line}\n".encode())
