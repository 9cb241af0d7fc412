"""A local AWS of a command's own, on a free port and with a folder of its own, which ends when the command does."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lakeloop.errors import UserError

_SOURCE = Path("emulator") / "src"
_PORTS = range(4600, 4650)


@contextmanager
def own(root: Path, state: Path, *, enforcing: bool) -> Iterator[dict[str, str]]:
    """The variables that point AWS's tools at a new emulator of the checkout at *root*, until the block ends.

    Args:
        state: the folder of its log and files.
        enforcing: it refuses what IAM would.

    Raises:
        UserError: it does not start.
    """
    settings = {"LAKELOOP_EMULATOR_STATE": str(state), "IAM_ENFORCEMENT": "1" if enforcing else "0"}
    words = _up(root, settings)
    try:
        exports = (shlex.split(line) for line in _ask(root, settings, "env", *words).splitlines())
        yield dict(assignment.split("=", 1) for _, assignment in exports)
    finally:
        _ask(root, settings, "down", *words)


def _up(root: Path, settings: dict[str, str]) -> list[str]:
    """Start it on the first free port, mostly the same one: Terraform keeps its providers by address. Answers the words for it."""
    for port in filter(_free, _PORTS):
        words = ["emulator=host", f"port={port}"]
        try:
            _ask(root, settings, "up", *words, "persist=0")
        except UserError:
            with suppress(UserError):
                _ask(root, settings, "down", *words)  # what does not answer may run all the same
            if _free(port):
                raise
            continue  # another command took the port a moment ago
        return words
    raise UserError(f"No port from {_PORTS.start} to {_PORTS.stop - 1} of this machine is free for a local AWS.")


def _ask(root: Path, settings: dict[str, str], *words: str) -> str:
    asked = subprocess.run(
        [sys.executable, "-m", "lakeloop_emulator", *words],
        env={**os.environ, "PYTHONPATH": str(root / _SOURCE), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise UserError(f"The local AWS cannot be used (`{words[0]}`): {(asked.stderr or asked.stdout).strip()}")
    return asked.stdout


def _free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False
