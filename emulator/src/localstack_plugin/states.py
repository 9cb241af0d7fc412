"""LocalStack's Step Functions, completed: definitions that AWS refuses, Athena's, Glue's and EMR's tasks, JSONata without Java."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.stepfunctions import (
    InvalidDefinition,
    ValidateStateMachineDefinitionDiagnostic,
    ValidateStateMachineDefinitionOutput,
    ValidateStateMachineDefinitionResultCode,
    ValidateStateMachineDefinitionSeverity,
)
from localstack.services.plugins import Service
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import state_task_factory
from localstack.services.stepfunctions.provider import StepFunctionsProvider

from local_states import diagnose
from localstack_plugin import states_jsonata, states_result_writer
from localstack_plugin.states_athena import StateTaskServiceAthena
from localstack_plugin.states_emr import StateTaskServiceEmr
from localstack_plugin.states_glue import StateTaskServiceJob


class CompletedStates(StepFunctionsProvider):
    """The provider: what a validation finds has AWS's code and place."""

    def validate_state_machine_definition(
        self, context: RequestContext, request: Any, **kwargs: Any
    ) -> ValidateStateMachineDefinitionOutput:
        answer: ValidateStateMachineDefinitionOutput = super().validate_state_machine_definition(
            context, request, **kwargs
        )
        if answer["result"] == ValidateStateMachineDefinitionResultCode.FAIL:
            found = _diagnose(request["definition"])
            if found:
                answer["diagnostics"] = [
                    ValidateStateMachineDefinitionDiagnostic(
                        severity=ValidateStateMachineDefinitionSeverity.ERROR,
                        code=one.code,
                        message=one.message,
                        location=one.location,
                    )
                    for one in found
                ]
        return answer


def service() -> Service:
    """The provider's service; LocalStack's own is changed from now on."""
    _refuse_dead_ends()
    _know_tasks()
    states_jsonata.patch()
    states_result_writer.patch()
    return Service.for_provider(CompletedStates())


def _refuse_dead_ends() -> None:
    """CreateStateMachine and UpdateStateMachine call this by the class's name."""
    before = StepFunctionsProvider._validate_definition

    def validate(definition: str, static_analysers: list[Any]) -> None:
        before(definition, static_analysers)
        if found := _diagnose(definition):
            refused = InvalidDefinition()
            refused.message = f"Invalid State Machine Definition: '{', '.join(map(str, found))}'"
            raise refused

    StepFunctionsProvider._validate_definition = staticmethod(validate)


def _diagnose(definition: str) -> list[Any]:
    try:
        return diagnose(definition)
    except ValueError:  # no JSON, which LocalStack says in its words
        return []


def _know_tasks() -> None:
    before = state_task_factory.state_task_service_for
    own = {"athena": StateTaskServiceAthena, "emr-serverless": StateTaskServiceEmr, "glue": StateTaskServiceJob}

    def of(service_name: str) -> Any:
        return own[service_name]() if service_name in own else before(service_name)

    state_task_factory.state_task_service_for = of
