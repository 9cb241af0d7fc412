"""JSONata in Step Functions, evaluated in this process: LocalStack's own downloads a Java library, and Java.

Its ``$hash`` and ``$uuid`` answer that they are not supported, a text with a quote in it breaks the expression, and one that
fails is a ``States.Runtime``, which no Catch gets.
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api.stepfunctions import EvaluationFailedEventDetails, HistoryEventType
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import StatesErrorName
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.component.common.string import string_expression
from localstack.services.stepfunctions.asl.eval import states, variable_store
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.jsonata import jsonata
from localstack.services.stepfunctions.asl.utils.encoding import to_json_str

from local_states import ExpressionError, evaluate


def patch() -> None:
    """Put the evaluation in the place of LocalStack's."""
    jsonata._eval_jsonata = _evaluate
    string_expression.get_intrinsic_functions_declarations = _no_declarations
    for module in (states, variable_store):
        module.encode_jsonata_variable_declarations = _declare
    for kind in (string_expression.StringJSONata, string_expression.StringVariableSample):
        kind._eval_body = _told(kind._eval_body)


def _evaluate(expression: str) -> Any:
    try:
        return evaluate(expression)
    except ExpressionError as error:
        raise jsonata.JSONataException("UNKNOWN", str(error)) from None


def _told(before: Any) -> Any:
    """*before*, an expression's evaluation, with AWS's error for one that fails: Retry and Catch know it."""

    def evaluate_body(self: Any, env: Any) -> None:
        try:
            before(self, env)
        except jsonata.JSONataException as error:
            name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
            cause = f"The JSONata expression '{self.expression}' threw an error during evaluation. {error.details}"
            details = EventDetails(
                evaluationFailedEventDetails=EvaluationFailedEventDetails(cause=cause, error=name.error_name)
            )
            kind = HistoryEventType.EvaluationFailed
            env.event_manager.add_event(context=env.event_history_context, event_type=kind, event_details=details)
            raise FailureEventException(
                FailureEvent(env=env, error_name=name, event_type=kind, event_details=details)
            ) from None

    return evaluate_body


def _no_declarations(variable_references: set[str]) -> str:
    """Step Functions' own functions are known to ``local_states``."""
    return ""


def _declare(bindings: dict[str, Any]) -> str:
    """Variables as JSONata; every value is JSON, texts too."""
    return "".join(f"{name}:={to_json_str(value, separators=(',', ':'))};" for name, value in bindings.items())
