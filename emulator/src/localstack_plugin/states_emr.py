"""EMR Serverless's tasks in Step Functions: job runs that are started, and waited for with ``.sync``.

LocalStack says that it supports none of them. https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr-serverless.html
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from localstack_plugin.states_waiting import WaitingTask

_ENDED = ("SUCCESS", "FAILED", "CANCELLED")


class StateTaskServiceEmr(WaitingTask):
    """A task with a resource of ``arn:aws:states:::emr-serverless:``; its members begin with capitals, unlike the service's.

    Applications are made and taken away by Terraform, not by a task: those calls are refused as LocalStack refuses them.
    """

    service, prefix, waits = "emr-serverless", "EMRServerless", "startjobrun"
    parameters: ClassVar[Mapping[str, set[str]]] = {
        "startjobrun": {
            *("ApplicationId", "ClientToken", "ConfigurationOverrides", "ExecutionRoleArn", "ExecutionTimeoutMinutes"),
            *("JobDriver", "Mode", "Name", "RetryPolicy", "Tags"),
        },
        "canceljobrun": {"ApplicationId", "JobRunId"},
    }

    def ended(self, client: Any, begun: Mapping[str, Any]) -> tuple[bool, dict[str, Any]] | None:
        answer = client.get_job_run(**_named(begun))
        self._normalise_response(answer, service_action_name="get_job_run")
        run = answer["JobRun"]
        return (run["State"] == "SUCCESS", run) if run["State"] in _ENDED else None

    def stop(self, client: Any, begun: Mapping[str, Any]) -> None:
        with suppress(ClientError):  # it has ended meanwhile
            client.cancel_job_run(**_named(begun))


def _named(begun: Mapping[str, Any]) -> dict[str, Any]:
    return {"applicationId": begun["ApplicationId"], "jobRunId": begun["JobRunId"]}
