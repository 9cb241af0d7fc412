"""boto3 clients inside LocalStack's process whose calls go to the provider itself.

The provider is the same, and so is what it does. What is spared is all that HTTP asks for: a request written, signed,
routed and parsed, an answer written and parsed. Without this, `SELECT 1` takes the emulator 13 ms of CPU in the place of 4,
an INSERT 63 in the place of 25.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import StructureShape
from localstack.aws.api import RequestContext, ServiceException
from localstack.http import Request
from localstack.services.plugins import SERVICE_PLUGINS

from local_athena.api import Identity

_REQUEST = Request()
"""The request that providers read headers from; these calls have none."""


def attach(client: Any, identity: Identity, operations: Collection[str] | None = None) -> None:
    """Have *client* call its service's provider for *operations* (all if None); others take the way they took before.

    For S3 and for what of Glue ``localstack_plugin.glue`` answers without a request to moto.
    """
    model, passed_on = client.meta.service_model, client._make_api_call

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        if operations is not None and operation not in operations:
            return passed_on(operation, parameters)
        context = RequestContext(_REQUEST)
        context.service, context.operation = model, model.operation_model(operation)
        context.account_id, context.region = identity.account_id, identity.region
        context.service_request = request = dict(parameters)
        if isinstance(request.get("Body"), bytes):
            request["Body"] = io.BytesIO(request["Body"])
        try:
            service = SERVICE_PLUGINS.require(model.service_name)
            answer = service.skeleton.dispatch_table[operation](context, request) or {}
            return _as_botocore(answer, context.operation.output_shape)
        except ServiceException as error:
            refused: type[ClientError] = client.exceptions.from_code(error.code)
            raise refused({"Error": {"Code": error.code, "Message": error.message}}, operation) from error

    client._make_api_call = call


def _as_botocore(answer: dict[str, Any], shape: StructureShape | None) -> dict[str, Any]:
    """*answer* with what S3's provider leaves to the serializer: contents are streams, times have whole seconds, numbers are no
    texts, as they are where they come from a header that was kept.
    """
    for name, member in shape.members.items() if shape else ():
        if member.type_name in ("integer", "long") and isinstance(answer.get(name), str):
            answer[name] = int(answer[name])
    if "Body" in answer:
        answer["Body"] = _Body(answer["Body"])
    for item in (answer, *answer.get("Contents", ())):
        modified = item.get("LastModified")
        if isinstance(modified, str):
            item["LastModified"] = parsedate_to_datetime(modified)
        elif isinstance(modified, datetime):
            item["LastModified"] = modified.replace(microsecond=0)
    return answer


class _Body:
    """An object's content as botocore's ``StreamingBody``. LocalStack keeps the object from writers until it was read."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        with closing(self._content):
            yield from self._content

    def read(self) -> bytes:
        return b"".join(self.iter_chunks())
