"""LocalStack's entry point for refusals: every request passes the table, after IAM's guard and before its service is loaded."""

from __future__ import annotations

from typing import Any

from localstack.runtime import hooks


# The guard comes first, as on AWS: who may not call is told so.
@hooks.on_runtime_start(priority=-10)
def refuse_what_would_do_nothing() -> None:
    """Put the table into the gateway's chain."""
    from localstack.aws.handlers import serve_custom_service_request_handlers

    serve_custom_service_request_handlers.append(handle)


def handle(chain: Any, context: Any, response: Any) -> None:
    """Part of the gateway's chain. Raises the service's exception for a call that would be answered and not done."""
    from localstack.aws.api import CommonServiceException

    from localstack_plugin.refusals import refused

    if not context.service or not context.operation:
        return
    found = refused(context.service.service_name, context.operation.name, context.service_request or {})
    if found is not None:
        raise CommonServiceException(found.code, found.message, found.status, sender_fault=True)
