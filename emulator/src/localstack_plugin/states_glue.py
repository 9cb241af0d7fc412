"""Glue's jobs in Step Functions: LocalStack's task, with moments as AWS tells them, and a run that stops with its task.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.state_task_service_glue import (
    StateTaskServiceGlue,
)

from localstack_plugin.states_waiting import with_numbers


class StateTaskServiceJob(StateTaskServiceGlue):
    """A task with a resource of ``arn:aws:states:::glue:``."""

    def __init__(self) -> None:
        super().__init__()
        self._run: tuple[Any, str, str] | None = None

    def _get_glue_client(self, resource_runtime_part: Any, state_credentials: Any) -> Any:
        return _Numbers(StateTaskServiceGlue._get_glue_client(resource_runtime_part, state_credentials))

    def _sync_to_start_job_run(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
    ) -> Callable[[], Any | None]:
        started = env.stack[-1]
        client = self._get_glue_client(resource_runtime_part, state_credentials)
        self._run = client, started["JobName"], started["JobRunId"]
        resolver: Callable[[], Any | None] = super()._sync_to_start_job_run(
            env, resource_runtime_part, normalised_parameters, state_credentials
        )
        return resolver

    def _eval_sync(self, env: Any, **given: Any) -> Any:
        """Wait; the run of an execution that is stopped, or of a task whose time is over, is stopped."""
        found = super()._eval_sync(env=env, **given)
        if found is None and self._run is not None:
            client, job, run = self._run
            client.batch_stop_job_run(JobName=job, JobRunIds=[run])
        return found


class _Numbers:
    """A client whose runs have their moments as numbers."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_job_run(self, **parameters: Any) -> Any:
        return with_numbers(self._client.get_job_run(**parameters))
