"""Zips that were built, each with a note of the inputs that it was made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

import lakeloop_project

_PACKAGES = tuple(Path(file).parents[1] for file in (__file__, str(lakeloop_project.__file__)))


def build_folder(root: Path) -> Path:
    """The folder of the zips of the checkout *root*."""
    return root / ".lakeloop" / "build"


def own_sources() -> list[Path]:
    """The code that builds: what it makes changes with it."""
    return sorted(Path(__file__).parent.glob("*.py"))


def digest(files: Iterable[Path], root: Path, *words: str) -> str:
    """A hash of the files' names and contents, of the words, and of the version of the byte code.

    Names are of the checkout *root*, those of the code that builds of its packages: it may lie in another checkout.
    """
    found = hashlib.sha256(MAGIC_NUMBER)
    for word in words:
        found.update(word.encode() + b"\0")
    for file in files:
        base = next((folder for folder in (*_PACKAGES, root) if file.is_relative_to(folder)), file.parent)
        found.update(str(file.relative_to(base)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _note(file: Path) -> Path:
    return file.with_suffix(".json")


def known(file: Path, key: str) -> dict[str, Any] | None:
    """The record of *file*, if it was made of the inputs behind *key*."""
    try:
        note = json.loads(_note(file).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return dict(note["of"]) if note.get("key") == key and file.is_file() else None


def record(file: Path) -> dict[str, Any]:
    """The record of *file*, which was made."""
    return dict(json.loads(_note(file).read_text("utf-8"))["of"])


def remember(file: Path, key: str, of: dict[str, Any]) -> None:
    """Note that *file* was made of the inputs behind *key*, with a record *of* it."""
    aside = _note(file).with_name(f".{file.name}.note")
    aside.write_text(json.dumps({"key": key, "of": of}, indent=1), "utf-8")
    aside.replace(_note(file))
