"""IAM in LocalStack, whose community edition has none: calls are written down, and refused with ``IAM_ENFORCEMENT=1``.

A call comes here on one of three ways: from outside through LocalStack's gateway, from outside to Athena's own entrance
(``localstack_plugin.server``), and from a query in Athena to S3 and Glue, in the name of whoever started the query.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.chain import HandlerChain
from localstack.aws.protocol.serializer import create_serializer
from localstack.http import Request, Response
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from lakeloop_emulator.settings import enforcing
from local_athena.api import Identity, LocalAthena
from local_athena.api.errors import AccessDeniedException
from local_athena.errors import AthenaError
from local_athena.queries.execution import CURRENT
from local_athena.queries.text import strip
from local_iam.enforcement import Enforcement
from local_iam.guard import Denied, Guard
from local_iam.journal import Journal
from local_iam.permissions import Call
from local_iam.principal import Principal
from local_iam.simulator import Policies, Simulator, prepare
from localstack_plugin import governance
from localstack_plugin.iam_keys import with_keys

JOURNAL = "/_localstack/iam/calls"
_SQL_SHOWN = 200
_OF_LAMBDA = "/aws/lambda/"
_CALLER: ContextVar[Principal | None] = ContextVar("caller", default=None)
_sessions: dict[str, Principal] = {}


@cache
def guard() -> Guard:
    """The emulator's."""
    enforcement = Enforcement(Simulator(prepare()), _policies) if enforcing() else None
    return Guard(Journal(Path(config.dirs.cache) / "iam" / "calls.jsonl"), enforcement)


