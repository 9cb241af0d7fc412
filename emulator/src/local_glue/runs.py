"""Runs of jobs as GetJobRun describes them: plain data, saved with Glue's state."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

ENDED = frozenset({"SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"})
SHELL, SPARK = "pythonshell", "glueetl"
GROUPS = {SHELL: "/aws-glue/python-jobs", SPARK: "/aws-glue/jobs"}
"""Log groups, before ``/output`` and ``/error``: https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging.html"""


def new_id() -> str:
    """The id of a run."""
    return f"jr_{secrets.token_hex(32)}"


@dataclass
class Run:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_JobRun.html"""

    job: str
    kind: str
    arguments: Mapping[str, str]
    timeout: int
    """Minutes."""
    id: str = field(default_factory=new_id)
    attempt: int = 0
    previous: str = ""
    capacity: Mapping[str, Any] = field(default_factory=dict)
    """Members of the description that say how large the run is."""
    group: str = ""
    """The beginning of its log groups."""
    emulator: str = ""
    """The emulator that carries it out."""
    state: str = "STARTING"
    message: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: datetime | None = None
    """The moment at which the script began."""
    ended: datetime | None = None

    def become(self, state: str, message: str = "") -> None:
        """Change the state; one that has ended stays as it is."""
        if self.state in ENDED or (self.state == "STOPPING" and state == "RUNNING"):
            return
        self.state, self.message, self.changed = state, message, datetime.now(UTC)
        if state == "RUNNING":
            self.began = self.changed
        if state in ENDED:
            self.ended = self.changed

    def again(self) -> Run:
        """The next attempt."""
        base, attempt = self.id.partition("_attempt_")[0], self.attempt + 1
        return replace(
            Run(self.job, self.kind, self.arguments, self.timeout),
            id=f"{base}_attempt_{attempt}",
            attempt=attempt,
            previous=self.id,
            capacity=self.capacity,
            group=self.group,
            emulator=self.emulator,
        )

    def described(self) -> dict[str, Any]:
        """The members of a JobRun that are set."""
        took = (self.ended or datetime.now(UTC)) - self.began if self.began else None
        given: dict[str, Any] = {
            "PreviousRunId": self.previous,
            "ErrorMessage": self.message,
            "CompletedOn": self.ended,
            "Arguments": dict(self.arguments),
        }
        return {
            "Id": self.id,
            "Attempt": self.attempt,
            "JobName": self.job,
            "JobRunState": self.state,
            "StartedOn": self.started,
            "LastModifiedOn": self.changed,
            "PredecessorRuns": [],
            "ExecutionTime": int(took.total_seconds()) if took else 0,
            "Timeout": self.timeout,
            "LogGroupName": self.group,
            **self.capacity,
            **{name: value for name, value in given.items() if value},
        }
