"""LocalStack's Lambda, which refuses SnapStart in the regions that have none for Python.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-supported-regions
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.lambda_ import (
    CreateFunctionRequest,
    FunctionConfiguration,
    InvalidParameterValueException,
    UpdateFunctionConfigurationRequest,
)
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider

WITHOUT = frozenset({"ap-east-2", "ap-southeast-6"})
"""Commercial regions without it, in November 2026."""


class RegionalSnapStart(LambdaProvider):  # type: ignore[misc]
    """The words are those of a runtime that has no SnapStart: https://github.com/aws-samples/bedrock-chat/issues/617"""

    @handler(operation="CreateFunction", expand=False)  # type: ignore[untyped-decorator]
    def create_function(self, context: RequestContext, request: CreateFunctionRequest) -> FunctionConfiguration:
        _check(context, request, request.get("Runtime"))
        return super().create_function(context, request)

    @handler(operation="UpdateFunctionConfiguration", expand=False)  # type: ignore[untyped-decorator]
    def update_function_configuration(
        self, context: RequestContext, request: UpdateFunctionConfigurationRequest
    ) -> FunctionConfiguration:
        function = lambda_stores[context.account_id][context.region].functions.get(request["FunctionName"])
        _check(context, request, request.get("Runtime") or (function and function.latest().config.runtime))
        return super().update_function_configuration(context, request)


def _check(context: RequestContext, request: Any, runtime: Any) -> None:
    asked = (request.get("SnapStart") or {}).get("ApplyOn") == "PublishedVersions"
    if asked and context.region in WITHOUT:
        raise InvalidParameterValueException(
            f"{runtime} is not supported for SnapStart enabled functions.", Type="User"
        )
