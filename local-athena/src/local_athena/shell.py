"""The shell's settings of AWS's clients, which are for other places than an AWS inside this process."""

from __future__ import annotations

import os

_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def forget() -> None:
    """Take addresses, profiles and credentials out of this process's environment: none of its clients goes anywhere else."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= dict.fromkeys(_FILES, os.devnull)
