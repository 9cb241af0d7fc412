"""Metrics of Step Functions, which LocalStack's does not tell.

https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from __future__ import annotations

from typing import Any

from localstack.services.stepfunctions.backend.execution import BaseExecutionWorkerCommunication, Execution
from localstack.utils.patch import patch

from localstack_plugin.cloudwatch_samples import put_aside

_ENDED = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


@patch(Execution.start)  # type: ignore[untyped-decorator]
def start(started: Any, self: Execution) -> None:
    # First, for it may have ended before this call has.
    _tell(self, {"ExecutionsStarted": (1, "Count")})
    started(self)


@patch(BaseExecutionWorkerCommunication.terminated)  # type: ignore[untyped-decorator]
def terminated(ended: Any, self: BaseExecutionWorkerCommunication) -> None:
    ended(self)
    execution = self.execution
    milliseconds = (execution.stop_date - execution.start_date).total_seconds() * 1000
    _tell(
        execution, {_ENDED[str(execution.exec_status)]: (1, "Count"), "ExecutionTime": (milliseconds, "Milliseconds")}
    )


def _tell(execution: Execution, values: dict[str, tuple[float, str]]) -> None:
    dimensions = [{"Name": "StateMachineArn", "Value": str(execution.state_machine_arn)}]
    data = [
        {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": unit}
        for name, (value, unit) in values.items()
    ]
    put_aside(execution.account_id, execution.region_name, "AWS/States", data)
