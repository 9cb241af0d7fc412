"""Work that the roles of jobs do not do, said before it is begun: an apply that is denied half way leaves half of it done.

No job but a destroy's deletes what holds data or a role, none changes a role's trust, and where data is kept none changes what
guards a bucket (``bootstrap/policies``, SECURITY.md). Whoever signs in with other rights is asked nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lakeloop.aws.account import Account
from lakeloop.aws.tfvars import is_precious
from lakeloop.bootstrap.names import Names
from lakeloop.deploy.target import Target
from lakeloop.errors import UserError

_SHOWN = 5
# Types that only a destroy takes away.
_KEPT = (
    "aws_athena_workgroup",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_log_group",
    "aws_glue_catalog_database",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_kinesis_stream",
    "aws_lambda_alias",
    "aws_lambda_event_source_mapping",
    "aws_lambda_permission",
    "aws_s3_bucket",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_versioning",
    "aws_s3_object",
    "aws_scheduler_schedule_group",
    "aws_sfn_state_machine",
    "aws_sns_topic",
    "aws_sqs_queue",
)
# Of a bucket, what a deployment changes where data is kept: tags, and the key of new objects.
_FREE_OF_A_BUCKET = {"tags", "tags_all"}
_FREE = ("aws_s3_bucket_server_side_encryption_configuration",)
# IAM names no stream in the calls that change these (a permission would be of every stream of the account), and a shorter
# retention loses what was not read yet: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html
_SHARDS = {"shard_count", "stream_mode_details"}
# Of buckets, too, but no guard of one: it says who hears of files that arrive.
_NO_GUARD = ("aws_s3_bucket_notification",)


def require_deployable(there: Target) -> None:
    """Raises ``UserError`` if the plan that was saved holds what the deploy role may not do, and it is who asks."""
    if not _is(there.account, there.names, "deploy"):
        return
    precious = is_precious(there.workspace, there.environment)
    found = list(refused(there.terraform.planned.get("resource_changes", []), precious))
    if not found:
        return
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise UserError(
        f"Nothing was applied: the plan would {', '.join(found[:_SHOWN])}{more}, which {there.names.role('deploy')} may not. "
        f"No job does that (SECURITY.md). `just deploy env={there.environment}` by hand, as somebody who may; jobs go on from "
        "there."
    )


def require_destroyer(there: Target) -> None:
    """Raises ``UserError`` if a job asks for a destroy with a role that is for something else."""
    for purpose in ("deploy", "plan"):
        if _is(there.account, there.names, purpose):
            raise UserError(
                f"{there.names.role(purpose)} destroys nothing: that is {there.names.role('destroy')}'s, which the workflow "
                "`destroy` takes after an approval. Or sign in as somebody who may."
            )


def refused(changes: Sequence[Mapping[str, Any]], precious: bool) -> Iterator[str]:
    """Of a plan's *changes* (https://developer.hashicorp.com/terraform/internals/json-format#change-representation), those that
    the deploy role of an environment may not make: ``delete ADDRESS``. *precious*: the environment keeps its data."""
    for each in changes:
        kind, actions = each["type"], each["change"]["actions"]
        if kind in _NO_GUARD:
            continue
        if "delete" in actions and kind in _KEPT:
            yield f"delete {each['address']}"
        elif "update" in actions and kind == "aws_iam_role" and "assume_role_policy" in _changed(each):
            yield f"change the trust of {each['address']}"
        elif "update" in actions and kind == "aws_kinesis_stream" and (what := _of_a_stream(each)):
            yield f"{what} {each['address']}"
        elif precious and "create" in actions and (kind.startswith("aws_s3_bucket") or kind == "aws_iam_role"):
            yield f"create {each['address']}"
        elif precious and "update" in actions and kind.startswith("aws_s3_bucket") and _guards(each):
            yield f"change {each['address']}"


def _guards(each: Mapping[str, Any]) -> bool:
    """Whether the change of a bucket is one of its guards'."""
    return each["type"] not in _FREE and bool(_changed(each) - _FREE_OF_A_BUCKET)


def _of_a_stream(each: Mapping[str, Any]) -> str:
    """Name what a change does to a stream if no job does it; empty if a job may."""
    if _changed(each) & _SHARDS:
        return "reshard"
    hours = [each["change"][side].get("retention_period") or 0 for side in ("before", "after")]
    return "shorten what is kept in" if hours[1] < hours[0] else ""


def _changed(each: Mapping[str, Any]) -> set[str]:
    before, after = each["change"].get("before") or {}, each["change"].get("after") or {}
    # A value that is known after the apply alone has no member in `after`.
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def _is(account: Account, names: Names, purpose: str) -> bool:
    """Whether the caller is a session of the role of jobs for *purpose*."""
    return f":assumed-role/{names.role(purpose)}/" in account.arn
