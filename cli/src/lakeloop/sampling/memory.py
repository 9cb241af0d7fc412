"""State of a sample beside its rows: which question each table's rows answer, so that a second time only what is new is read.

One of several pulls of a table is a span of its time column with a threshold: a row came if its key's hash lies below. The
parents of children that come later are so known without their keys.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from lakeloop import files
from lakeloop.errors import UserError

FILE = "_sample.json"
_KEY_BYTES = 32


@dataclass(frozen=True)
class Pull:
    """Rows from time ``start`` on (None: from the first one), of which those came whose hash is below ``threshold`` (None: all)."""

    start: str | None
    threshold: int | None


@dataclass(frozen=True)
class Known:
    """A table of the sample: ``question`` is a digest of what was asked, ``generation`` changes when rows are drawn anew."""

    question: str
    generation: str
    fingerprint: str | None
    upto: str | None
    pulls: tuple[Pull, ...] = field(default_factory=tuple)

    def on(self, pull: Pull) -> Known:
        """With the rows of a later *pull*."""
        return replace(self, pulls=(*self.pulls, pull))


def read(folder: Path) -> dict[str, Known]:
    """The tables of the sample in *folder*, by ``source.table``; nothing of a file that is not ours."""
    try:
        content = json.loads((folder / FILE).read_text("utf-8"))
        return {
            name: Known(**{**one, "pulls": tuple(Pull(**pull) for pull in one["pulls"])})
            for name, one in content.items()
        }
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def write(folder: Path, known: dict[str, Known]) -> None:
    """Keep what is known. Raises ``UserError`` if it cannot be written."""
    files.write(folder / FILE, json.dumps({name: asdict(one) for name, one in sorted(known.items())}, indent=1))


def key(file: Path) -> str:
    """The key of this checkout's hashes, in hexadecimal, made when it is asked for first; nobody else may read it.

    Raises:
        UserError: the file is there and holds none.
    """
    try:
        found = file.read_text("ascii").strip()
        if len(bytes.fromhex(found)) == _KEY_BYTES:
            return found
    except FileNotFoundError:
        pass
    except (ValueError, OSError):
        raise UserError(
            f"{file} is no key of {_KEY_BYTES} bytes in hexadecimal. Remove it: a new one is made, and all is sampled anew."
        ) from None
    else:
        raise UserError(
            f"{file} is no key of {_KEY_BYTES} bytes. Remove it: a new one is made, and all is sampled anew."
        )
    made = secrets.token_hex(_KEY_BYTES)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    file.write_text(made + "\n", "ascii")
    return made
