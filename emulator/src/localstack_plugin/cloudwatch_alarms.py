"""LocalStack's alarms, judged as CloudWatch does: on metric math, on missing data, M of N; composite ones by their rule.

By itself LocalStack looks once in all of an alarm's periods, at single metrics alone, and reads of a rule ALARM and OR.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.http import Request
from localstack.services.cloudwatch import provider_v2
from localstack.services.cloudwatch.models import LocalStackCompositeAlarm, LocalStackMetricAlarm, cloudwatch_stores
from localstack.services.cloudwatch.provider_v2 import ValidationException
from localstack.services.edge import ROUTER
from localstack.utils.aws import arns

from local_cloudwatch import alarms, metric_math, rules, statistics
from local_cloudwatch.errors import ExpressionError
from local_cloudwatch.metric_math import Range
from localstack_plugin.cloudwatch_math import MetricMath, period_of

LOG = logging.getLogger(__name__)
_STATE = ("StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp")
_DAY, _WEEK = 86400, 604800
CLOCK = "/_aws/cloudwatch/clock"


class Alarms(MetricMath):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"""

    def __init__(self) -> None:
        super().__init__()
        self.alarm_scheduler = AlarmClock(self.judge_all)

    def on_after_init(self) -> None:
        super().on_after_init()
        ROUTER.add(CLOCK, self.set_clock, methods=["POST"])

    def set_clock(self, request: Request) -> dict[str, Any]:
        """Judge alarms as if it were so many seconds later (``{"ahead": 3600}``): what takes hours is tried in a moment."""
        self.alarm_scheduler.ahead = float(request.get_json(force=True)["ahead"])
        self.judge_all()
        return {"ahead": self.alarm_scheduler.ahead}

    def put_metric_data(self, context: RequestContext, *given: Any, **more: Any) -> None:
        super().put_metric_data(context, *given, **more)
        self.alarm_scheduler.look()

    @handler("PutMetricAlarm", expand=False)
    def put_metric_alarm(self, context: RequestContext, request: Any) -> None:
        _check(request)
        was = self._of_name(context, request["AlarmName"])
        super().put_metric_alarm(context, request)
        self._go_on(context, request, was)

    @handler("PutCompositeAlarm", expand=False)
    def put_composite_alarm(self, context: RequestContext, request: Any) -> None:
        name = request["AlarmName"]
        try:
            rule = rules.read(request["AlarmRule"])
        except ExpressionError as error:
            raise ValidationException(str(error)) from None
        known = {
            one.alarm["AlarmName"]: one for one in self.get_store(context.account_id, context.region).alarms.values()
        }
        if missing := sorted(rule.names - known.keys() - {name}):
            raise ValidationException(
                f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist"
            )
        others = {key: rules.read(one.alarm["AlarmRule"]) for key, one in known.items() if "AlarmRule" in one.alarm}
        if rules.cycle(name, {**others, name: rule}):
            raise ValidationException(f"Could not save the composite alarm as {name} would depend on itself")
        was = self._of_name(context, name)
        super().put_composite_alarm(context, request)
        self._go_on(context, request, was)

    def _of_name(self, context: Any, name: str) -> Any:
        arn = arns.cloudwatch_alarm_arn(name, account_id=context.account_id, region_name=context.region)
        return self.get_store(context.account_id, context.region).alarms.get(arn)

    def _go_on(self, context: Any, request: Any, was: Any) -> None:
        """An alarm that is changed keeps its state, and a new one its tags."""
        now = self._of_name(context, request["AlarmName"])
        if was is not None:
            now.alarm.update({key: was.alarm[key] for key in _STATE if key in was.alarm})
        elif tags := request.get("Tags"):
            store = self.get_store(context.account_id, context.region)
            store.TAGS.tag_resource(now.alarm["AlarmArn"], tags)
        now.alarm.pop("Tags", None)
        self.alarm_scheduler.look()

    def judge_all(self) -> None:
        """Give every alarm the state that its metrics give it now."""
        for account, regions in list(cloudwatch_stores.items()):
            for region, store in list(regions.items()):
                context = SimpleNamespace(account_id=account, region=region)
                for alarm in list(store.alarms.values()):
                    try:
                        if isinstance(alarm, LocalStackMetricAlarm):
                            self._judge(context, alarm.alarm)
                    except Exception:
                        LOG.exception("The alarm %s cannot be judged", alarm.alarm["AlarmName"])
                self._evaluate_composite_alarms(context, None)

    def _judge(self, context: Any, alarm: Mapping[str, Any]) -> None:
        queries = alarm.get("Metrics") or [_query(alarm)]
        period = period_of(queries)
        count = alarms.reach(int(alarm["EvaluationPeriods"]))
        end = float(int(time.time() + self.alarm_scheduler.ahead) + 1)
        times = [end - period * (index + 1) for index in reversed(range(count))]
        returned = next(query for query in queries if query.get("ReturnData") is not False)
        value = self.evaluated(context, queries, Range(times, period))[returned["Id"]]
        series = value if isinstance(value, dict) else dict.fromkeys(times, value) if isinstance(value, float) else {}
        values = statistics.window(series, end, period, count)
        verdict = alarms.judge(alarm, values)
        if verdict is None or verdict.state == alarm["StateValue"]:
            return
        data = {
            "version": "1.0",
            "queryDate": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000+0000}",
            "period": period,
            "recentDatapoints": [value for value in reversed(values) if value is not None],
            "threshold": alarm["Threshold"],
        }

        self.set_alarm_state(context, alarm["AlarmName"], verdict.state, verdict.reason, json.dumps(data))

    def _update_state(self, context: Any, alarm: Any, *state: Any) -> None:
        super()._update_state(context, alarm, *state)
        alarm.alarm["StateUpdatedTimestamp"] = datetime.now(UTC)  # LocalStack's has no time zone

    def _validate_alarm_rule_expression(self, alarm_rule: str) -> list[str]:
        return []  # it would warn of what it does not know

    def _evaluate_composite_alarms(self, context: Any, triggering_alarm: Any) -> None:
        """Until nothing changes: a composite alarm may be part of another."""
        store = self.get_store(context.account_id, context.region)
        composite = [one for one in store.alarms.values() if isinstance(one, LocalStackCompositeAlarm)]
        for _ in composite:
            states = {one.alarm["AlarmName"]: one for one in store.alarms.values()}
            changed = [one for one in composite if self._evaluated(context, one, states, triggering_alarm)]
            if not changed:
                return

    def _evaluated(self, context: Any, composite: Any, known: Mapping[str, Any], cause: Any) -> bool:
        rule = rules.read(composite.alarm["AlarmRule"])

        def state(name: str) -> str:
            return str(known[name].alarm["StateValue"]) if name in known else alarms.INSUFFICIENT

        new, old = alarms.ALARM if rule.holds(state) else alarms.OK, composite.alarm["StateValue"]
        if new == old:
            return False
        if cause is None or cause.alarm["AlarmName"] not in rule.names:
            cause = next((known[name] for name in sorted(rule.names) if name in known), composite)
        at = cause.alarm["StateTransitionedTimestamp"]
        reason = (
            f"{cause.alarm['AlarmArn']} transitioned to {cause.alarm['StateValue']} at {at:%A %d %B, %Y %H:%M:%S %Z}"
        )
        told = {"value": cause.alarm["StateValue"], "timestamp": int(at.timestamp() * 1000)}
        self._update_state(
            context, composite, new, reason, {"triggeringAlarms": [{"arn": cause.alarm["AlarmArn"], "state": told}]}
        )
        composite.alarm["StateTransitionedTimestamp"] = datetime.now(UTC)
        if composite.alarm["ActionsEnabled"]:
            self._run_composite_alarm_actions(context, composite, old, cause)
        return True


