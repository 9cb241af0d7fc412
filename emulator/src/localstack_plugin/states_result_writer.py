"""A Distributed Map's ResultWriter fails by name: LocalStack writes ``manifest.json`` alone, whose files are not there."""

from __future__ import annotations

from typing import Any

from localstack.aws.api.stepfunctions import HistoryEventType, MapRunFailedEventDetails
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import StatesErrorName
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.state_map import StateMap
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails

from localstack_plugin.refusals import RESULT_WRITER


def patch() -> None:
    """Have a Map with a ResultWriter fail before its first item, so that nothing is done twice later."""
    before = StateMap._eval_execution

    def evaluate(self: Any, env: Any) -> None:
        if self.result_writer is not None:
            name = StatesErrorName(typ=StatesErrorNameType.StatesResultWriterFailed)
            details = MapRunFailedEventDetails(error=name.error_name, cause=RESULT_WRITER)
            raise FailureEventException(
                FailureEvent(
                    env=env,
                    error_name=name,
                    event_type=HistoryEventType.MapRunFailed,
                    event_details=EventDetails(mapRunFailedEventDetails=details),
                )
            )
        before(self, env)

    StateMap._eval_execution = evaluate
