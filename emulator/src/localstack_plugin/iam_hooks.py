"""LocalStack's entry point for IAM: every request passes the guard, and the journal can be read."""

from __future__ import annotations

from localstack.runtime import hooks


@hooks.on_runtime_start()
def guard_requests() -> None:
    """Put the guard into the gateway's chain."""
    from localstack.aws.handlers import run_custom_response_handlers, serve_custom_service_request_handlers
    from localstack.services.internal import get_internal_apis
    from rolo.routing import RuleAdapter

    from localstack_plugin import iam

    iam.guard()  # what cannot be had is said now, not at the first request
    serve_custom_service_request_handlers.append(iam.handle)
    run_custom_response_handlers.append(iam.handle_response)
    get_internal_apis().add(RuleAdapter(iam.JOURNAL, iam.journal, methods=["GET"]))
