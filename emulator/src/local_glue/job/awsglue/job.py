"""The frame that Glue's templates put around a script. It keeps bookmarks on AWS, which jobs of the local Glue have not."""

from __future__ import annotations

from typing import Any


class Job:
    """``init`` before and ``commit`` behind a script."""

    def __init__(self, glue_context: Any) -> None:
        self.context = glue_context

    def init(self, job_name: str, args: dict[str, Any] | None = None) -> None:
        """Begin."""

    def commit(self) -> None:
        """End."""
