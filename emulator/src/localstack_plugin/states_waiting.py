"""A service's tasks in Step Functions: its calls as they are, and one with ``.sync``, which waits for the end of what it began.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

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


class WaitingTask(StateTaskServiceCallback, ABC):
    """A task of the service *service*, botocore's name of it."""

    service: ClassVar[str]
    prefix: ClassVar[str]
    """Beginning of the names of the service's errors."""
    parameters: ClassVar[Mapping[str, set[str]]]
    """Parameters of the calls that there are, by the call's name in lower case."""
    waits: ClassVar[str]
    """The call that may have ``.sync``, in lower case."""

    def __init__(self) -> None:
        super().__init__(supported_integration_patterns={ResourceCondition.Sync})
        self._begun: tuple[Any, Mapping[str, Any]] | None = None

    @abstractmethod
    def ended(self, client: Any, begun: Mapping[str, Any]) -> tuple[bool, dict[str, Any]] | None:
        """Whether what the answer *begun* is about has succeeded, and the task's output; None while it goes on."""

    @abstractmethod
    def stop(self, client: Any, begun: Mapping[str, Any]) -> None:
        """Stop what has begun."""

    def _get_supported_parameters(self) -> set[str] | None:
        action = self.resource.api_action.lower()
        if self.resource.condition is not None and action != self.waits:
            return None
        return self.parameters.get(action)

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
    ) -> None:
        client = self._client(resource_runtime_part, state_credentials)
        answer = getattr(client, self._get_boto_service_action())(**normalised_parameters)
        answer.pop("ResponseMetadata", None)
        env.stack.append(with_numbers(answer))

    def _build_sync_resolver(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
    ) -> Callable[[], Any | None]:
        client, begun = self._client(resource_runtime_part, state_credentials), env.stack.pop()
        self._begun = client, begun

        def resolve() -> Any | None:
            found = self.ended(client, begun)
            if found is None:
                return None
            succeeded, output = found
            output = with_numbers(output)
            if succeeded:
                return output
            name = StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
            raise FailureEventException(self._failure(env, name, name.error_name, to_json_str(output)))

        return resolve

    def _eval_sync(self, env: Any, **given: Any) -> Any:
        """Wait; what an execution that is stopped began, or a task whose time is over, is stopped."""
        found = super()._eval_sync(env=env, **given)
        if found is None and self._begun is not None:
            self.stop(*self._begun)
        return found

    def _from_error(self, env: Any, ex: Exception) -> FailureEvent:
        if isinstance(ex, ClientError):
            error = f"{self.prefix}.{ex.response['Error']['Code']}"
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

    def _client(self, resource_runtime_part: Any, state_credentials: Any) -> Any:
        return boto_client_for(
            service=self.service, region=resource_runtime_part.region, state_credentials=state_credentials
        )


def with_numbers(value: Any) -> Any:
    """*value* with moments as milliseconds since 1970, as Step Functions tells them."""
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, dict):
        return {name: with_numbers(one) for name, one in value.items()}
    return [with_numbers(one) for one in value] if isinstance(value, list) else value
