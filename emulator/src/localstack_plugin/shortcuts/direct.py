"""boto3 clients of Athena's inside LocalStack's process, whose calls of S3 and Glue go to the provider itself.

The provider is the same, and so is what it does. What is spared is all that HTTP asks for: a request written, signed,
routed and parsed, an answer written and parsed. Without this, `SELECT 1` takes the emulator 13 ms of CPU in the place of 4,
an INSERT 63 in the place of 25.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import OperationModel, StructureShape
from localstack.aws.api import RequestContext, ServiceException
from localstack.http import Request
from localstack.services.plugins import SERVICE_PLUGINS

from local_athena.api import Identity


def attach(client: Any, identity: Identity) -> None:
    """Have *client*, one of S3 or Glue, call its service's provider."""
    model = client.meta.service_model

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        described = model.operation_model(operation)
        context = RequestContext(_request(described, parameters, identity))
        context.service, context.operation, context.protocol = model, described, model.protocol
        context.account_id, context.region = identity.account_id, identity.region
        context.service_request = request = dict(parameters)
        if isinstance(request.get("Body"), bytes):
            request["Body"] = io.BytesIO(request["Body"])
        try:
            service = SERVICE_PLUGINS.require(model.service_name)
            answer = service.skeleton.dispatch_table[operation](context, request) or {}
            return _as_botocore(answer, described.output_shape)
        except ServiceException as error:
            refused: type[ClientError] = client.exceptions.from_code(error.code)
            raise refused({"Error": {"Code": error.code, "Message": error.message}}, operation) from error

    client._make_api_call = call


_NONE = Request()


def _request(operation: OperationModel, parameters: Mapping[str, Any], identity: Identity) -> Request:
    """An HTTP request as far as moto reads one, which Glue's provider asks; S3's reads headers, and these calls have none."""
    service = operation.service_model
    if service.protocol != "json":
        return _NONE
    headers = {
        "X-Amz-Target": f"{service.metadata['targetPrefix']}.{operation.name}",
        "Content-Type": f"application/x-amz-json-{service.metadata['jsonVersion']}",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{identity.region}/{service.service_name}/aws4_request",
        "X-Moto-Account-Id": identity.account_id,
    }
    return Request("POST", "/", headers=headers, body=json.dumps(parameters, default=datetime.timestamp))


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
