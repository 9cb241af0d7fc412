"""The lock of a zip's libraries, told in the zip: the emulator installs them for this machine where those in it do not fit.

``local_lambda.host_libraries`` of the emulator reads it; Lambda does not.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

DESCRIBED = "lakeloop_host.json"


def describe(folder: Path, requirements: str, own: Collection[str] = ()) -> None:
    """Write which *requirements*, a text for pip with hashes of every platform's files, are installed in *folder*.

    Args:
        own: names in *folder* that are of none of them, and stay wherever the libraries are.
    """
    told = {"own": sorted(own), "requirements": requirements}
    (folder / DESCRIBED).write_text(json.dumps(told, indent=1), "utf-8")
