"""The layer's platform: Lambda's Python on Amazon Linux 2023, on one of two architectures.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, https://docs.aws.amazon.com/linux/al2023/
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from lakeloop_layer.errors import LayerError

PYTHON = "3.12"
GLIBC = (2, 34)
# 250 MB unzipped, all layers and the function together: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
# The budget leaves room for a project of thousands of models, and start time grows with what has to be fetched.
BUDGET_MB = 100


@dataclass(frozen=True)
class Architecture:
    """An instruction set, as Lambda, uv, ELF and the operating system call it."""

    name: str
    uv_platform: str
    elf_machine: str
    machine: str


ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (
        Architecture("arm64", "aarch64-manylinux_2_34", "EM_AARCH64", "aarch64"),
        Architecture("x86_64", "x86_64-manylinux_2_34", "EM_X86_64", "x86_64"),
    )
}


def architecture(name: str) -> Architecture:
    """The architecture that Lambda calls *name*.

    Raises:
        LayerError: Lambda has none of that name.
    """
    if name not in ARCHITECTURES:
        raise LayerError(f"Lambda has no architecture {name!r}. Say arch={' or arch='.join(ARCHITECTURES)}.")
    return ARCHITECTURES[name]


def of_host() -> Architecture | None:
    """This machine's architecture, if Lambda has it and this is Linux, so that the layer's libraries can be loaded."""
    if sys.platform != "linux":
        return None
    return next((known for known in ARCHITECTURES.values() if known.machine == platform.machine()), None)


def require_python() -> None:
    """Byte code is for one version of Python.

    Raises:
        LayerError: the build runs under another one.
    """
    running = ".".join(map(str, sys.version_info[:2]))
    if running != PYTHON:
        raise LayerError(
            f"The layer's byte code is Python {PYTHON}'s; this is Python {running}. Run it with `just layer`."
        )
