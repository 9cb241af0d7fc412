"""``python -m local_scheduler < schedules.json``: when schedules fire next, for who has AWS's answers and no AWS to ask.

Input: ``[{"expression": "rate(1 day)", "zone": "Europe/Berlin", "start": "2026-01-01T00:00:00+00:00", "end": null}]``; output:
the next moments of each, in its zone, or why there are none.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from local_scheduler.cron_fields import ExpressionError
from local_scheduler.expressions import parse

_SHOWN = 3


def main() -> int:
    now = datetime.now(UTC)
    print(json.dumps([_next(schedule, now) for schedule in json.load(sys.stdin)]))
    return 0


def _next(schedule: dict[str, Any], now: datetime) -> list[str]:
    try:
        expression = parse(schedule["expression"], schedule["zone"])
    except ExpressionError as error:
        return [str(error)]
    start = datetime.fromisoformat(schedule["start"])
    end = datetime.fromisoformat(schedule["end"]) if schedule.get("end") else None
    found: list[str] = []
    moment = expression.after(now, start)
    while moment and len(found) < _SHOWN and not (end and moment > end):
        found.append(f"{moment.astimezone(ZoneInfo(schedule['zone'])):%Y-%m-%d %H:%M}")
        moment = expression.after(moment, start)
    return found


if __name__ == "__main__":
    sys.exit(main())
