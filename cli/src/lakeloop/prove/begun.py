"""Journal of a proof that has begun and is not taken away yet: what it made may be removed, and nothing else may."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Begun:
    """A proof: the account that it has begun in, when, and its last step."""

    account: str
    at: str
    step: str = ""


@dataclass(frozen=True)
class Journal:
    """The file of one place's environment in ``.lakeloop/``."""

    folder: Path

    @classmethod
    def of(cls, workspace: Workspace, place: Place) -> Journal:
        return cls(workspace.state / "prove" / f"{place.slug}-{place.environment}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other proof of this checkout is at work there until the block ends. Raises ``UserError`` if one is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError("Another `just prove` of this checkout is at work there. Wait until it ends.") from None
            yield

    def read(self) -> Begun | None:
        """The proof that has begun, if one has."""
        return Begun(**json.loads(self._file.read_text("utf-8"))) if self._file.exists() else None

    def write(self, begun: Begun) -> None:
        self._file.write_text(json.dumps(asdict(begun)), "utf-8")

    def forget(self) -> None:
        """Nothing of it is left."""
        self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.folder / "begun.json"
