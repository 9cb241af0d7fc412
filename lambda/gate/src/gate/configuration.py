"""The functions' environment variables: named here, read once per invocation, all missing ones reported together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.errors import TerminalError

ALERTS_TOPIC_ARN = "ALERTS_TOPIC_ARN"
"""Optional: without it nobody is told of files in quarantine."""
_NUMBERS = ("QUIET_SECONDS", "LONGEST_WAIT_SECONDS", "MAX_FILE_BYTES")
_TEXTS = ("ARTIFACTS_BUCKET", "DBT_TARGET", "ENVIRONMENT", "RAW_BUCKET_NAME", "STATE_MACHINE_ARN", "TICKS_QUEUE_URL")


@dataclass(frozen=True)
class Configuration:
    """Settings of both functions; sizes in bytes, times in seconds."""

    raw_bucket: str
    artifacts_bucket: str
    environment: str
    target: str
    state_machine: str
    ticks_queue: str
    quiet: int
    longest_wait: int
    max_bytes: int
    topic: str | None


def read(variables: Mapping[str, str]) -> Configuration:
    """The configuration in *variables*.

    Raises:
        TerminalError: variables are missing, or a number is none.
    """
    missing = [name for name in (*_TEXTS, *_NUMBERS) if not variables.get(name)]
    wrong = [name for name in _NUMBERS if name not in missing and not variables[name].isdecimal()]
    if missing or wrong:
        said = [f"missing: {', '.join(missing)}"] if missing else []
        said += [f"no whole number: {', '.join(wrong)}"] if wrong else []
        raise TerminalError(f"Not configured ({'; '.join(said)}): terraform/modules/arrivals sets them. Apply again.")
    return Configuration(
        raw_bucket=variables["RAW_BUCKET_NAME"],
        artifacts_bucket=variables["ARTIFACTS_BUCKET"],
        environment=variables["ENVIRONMENT"],
        target=variables["DBT_TARGET"],
        state_machine=variables["STATE_MACHINE_ARN"],
        ticks_queue=variables["TICKS_QUEUE_URL"],
        quiet=int(variables["QUIET_SECONDS"]),
        longest_wait=int(variables["LONGEST_WAIT_SECONDS"]),
        max_bytes=int(variables["MAX_FILE_BYTES"]),
        topic=variables.get(ALERTS_TOPIC_ARN) or None,
    )
