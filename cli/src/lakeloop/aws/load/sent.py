"""Files that a load has seen in a bucket, so that the next one asks for no checksum of theirs: 450 requests are seconds.

A file is the same if its size, time and inode are, an object if the ETag is that the listing tells
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lakeloop import files
from lakeloop.errors import UserError

State = tuple[int, int, int]


@dataclass
class Sent:
    """The objects of a bucket by key, as they were seen last; kept in ``file``, forgotten without one."""

    file: Path | None = None
    known: dict[str, list[object]] = field(default_factory=dict)
    seen: dict[str, list[object]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Sent:
        """The memory in *file*; an empty one if there is none that can be read."""
        with suppress(OSError, ValueError):
            content = json.loads(file.read_text("utf-8"))
            if isinstance(content, dict):
                return cls(file, content)
        return cls(file)

    def has(self, key: str, state: State, etag: str) -> bool:
        """Whether the object *key* with *etag* is known to hold the bytes of a file in that *state*."""
        if self.known.get(key) != [*state, etag]:
            return False
        self.note(key, state, etag)
        return True

    def note(self, key: str, state: State, etag: str) -> None:
        """The object *key* with *etag* holds the bytes of a file in that *state*, which was asked for before they were read."""
        self.seen[key] = [*state, etag]

    def keep(self) -> None:
        """Write what was seen; without room for it, the next load asks again."""
        if self.file is not None and self.seen != self.known:
            with suppress(UserError):
                files.write(self.file, json.dumps(self.seen))


def state_of(file: Path) -> State:
    """Size, time in nanoseconds and inode."""
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino
