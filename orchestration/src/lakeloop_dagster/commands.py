"""Commands of ``lakeloop``, typed as a person would, line by line."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

SHOWN = 20
"""Lines that are kept for a message."""


def typed(root: Path, words: Sequence[str], more: Mapping[str, str] | None = None) -> Generator[str, None, int]:
    """Run a command of ``lakeloop`` in the checkout *root*; yields each line that it prints, and returns its exit code.

    Args:
        more: environment variables beside those of this process.
    """
    command = ["uv", "run", "--quiet", "--locked", "--no-dev", "lakeloop", *words]
    shell = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    with subprocess.Popen(
        command,
        cwd=root,
        env={**shell, **(more or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                yield line.rstrip()
        except BaseException:
            # Dagster ends a run that somebody stops: dbt ends with it, and a run in AWS goes on.
            process.terminate()
            raise
    return process.returncode


def last() -> deque[str]:
    """A list that keeps the last lines alone."""
    return deque(maxlen=SHOWN)
