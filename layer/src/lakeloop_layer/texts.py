"""Texts that a small function's zip holds beside its code."""

from __future__ import annotations

import json
from pathlib import Path

from lakeloop_layer.build import declared_tables

# Functions that know the raw tables, each with the file that holds them.
_DECLARED = {"gate": "declared.json"}


def texts(root: Path, name: str) -> dict[str, str]:
    """The texts of the function *name*, by their paths in the zip. Raises as ``build_function`` does."""
    if name not in _DECLARED:
        return {}
    return {_DECLARED[name]: json.dumps(declared_tables(root), indent=1, sort_keys=True)}
