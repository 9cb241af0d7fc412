"""Files in which a linter has found nothing, each by itself or all of them together: it is not asked about them again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from lakeloop.files import write


def hashes(names: Sequence[str], folder: Path, decisive: Iterable[bytes]) -> dict[str, str]:
    """A hash for each of the files *names* in *folder*: of its name, its content, and all else that is *decisive*."""
    first = hashlib.sha256(b"\0".join(decisive))
    found = {}
    for name in names:
        one = first.copy()
        one.update(b"\0" + name.encode() + b"\0" + (folder / name).read_bytes())
        found[name] = one.hexdigest()
    return found


def hash_of_all(names: Sequence[str], folder: Path, decisive: Iterable[bytes]) -> str:
    """One hash for all of the files *names* in *folder* together, and all else that is *decisive*."""
    own = (one.encode() for one in sorted(hashes(names, folder, ()).values()))
    return hashlib.sha256(b"\0".join((*decisive, *own))).hexdigest()


def read(note: Path) -> set[str]:
    """Hashes that were noted."""
    try:
        return set(note.read_text("ascii").split())
    except (OSError, ValueError):
        return set()


def keep(note: Path, passed: Iterable[str]) -> None:
    """Note these hashes, and no others any more."""
    write(note, "".join(f"{one}\n" for one in sorted(passed)))
