"""LocalStack's EventBridge, completed: what it takes is delivered, or is a dead letter, or is refused when it is asked for.

By itself it forgets an event that a target does not take, fires rules that are disabled, takes targets that it never calls,
and calls none after a restart from a saved state.
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.events import PutTargetsResponse, RuleState, TargetList
from localstack.services.events.event_bus import EventBusService
from localstack.services.events.models import events_stores
from localstack.services.events.provider import EventsProvider
from localstack.services.events.rule import RuleService
from localstack.services.events.target import TargetSender
from localstack.services.events.utils import is_archive_arn

from localstack_plugin import events_targets
from localstack_plugin.events_delivery import Delivery


class DeliveredEvents(EventsProvider):  # type: ignore[misc]
    """Every target of a rule has retries and dead letters."""

    def __init__(self) -> None:
        super().__init__()
        events_targets.register()

    def put_targets(
        self,
        context: RequestContext,
        rule: str,
        targets: TargetList,
        event_bus_name: str | None = None,
        **kwargs: Any,
    ) -> PutTargetsResponse:
        for target in targets:
            events_targets.check(target)
        return super().put_targets(context, rule, targets, event_bus_name, **kwargs)

    def create_target_sender(
        self, target: Any, rule_arn: str, rule_name: str, region: str, account_id: str
    ) -> TargetSender:
        sender = super().create_target_sender(target, rule_arn, rule_name, region, account_id)

        def deliver(event: Any, trace_header: Any) -> None:
            # Scheduled rules have jobs, which go on when a rule is disabled; events ask no rule whether it is.
            service = self._rule_services_store.get(rule_arn)
            if service is not None and service.rule.state != RuleState.DISABLED:
                Delivery(sender, event, trace_header).begin()

        sender.process_event = deliver
        return sender

    def on_after_state_load(self) -> None:
        """Make what acts on the rules that were loaded."""
        for account, regions in events_stores.items():
            for region, store in list(regions.items()):
                for bus in store.event_buses.values():
                    self._event_bus_services_store[bus.arn] = EventBusService(bus)
                    for rule in bus.rules.values():
                        self._act_on(rule, account, region)

    def _act_on(self, rule: Any, account: str, region: str) -> None:
        service = self._rule_services_store[rule.arn] = RuleService(rule)
        for target in rule.targets.values():
            if not is_archive_arn(target["Arn"]):
                self.create_target_sender(target, rule.arn, rule.name, region, account)
        if service.schedule_cron and rule.targets:
            service.create_schedule_job(self._get_scheduled_rule_job_function(account, region, rule))
