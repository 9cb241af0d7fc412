"""Zips of files, and environments as tests see them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from local_lambda.environment import Environment
from local_lambda.folders import Package
from local_lambda.model import Answer, Invocation

DEADLINE_SECONDS = 300.0
Files = Mapping[str, str | bytes]


@dataclass
class Running:
    """An environment and what a test wants to know of it."""

    environment: Environment
    folder: Path

    def __call__(self, event: Any = None, request_id: str = "request-1") -> Answer:
        arn = "arn:aws:lambda:us-east-1:000000000000:function:f:live"
        return self.environment.invoke(Invocation(request_id, arn, json.dumps(event).encode(), "Root=1-2-3"))

    def value(self, event: Any = None) -> Any:
        """The value that the handler returns."""
        answer = self(event)
        assert not answer.is_error, answer
        return json.loads(answer.payload)

    def error(self, event: Any = None) -> dict[str, Any]:
        """The error document that the caller gets."""
        answer = self(event)
        assert answer.is_error, answer
        return dict(json.loads(answer.payload))


Start = Callable[..., Running]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of *files*, executable where they begin like a script."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2024, 7, 5, 1, 2, 4))
            entry.external_attr = (0o755 if content[:2] in ("#!", b"#!") else 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def until(condition: Callable[[], object]) -> bool:
    """Whether *condition* came true before the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def package(files: Files) -> Package:
    content = zipped(files)

    def fetch(file: BinaryIO) -> None:
        file.write(content)

    return Package("test.zip", repr(sorted(files.items())), fetch)
