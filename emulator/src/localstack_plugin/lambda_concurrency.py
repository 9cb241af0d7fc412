"""LocalStack's Lambda, whose GetFunction also tells a reserved concurrency of 0: a function that is stopped."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import Concurrency, GetFunctionResponse
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider


class ToldConcurrency(LambdaProvider):  # type: ignore[misc]
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html#configuring-concurrency-reserved"""

    def get_function(
        self, context: RequestContext, function_name: str, qualifier: str | None = None, **kwargs: Any
    ) -> GetFunctionResponse:
        told: GetFunctionResponse = super().get_function(context, function_name, qualifier, **kwargs)
        functions = lambda_stores[context.account_id][context.region].functions
        function = functions.get(told["Configuration"]["FunctionName"])
        if function is not None and function.reserved_concurrent_executions == 0:
            told["Concurrency"] = Concurrency(ReservedConcurrentExecutions=0)
        return told