class AlarmClock:
    """Looks at the alarms every few seconds, and when there are new values. In the place of LocalStack's AlarmScheduler."""

    EVERY = 5.0
    """Seconds. AWS looks once a minute, or every 10 s."""
    _REST = 0.5

    def __init__(self, judge_all: Any) -> None:
        self.ahead = 0.0
        """Seconds by which it is later for alarms than it is."""
        self._judge_all = judge_all
        self._thread: threading.Thread | None = None
        self._wake, self._end = threading.Event(), threading.Event()

    def start(self) -> None:
        if self._thread is None:
            self._end = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._end,), name="alarms", daemon=True)
            self._thread.start()

    def shutdown(self) -> None:
        self._end.set()
        self._wake.set()
        self._thread = None

    def look(self) -> None:
        """Look now."""
        self._wake.set()

    def schedule_metric_alarm(self, alarm_arn: str) -> None:
        """Called by LocalStack for each alarm that is put: all are looked at together."""

    def delete_scheduler_for_alarm(self, alarm_arn: str) -> None:
        """Called by LocalStack for each alarm that is deleted."""

    def restart_existing_alarms(self) -> None:
        """Called by LocalStack after a state is loaded."""
        self.look()

    def _run(self, end: threading.Event) -> None:
        while not end.is_set():
            self._wake.wait(self.EVERY)
            self._wake.clear()
            if end.is_set():
                return
            try:
                self._judge_all()
            except Exception:
                LOG.exception("The alarms cannot be judged")
            end.wait(self._REST)


def _query(alarm: Mapping[str, Any]) -> dict[str, Any]:
    metric = {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions") if key in alarm}
    stat = {"Metric": metric, "Period": alarm["Period"], "Stat": alarm.get("Statistic") or alarm["ExtendedStatistic"]}
    return {"Id": "m", "MetricStat": {**stat, **({"Unit": alarm["Unit"]} if alarm.get("Unit") else {})}}


def _check(request: Any) -> None:
    """Raise ``ValidationException`` for an alarm that would never change here, or that AWS does not take."""
    if request.get("ThresholdMetricId") or request["ComparisonOperator"] not in alarms.COMPARISONS:
        raise ValidationException(
            f"The local CloudWatch detects no anomalies, and would never judge {request['AlarmName']}: "
            f"ComparisonOperator is one of {', '.join(alarms.COMPARISONS)}, with a Threshold."
        )
    queries = request.get("Metrics") or [_query(request)]
    if sum(query.get("ReturnData") is not False for query in queries) != 1:
        raise ValidationException("Exactly one element of the metrics list should return data.")
    periods = int(request["EvaluationPeriods"])
    if int(request.get("DatapointsToAlarm") or periods) > periods:
        raise ValidationException("DatapointsToAlarm cannot be larger than EvaluationPeriods.")
    period = period_of(queries)
    if periods * period > (_WEEK if period >= 3600 else _DAY):
        raise ValidationException(
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)."
        )
    ids = {query["Id"] for query in queries}
    for query in queries:
        try:
            if "MetricStat" in query:
                statistics.check(query["MetricStat"]["Stat"])
            else:
                empty: dict[str, metric_math.Value] = {one: {} for one in ids if one != query["Id"]}
                metric_math.evaluate(query["Expression"], empty, Range([0.0], period))
        except ExpressionError as error:
            raise ValidationException(str(error)) from None


def _described(alarm: Any) -> list[Any]:
    """LocalStack's description of an alarm for a function, which fails on metric math."""
    return [] if "MetricName" not in alarm.alarm else _describe(alarm)


_describe = provider_v2.create_metric_data_query_from_alarm
provider_v2.create_metric_data_query_from_alarm = _described
