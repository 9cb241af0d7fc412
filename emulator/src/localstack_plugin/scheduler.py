"""EventBridge Scheduler that fires: moto keeps the schedules, a clock reads them there and calls their targets.

LocalStack's own accepts a schedule and does nothing with it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from localstack.aws.api import RequestContext
from localstack.aws.api.scheduler import ValidationException
from localstack.services.moto import call_moto
from localstack.services.plugins import Service
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends

from local_scheduler import Clock, Due, ExpressionError, Planned, parse
from localstack_plugin import scheduler_targets
from localstack_plugin.moto_service import service as moto_service

_Key = tuple[str, str, str, str]
"""Account, region, group and name."""


def service() -> Service:
    """The provider, whose clock runs from now on."""
    _CLOCK.start()
    written = {"CreateSchedule": put, "UpdateSchedule": put, "DeleteSchedule": change, "DeleteScheduleGroup": change}
    return moto_service("scheduler", written)


def put(context: RequestContext, request: Any) -> Any:
    """Make or replace a schedule that can be fired. Raises ``ValidationException`` for another."""
    try:
        parse(request["ScheduleExpression"], request.get("ScheduleExpressionTimezone") or "UTC")
    except ExpressionError as error:
        expression = request["ScheduleExpression"]
        raise ValidationException(f"Invalid Schedule Expression {expression}. ({error})") from None
    window = request["FlexibleTimeWindow"]
    if (window["Mode"] == "FLEXIBLE") != bool(window.get("MaximumWindowInMinutes")):
        raise ValidationException("MaximumWindowInMinutes belongs to the mode FLEXIBLE, and to no other")
    scheduler_targets.check(request["Target"])
    answer = call_moto(context)
    backend = scheduler_backends[context.account_id][context.region]
    made = backend.get_schedule(request.get("GroupName"), request["Name"])
    made.state = request.get("State") or "ENABLED"  # an update that names none enables it, too
    _CLOCK.change()
    return answer


def change(context: RequestContext, request: Any) -> Any:
    """Have moto change what it keeps, and the clock look at it."""
    try:
        return call_moto(context)
    finally:
        _CLOCK.change()


def _planned() -> Iterator[Planned]:
    for (account, region), backend in _backends():
        for group in list(backend.schedule_groups.values()):
            for schedule in list(group.schedules.values()):
                if schedule.state == "ENABLED":
                    yield _plan((account, region, group.name, schedule.name), schedule)


def _plan(key: _Key, schedule: Schedule) -> Planned:
    window = schedule.flexible_time_window.get("MaximumWindowInMinutes") or 0
    return Planned(
        key,
        (schedule.creation_date, schedule.last_modified_date, schedule.schedule_expression, schedule.state),
        parse(schedule.schedule_expression, schedule.schedule_expression_timezone),
        start=_moment(schedule.start_date or schedule.creation_date),
        since=_moment(schedule.last_modified_date),
        end=_moment(schedule.end_date) if schedule.end_date else None,
        window=timedelta(minutes=window),
    )


def _fire(due: Due) -> None:
    account, region, group, name = cast(_Key, due.key)
    backend = scheduler_backends[account][region]
    schedule = backend.schedule_groups[group].schedules.get(name) if group in backend.schedule_groups else None
    if schedule is None:
        return
    delivery = scheduler_targets.Delivery(account, region, schedule.arn, dict(schedule.target), due.moment)

    def deliver() -> None:
        delivery.carry_out()
        if due.last and schedule.action_after_completion == "DELETE":
            backend.schedule_groups[group].schedules.pop(name, None)

    threading.Thread(target=deliver, name=f"schedule-{name}", daemon=True).start()


def _backends() -> Iterator[tuple[tuple[str, str], EventBridgeSchedulerBackend]]:
    for account, regions in list(scheduler_backends.items()):
        for region, backend in list(regions.items()):
            yield (account, region), backend


def _moment(stored: Any) -> datetime:
    """The moment that moto keeps, which may be a number or the text of one."""
    return datetime.fromtimestamp(float(stored), UTC)


_CLOCK = Clock(_planned, _fire)
