"""Objects below a crawler's target, and their bytes on demand."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Object:
    """An object of S3 with something in it."""

    bucket: str
    key: str
    size: int

    @property
    def folder(self) -> str:
        """Its prefix, with a slash at the end; empty at the root."""
        return self.key[: self.key.rfind("/") + 1]


def listed(s3: Any, target: str, exclusions: Sequence[str]) -> Iterator[Object]:
    """The objects below *target* (``s3://bucket/prefix``), without hidden, empty and excluded ones."""
    bucket, _, prefix = target.removeprefix("s3://").partition("/")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    excluded = [glob(pattern) for pattern in exclusions]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", ()):
            path = one["Key"][len(prefix) :]
            hidden = any(part.startswith(("_", ".")) for part in path.split("/")) or path.endswith("$folder$")
            if one["Size"] and path and not hidden and not any(pattern.fullmatch(path) for pattern in excluded):
                yield Object(bucket, one["Key"], one["Size"])


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern of an exclusion: ``*`` within a folder, ``**`` over folders, ``?``, ``[a-z]``, ``{a,b}``.

    https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html#crawler-data-stores-exclude
    """
    out, depth, position = "", 0, 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*":
            twice = pattern[position : position + 1] == "*"
            position += twice
            out += ".*" if twice else "[^/]*"
        elif char == "?":
            out += "[^/]"
        elif char == "[" and "]" in pattern[position:]:
            end = pattern.index("]", position)
            inside = pattern[position:end].replace("\\", "\\\\")
            out += f"[{'^' + inside[1:] if inside.startswith('!') else inside}]"
            position = end + 1
        elif char == "{":
            depth, out = depth + 1, out + "(?:"
        elif char == "}" and depth:
            depth, out = depth - 1, out + ")"
        elif char == "," and depth:
            out += "|"
        elif char == "\\" and position < len(pattern):
            out += re.escape(pattern[position])
            position += 1
        else:
            out += re.escape(char)
    return re.compile(out + ")" * depth)


class Remote(io.RawIOBase):
    """An object as a file, of which only the parts that are read are fetched."""

    def __init__(self, s3: Any, of: Object) -> None:
        super().__init__()
        self._s3, self._of, self._at = s3, of, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._of.size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(self._of.size - self._at, 0)
        size = left if size < 0 else min(size, left)
        if not size:
            return b""
        span = f"bytes={self._at}-{self._at + size - 1}"
        body: bytes = self._s3.get_object(Bucket=self._of.bucket, Key=self._of.key, Range=span)["Body"].read()
        self._at += len(body)
        return body

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)
