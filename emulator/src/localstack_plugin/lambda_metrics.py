"""Metrics of functions that LocalStack does not tell: how long an invocation took, and those that were throttled.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.patch import patch

from localstack_plugin.cloudwatch_samples import put_aside


def tell(function: Any, name: str, value: float, unit: str) -> None:
    """Tell a metric of a function, which is LocalStack's ``VersionIdentifier``."""
    dimensions = [{"Name": "FunctionName", "Value": function.function_name}]
    datum = {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": unit}
    put_aside(function.account, function.region, "AWS/Lambda", [datum])


@patch(LambdaVersionManager.invoke)  # type: ignore[untyped-decorator]
def invoke(invoked: Any, self: LambdaVersionManager, *, invocation: Any) -> Any:
    try:
        return invoked(self, invocation=invocation)
    except TooManyRequestsException:
        tell(self.function_version.id, "Throttles", 1, "Count")
        raise
