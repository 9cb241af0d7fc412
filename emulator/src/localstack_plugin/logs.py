"""LocalStack's CloudWatch Logs, whose groups take another key in place and give it back, which moto's do not."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.logs import ResourceNotFoundException
from localstack.services.logs.provider import LogsProvider, get_moto_logs_backend


class KeyedLogs(LogsProvider):  # type: ignore[misc]
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""

    def associate_kms_key(
        self,
        context: RequestContext,
        kms_key_id: str,
        log_group_name: str | None = None,
        resource_identifier: str | None = None,
        **kwargs: Any,
    ) -> None:
        _group(context, log_group_name, resource_identifier).kms_key_id = kms_key_id

    def disassociate_kms_key(
        self,
        context: RequestContext,
        log_group_name: str | None = None,
        resource_identifier: str | None = None,
        **kwargs: Any,
    ) -> None:
        _group(context, log_group_name, resource_identifier).kms_key_id = None


def _group(context: RequestContext, name: str | None, identifier: str | None) -> Any:
    """The log group by its name, or by its ARN with or without ``:*``."""
    name = name or (identifier or "").removesuffix(":*").rpartition(":log-group:")[2]
    group = get_moto_logs_backend(context.account_id, context.region).groups.get(name)
    if group is None:
        raise ResourceNotFoundException("The specified log group does not exist.")
    return group
