"""One process of Terraform's provider for all phases of a command: Terraform starts one for each, and hashes its 700 MB first.

``terraform init`` has compared the provider with the lock file. For the emulator alone: a provider that is attached speaks without
TLS, over a socket that only its owner may open. https://developer.hashicorp.com/terraform/plugin/debugging

``python -m lakeloop.aws.terraform.kept_provider PROGRAM`` keeps it until standard input ends, which this process and Terraform hold
open: it goes when both have gone, however they did.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = "providers/registry.terraform.io/hashicorp/aws/*/*/terraform-provider-aws_*"
_ATTACH = re.compile(r"TF_REATTACH_PROVIDERS='(.+)'")
_SECONDS = 20.0
# The provider of this version wraps its HTTP client anew with each configuration, and cannot wrap one with a bundle twice.
_NOT_WITH = ("AWS_CA_BUNDLE", "TF_REATTACH_PROVIDERS")


@dataclass
class Kept:
    """A provider that is starting, if one is installed in *data*; ``held`` is the descriptor that keeps it."""

    data: Path
    environment: Mapping[str, str]
    program: Path | None = None
    keeper: subprocess.Popen[str] | None = None

    @property
    def held(self) -> tuple[int, ...]:
        """Descriptors that Terraform has to hold open."""
        return (self.keeper.stdin.fileno(),) if self.keeper and self.keeper.stdin else ()

    def variables(self) -> dict[str, str]:
        """The variable by which Terraform takes it, or the one that ``terraform init`` has brought since; none if there is none."""
        if _installed(self.data) != self.program:
            self.end()
            self.begin()
        if self.keeper is None or self.keeper.stdout is None:
            return {}
        with selectors.DefaultSelector() as selector:
            selector.register(self.keeper.stdout, selectors.EVENT_READ)
            found = _ATTACH.search(self.keeper.stdout.readline()) if selector.select(_SECONDS) else None
        return {"TF_REATTACH_PROVIDERS": found[1]} if found else {}

    def begin(self) -> None:
        """Start the provider that is installed, if one is."""
        self.program = _installed(self.data)
        if self.program is None or any(self.environment.get(name) for name in _NOT_WITH):
            return
        self.keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", "lakeloop.aws.terraform.kept_provider", str(self.program)],
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C is Terraform's
            umask=0o077,
        )

    def end(self) -> None:
        """End it, unless a Terraform holds it."""
        if self.keeper and self.keeper.stdin and self.keeper.stdout:
            with suppress(OSError):
                self.keeper.stdin.close()
            self.keeper.wait()
            self.keeper.stdout.close()
        self.keeper = None


@contextmanager
def starting(data: Path, variables: Mapping[str, str]) -> Iterator[Kept]:
    """Start the provider that was installed in *data* (``TF_DATA_DIR``), if one was; it ends with the block."""
    kept = Kept(data, variables)
    kept.begin()
    try:
        yield kept
    finally:
        kept.end()


def _installed(data: Path) -> Path | None:
    found = next(data.glob(_PROGRAM), None)
    return found.resolve() if found else None


def main(program: str) -> int:
    """Run *program* until standard input ends; tell its line on standard output. Its exit code."""
    with subprocess.Popen(
        [program, "-debug"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as provider:
        try:
            told = next((line for line in provider.stdout or () if _ATTACH.search(line)), "")
            print(told.strip(), flush=True)
            while os.read(0, 1):
                pass
        finally:
            provider.send_signal(signal.SIGKILL)  # all that it does is answer Terraform, which has gone
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
