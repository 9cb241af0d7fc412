"""The answer: what ran, what failed, where the rest is. Small enough for Step Functions (256 KB) however much failed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_runner.event import Request
from dbt_runner.run import Outcome, Run

# https://docs.getdbt.com/reference/artifacts/run-results-json
_STATUSES = ("success", "error", "skipped", "warn", "fail", "pass")
_FAILED = ("error", "fail", "partial success", "runtime error")
_MESSAGE_CHARACTERS = 2_000
# Bytes of JSON: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html allows 262,144 per payload.
_FAILED_BYTES = 160_000
_OUTPUT_BYTES = 64_000
# They grow with the project; `cost` has the totals and the foremost of them.
_IN_SUMMARY_ONLY = ("cut", "invocations", "nodes")


@dataclass(frozen=True)
class Failure:
    """A node that failed, and the file of its compiled SQL, if it came that far."""

    unique_id: str
    name: str
    status: str
    message: str
    compiled: Path | None


def failures(outcome: Outcome) -> list[Failure]:
    """The nodes that failed, in the order in which they ended."""
    return [_failure(result) for result in outcome.results if str(result.status) in _FAILED]


def _failure(result: Any) -> Failure:
    # `run-operation` answers with results that have an id but no node.
    node = getattr(result, "node", result)
    compiled = getattr(node, "compiled_path", None)
    return Failure(
        unique_id=node.unique_id,
        name=getattr(node, "name", node.unique_id.rsplit(".", 1)[-1]),
        status=str(result.status),
        message=str(getattr(result, "message", None) or "").strip(),
        compiled=Path(compiled) if compiled and Path(compiled).is_file() else None,
    )


def summary(run: Run, request: Request, outcome: Outcome, *, seconds: float, artifacts: str) -> dict[str, Any]:
    """All there is to tell about a run, without bounds.

    Args:
        seconds: from the handler's start.
        artifacts: the S3 URI under which the run's files are, ending with a slash.
    """
    return {
        "status": "success" if outcome.result.success else "error",
        "run_id": run.run_id,
        "command": request.words,
        "counts": counts(outcome),
        "failed": [
            {
                "unique_id": failure.unique_id,
                "name": failure.name,
                "status": failure.status,
                "message": failure.message,
                "compiled_path": artifacts + compiled_key(run, failure.compiled) if failure.compiled else None,
            }
            for failure in failures(outcome)
        ],
        "seconds": round(seconds, 3),
        "artifacts": artifacts,
        **({"unmatched": outcome.unmatched} if outcome.unmatched else {}),
        **({"output": "\n".join(outcome.output)} if outcome.output else {}),
    }


def counts(outcome: Outcome) -> dict[str, int]:
    """Nodes by status; a rarer status of dbt's is there only if a node has it."""
    found = Counter(str(result.status) for result in outcome.results)
    return {**dict.fromkeys(_STATUSES, 0), **found}


def compiled_key(run: Run, compiled: Path) -> str:
    """The key of a compiled file under the run's prefix: ``compiled/<project>/models/...``."""
    return compiled.relative_to(run.target).as_posix()


def bounded(summary: dict[str, Any]) -> dict[str, Any]:
    """*summary* within the limits of an answer. What was cut is said; ``summary.json`` has all of it."""
    answer = {name: value for name, value in summary.items() if name not in _IN_SUMMARY_ONLY}
    answer["failed"] = []
    room = _FAILED_BYTES
    for failure in summary["failed"]:
        short = {**failure, "message": _cut(failure["message"], _MESSAGE_CHARACTERS)}
        room -= _size(short)
        if room < 0:
            answer["failed_omitted"] = len(summary["failed"]) - len(answer["failed"])
            break
        answer["failed"].append(short)
    for field in ("command", "unmatched"):
        if field in answer and _size(answer[field]) > _OUTPUT_BYTES // 8:
            answer[field] = [_cut(" ".join(answer[field]), _OUTPUT_BYTES // 64)]
    if "output" in answer and _size(answer["output"]) > _OUTPUT_BYTES:
        # A character is at most 12 bytes of JSON: an escaped pair of surrogates.
        answer["output"] = _cut(answer["output"], _OUTPUT_BYTES // 12)
    return answer


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text) - limit} more characters in summary.json)"


def _size(value: Any) -> int:
    """Bytes of *value* as the runtime writes it. https://docs.python.org/3/library/json.html: ASCII only."""
    return len(json.dumps(value)) + 2