def handle(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    """Part of the gateway's chain, after the request was parsed and before its service gets it."""
    # Athena's own calls were seen before they came here, and calls of Athena are seen where they are carried out.
    if not context.service or _CALLER.get() or context.service.service_name == "athena":
        return
    key = extract_access_key_id_from_auth_header(context.request.headers) or ""
    principal = principal_of(key, context.account_id)
    if context.is_internal_call and not _made_on_aws(principal, context):
        return
    operation = context.operation.name
    call = _call(context, operation, context.service_request or {})
    try:
        guard().pass_(principal, call)
    except Denied as denied:
        by_query = context.service.protocol in ("query", "rest-xml", "ec2")
        code = "AccessDenied" if by_query else "AccessDeniedException"
        status = 400 if context.service.protocol == "json" else 403
        raise CommonServiceException(code, denied.message, status, sender_fault=True) from denied
    if call.service == "glue" and (refusal := governance.refusal(principal, call)):
        raise CommonServiceException("AccessDeniedException", refusal, 400, sender_fault=True)


def handle_response(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    """Part of the gateway's chain, after the service has answered."""
    if not context.service or not context.operation:
        return
    service, operation = context.service.service_name, context.operation.name
    if service == "iam" and not operation.startswith(("Get", "List")) and (enforcement := guard().enforcement):
        enforcement.forget()
    elif service == "s3" and operation in ("GetObject", "HeadObject") and response.status_code == 404:
        _missing(context, response)
    elif service == "lambda" and operation == "GetFunction" and response.status_code == 200:
        _without_tags(context, response)


def _missing(context: RequestContext, response: Response) -> None:
    """Deny instead of 404 for a missing object, to a caller that may not list the bucket:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
    if context.is_internal_call:
        return
    key = extract_access_key_id_from_auth_header(context.request.headers) or ""
    bucket = (context.service_request or {}).get("Bucket", "")
    try:
        guard().pass_(principal_of(key, context.account_id), _call(context, "ListObjectsV2", {"Bucket": bucket}))
    except Denied as denied:
        error = CommonServiceException("AccessDenied", denied.message, 403, sender_fault=True)
        response.update_from(
            create_serializer(context.service).serialize_error_to_response(
                error, context.operation, context.request.headers, context.request_id
            )
        )


def _without_tags(context: RequestContext, response: Response) -> None:
    """Leave out a function's tags for a caller that may not list them:
    https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#lambda-GetFunction-response-TagsError"""
    if context.is_internal_call:
        return
    function = json.loads(response.get_data())
    if "Tags" not in function:
        return
    key = extract_access_key_id_from_auth_header(context.request.headers) or ""
    arn = ":".join(function["Configuration"]["FunctionArn"].split(":")[:7])
    try:
        guard().pass_(principal_of(key, context.account_id), _call(context, "ListTags", {"Resource": arn}))
    except Denied as denied:
        del function["Tags"]
        function["TagsError"] = {"ErrorCode": "AccessDeniedException", "Message": denied.message}
        response.set_json(function)


def _call(context: RequestContext, operation: str, parameters: Mapping[str, Any]) -> Call:
    service, boundary = context.service.service_name, ""
    if service == "iam" and "RoleName" in parameters:
        from moto.iam.models import iam_backends

        roles = iam_backends[context.account_id]["aws"].roles.values()
        boundary = next(
            (role.permissions_boundary_arn or "" for role in roles if role.name == parameters["RoleName"]), ""
        )
    elif service == "lambda" and operation.endswith("EventSourceMapping") and "FunctionName" not in parameters:
        parameters = {**parameters, **_mapped(context, str(parameters.get("UUID")))}
    return with_keys(Call(service, operation, parameters, context.account_id, context.region, boundary))


def _mapped(context: RequestContext, mapping: str) -> dict[str, str]:
    """The function of a *mapping*, which the call that names the mapping alone is about; none of one that is not there."""
    from localstack.services.lambda_.invocation.models import lambda_stores

    found = lambda_stores[context.account_id][context.region].event_source_mappings.get(mapping)
    return {"FunctionName": found["FunctionArn"]} if found else {}


def _made_on_aws(principal: Principal, context: RequestContext) -> bool:
    """Whether AWS makes this call of LocalStack's too, with the same role. Lambda makes log groups only where it finds none."""
    if context.operation.name == "CreateLogGroup" and str(context.service_request["logGroupName"]).startswith(
        _OF_LAMBDA
    ):
        return False
    return principal.role is not None


def journal(request: Request) -> Response:
    """Answers the lines up to now."""
    kept = guard().journal
    return Response(kept.read(), 200, {"Content-Type": "application/x-ndjson", "X-Lakeloop-Lost": str(kept.lost)})


def principal_of(access_key: str, account: str) -> Principal:
    """The principal of an access key: the session that STS gave it to, or the account."""
    from moto.sts.models import sts_backends

    known = _sessions.get(access_key)
    if known is None:
        session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
        if session is None:
            return Principal.root(account)
        role = session.role_arn.rsplit("/", 1)[-1]
        known = _sessions[access_key] = Principal.session(session.account_id, role, session.session_name)
    return known


class GuardedAthena(LocalAthena):
    """Local Athena that knows its callers."""

    def call_as(
        self, principal: Principal, operation: str, request: dict[str, Any], identity: Identity
    ) -> dict[str, Any]:
        """Carry out *operation* for *principal*. Raises ``ApiError`` and nothing else."""
        with _calling(principal):
            try:
                for parameters, location in self._about(operation, request, identity):
                    call = Call("athena", operation, parameters, identity.account_id, identity.region)
                    guard().pass_(principal, call)
                    if operation == "GetQueryResults" and location:
                        # https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
                        bucket, _, key = location.removeprefix("s3://").partition("/")
                        on_s3 = Call(
                            "s3", "GetObject", {"Bucket": bucket, "Key": key}, identity.account_id, identity.region
                        )
                        guard().pass_(principal, with_keys(on_s3))
            except Denied as denied:
                action = denied.permission.action
                raise AccessDeniedException(
                    f"You are not authorized to perform: {action} on the resource. After your AWS administrator or you "
                    f"have updated your permissions, please try again. ({denied.message})"
                ) from denied
            return self.call(operation, request, identity)

    def _about(
        self, operation: str, request: Mapping[str, Any], identity: Identity
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        """The resources of the call: those it names, each query's workgroup, and the place of the query's result."""
        ids = [
            *request.get("QueryExecutionIds", ()),
            *([request["QueryExecutionId"]] if "QueryExecutionId" in request else []),
        ]
        if not ids:
            yield request, ""
        executions = self._store(identity).executions if ids else {}
        for query_id in ids:
            execution = executions.get(query_id)
            if execution is not None:  # the answer is an error, whoever asks
                location = execution.result.location if execution.result else None
                yield {**request, "WorkGroup": execution.submission.workgroup}, location or ""


@contextmanager
def _calling(principal: Principal) -> Iterator[None]:
    token = _CALLER.set(principal)
    try:
        yield
    finally:
        _CALLER.reset(token)


def attach(client: Any, identity: Identity) -> None:
    """Have *client*, one of Athena's, pass the guard with every call."""
    service, passed_on = client.meta.service_model.service_name, client._make_api_call

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        on_behalf(service, operation, parameters, identity)
        return passed_on(operation, parameters)

    client._make_api_call = call


def on_behalf(service: str, operation: str, parameters: Mapping[str, Any], identity: Identity) -> None:
    """A call that Athena makes with its caller's permissions.

    :raises AthenaError: the caller may not; the query ends FAILED, as on AWS.
    """
    principal, execution = _CALLER.get(), CURRENT.get()
    if principal is None or execution is None:
        return  # not a query's: local Athena looks whether a bucket is there
    query = {"query": execution.id, "sql": _shown(execution.submission.sql)}
    call = with_keys(Call(service, operation, parameters, identity.account_id, identity.region))
    if service == "glue" and (refusal := governance.refusal(principal, call)):
        raise AthenaError(
            "PERMISSION_DENIED",
            f"{refusal} (Service: AmazonDataCatalog; Status Code: 400; Error Code: AccessDeniedException; "
            f"Request ID: {execution.id})",
        )
    try:
        guard().pass_(principal, call, query)
    except Denied as denied:
        name, status = ("S3", 403) if service == "s3" else ("Glue", 400)
        raise AthenaError(
            "PERMISSION_DENIED",
            f"{denied.message} (Service: {name}, Status Code: {status}, Request ID: {execution.id})",
        ) from denied


def _policies(role: str) -> Policies:
    """Policies of *role* in moto's IAM; none if it is gone, though somebody still has its key."""
    from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
    from moto.iam.models import iam_backends

    iam = iam_backends[DEFAULT_AWS_ACCOUNT_ID]["aws"]
    found = next((found for found in iam.roles.values() if found.name == role), None)
    if found is None:
        return Policies({}, {})
    attached = {policy.name: _document(policy) for policy in found.managed_policies.values()}
    inline = {name: json.loads(document) for name, document in found.policies.items()}
    boundary = found.permissions_boundary_arn
    bounds = {boundary: _document(iam.managed_policies[boundary])} if boundary else {}
    return Policies({**attached, **inline}, bounds)


def _document(policy: Any) -> Any:
    (document,) = (version.document for version in policy.versions if version.is_default)
    return json.loads(document)


@lru_cache(maxsize=256)
def _shown(sql: str) -> str:
    return strip(sql)[:_SQL_SHOWN]
