"""Athena's tasks in Step Functions: the four calls as they are, and ``startQueryExecution.sync``, which waits for the query's end.

LocalStack says that it supports none of them. https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api.stepfunctions import HistoryEventType, TaskFailedEventDetails
from localstack.services.stepfunctions.asl.component.common.error_name.custom_error_name import CustomErrorName
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import StatesErrorName
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.resource import (
    ResourceCondition,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.utils.boto_client import boto_client_for
from localstack.services.stepfunctions.asl.utils.encoding import to_json_str

_PARAMETERS = {
    "startqueryexecution": {
        *("QueryString", "WorkGroup", "QueryExecutionContext", "ResultConfiguration", "ClientRequestToken"),
        *("ExecutionParameters", "ResultReuseConfiguration"),
    },
    "stopqueryexecution": {"QueryExecutionId"},
    "getqueryexecution": {"QueryExecutionId"},
    "getqueryresults": {"QueryExecutionId", "MaxResults", "NextToken"},
}


class StateTaskServiceAthena(StateTaskServiceCallback):
    """A task with a resource of ``arn:aws:states:::athena:``."""

    def __init__(self) -> None:
        super().__init__(supported_integration_patterns={ResourceCondition.Sync})
        self._query: tuple[Any, str] | None = None

    def _get_supported_parameters(self) -> set[str] | None:
        action = self.resource.api_action.lower()
        if self.resource.condition is not None and action != "startqueryexecution":
            return None
        return _PARAMETERS.get(action)

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
    ) -> None:
        client = _client(resource_runtime_part, state_credentials)
        answer = getattr(client, self._get_boto_service_action())(**normalised_parameters)
        answer.pop("ResponseMetadata", None)
        env.stack.append(with_numbers(answer))

    def _build_sync_resolver(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
    ) -> Callable[[], Any | None]:
        client = _client(resource_runtime_part, state_credentials)
        query = env.stack.pop()["QueryExecutionId"]
        self._query = client, query

        def resolve() -> Any | None:
            execution = client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] in ("QUEUED", "RUNNING"):
                return None
            output = {"QueryExecution": with_numbers(execution)}
            if execution["Status"]["State"] == "SUCCEEDED":
                return output
            name = StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
            raise FailureEventException(self._failure(env, name, name.error_name, to_json_str(output)))

        return resolve

    def _eval_sync(self, env: Any, **given: Any) -> Any:
        """Wait; the query of an execution that is stopped, or of a task whose time is over, is stopped."""
        found = super()._eval_sync(env=env, **given)
        if found is None and self._query is not None:
            client, query = self._query
            client.stop_query_execution(QueryExecutionId=query)
        return found

    def _from_error(self, env: Any, ex: Exception) -> FailureEvent:
        if isinstance(ex, ClientError):
            error = f"Athena.{ex.response['Error']['Code']}"
            return self._failure(env, CustomErrorName(error), error, ex.response["Error"]["Message"])
        return super()._from_error(env=env, ex=ex)

    def _failure(self, env: Any, name: Any, error: str, cause: str) -> FailureEvent:
        details = TaskFailedEventDetails(
            error=error, cause=cause, resource=self._get_sfn_resource(), resourceType=self._get_sfn_resource_type()
        )
        return FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )


def _client(resource_runtime_part: Any, state_credentials: Any) -> Any:
    return boto_client_for(service="athena", region=resource_runtime_part.region, state_credentials=state_credentials)


def with_numbers(value: Any) -> Any:
    """*value* with moments as milliseconds since 1970, as Step Functions tells them."""
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, dict):
        return {name: with_numbers(one) for name, one in value.items()}
    return [with_numbers(one) for one in value] if isinstance(value, list) else value
