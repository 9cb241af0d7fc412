"""Work that a job's role does not do is said before anything is applied."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from lakeloop.aws.account import Account
from lakeloop.bootstrap import iam
from lakeloop.bootstrap.governed import require_granted
from lakeloop.bootstrap.names import Names
from lakeloop.deploy import allowed
from lakeloop.deploy.allowed import refused, require_deployable, require_destroyer
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

ACCOUNT = "0" * 12
NAMES = Names("acme", "prod", "lake", "acme/lake", ACCOUNT, "aws", "eu-central-1")


def change(kind: str, *actions: str, before=None, after=None) -> dict:
    """A change of a plan: https://developer.hashicorp.com/terraform/internals/json-format#change-representation"""
    return {"address": f"{kind}.x", "type": kind, "change": {"actions": [*actions], "before": before, "after": after}}


@pytest.mark.parametrize(
    ("each", "kept", "free"),
    [
        (change("aws_s3_bucket", "create"), "create", None),
        (change("aws_iam_role", "create"), "create", None),
        (change("aws_s3_bucket", "update", before={"tags": {}, "id": "b"}, after={"tags": {"Team": "x"}, "id": "b"}), None, None),
        (change("aws_s3_bucket", "update", before={"lifecycle_rule": [1]}, after={"lifecycle_rule": []}), "change", None),
        (change("aws_s3_bucket_versioning", "update", before={"status": "Enabled"}, after={}), "change", None),
        (change("aws_s3_bucket_server_side_encryption_configuration", "update", before={"rule": 1}, after={"rule": 2}), None, None),
        (change("aws_s3_bucket_notification", "create"), None, None),
        (change("aws_s3_bucket_notification", "update", before={"eventbridge": True}, after={}), None, None),
        (change("aws_s3_bucket_policy", "delete", "create"), "delete", "delete"),
        (change("aws_glue_catalog_database", "delete"), "delete", "delete"),
        (change("aws_glue_catalog_database", "create"), None, None),
        (change("aws_iam_role", "delete", "create"), "delete", "delete"),
        (change("aws_iam_role", "update", before={"description": "a"}, after={"description": "b"}), None, None),
        (change("aws_iam_role", "update", before={"assume_role_policy": "a"}, after={"assume_role_policy": "b"}),
         "change the trust of", "change the trust of"),
        (change("aws_kinesis_stream", "update", before={"shard_count": 1}, after={"shard_count": 2}), "reshard", "reshard"),
        (change("aws_kinesis_stream", "update", before={"stream_mode_details": [1]}, after={"stream_mode_details": [2]}),
         "reshard", "reshard"),
        (change("aws_kinesis_stream", "update", before={"retention_period": 168}, after={"retention_period": 24}),
         "shorten what is kept in", "shorten what is kept in"),
        (change("aws_kinesis_stream", "update", before={"retention_period": 24}, after={"retention_period": 168}), None, None),
        (change("aws_lambda_layer_version", "create", "delete"), None, None),
        (change("aws_s3_object", "delete", "create"), "delete", "delete"),
        (change("aws_s3_object", "update", before={"source_hash": "a"}, after={"source_hash": "b"}), None, None),
        (change("aws_s3_bucket", "no-op"), None, None),
    ],
)  # fmt: skip
def test_changes_that_a_deploy_role_may_not_make(each, kept, free):
    for precious, expected in ((True, kept), (False, free)):
        assert list(refused([each], precious)) == ([f"{expected} {each['address']}"] if expected else [])


def test_what_is_refused_is_what_the_policies_do_not_give():
    """Each type that only a destroy takes away, by the call that Terraform's provider makes for it."""
    calls = {
        "aws_athena_workgroup": "athena:DeleteWorkGroup",
        "aws_cloudwatch_event_rule": "events:DeleteRule",
        "aws_cloudwatch_event_target": "events:RemoveTargets",
        "aws_cloudwatch_log_group": "logs:DeleteLogGroup",
        "aws_glue_catalog_database": "glue:DeleteDatabase",
        "aws_iam_role": "iam:DeleteRole",
        "aws_iam_role_policy": "iam:DeleteRolePolicy",
        "aws_kinesis_stream": "kinesis:DeleteStream",
        "aws_lambda_alias": "lambda:DeleteAlias",
        "aws_s3_bucket": "s3:DeleteBucket",
        "aws_s3_bucket_policy": "s3:DeleteBucketPolicy",
        "aws_s3_object": "s3:DeleteObjectVersion",
        "aws_scheduler_schedule_group": "scheduler:DeleteScheduleGroup",
        "aws_sfn_state_machine": "states:DeleteStateMachine",
        "aws_lambda_event_source_mapping": "lambda:DeleteEventSourceMapping",
        "aws_lambda_permission": "lambda:RemovePermission",
        "aws_sns_topic": "sns:DeleteTopic",
        "aws_sqs_queue": "sqs:DeleteQueue",
    }

    def granted(purpose, *more):
        names = iam.policies(purpose, *more)
        return {action for name in names for each in NAMES.document(name)["Statement"] for action in each["Action"]}

    assert set(calls) | {"aws_s3_bucket_versioning"} == set(allowed._KEPT)
    assert not set(calls.values()) & granted("deploy", *iam.ALL)
    assert set(calls.values()) <= granted("destroy", *iam.ALL)


def target(role: str, *changes: dict):
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/job"
    terraform = SimpleNamespace(planned={"resource_changes": list(changes)})
    return SimpleNamespace(
        account=Account(ACCOUNT, arn), names=NAMES, environment="prod", workspace=None, terraform=terraform
    )


def test_a_job_is_told_before_anything_is_applied_and_a_person_is_not_asked(monkeypatch):
    monkeypatch.setattr(allowed, "is_precious", lambda *_: True)
    bucket = change("aws_s3_bucket", "create")
    with pytest.raises(
        UserError, match=r"Nothing was applied: the plan would create aws_s3_bucket.x and 1 more|create aws_s3_bucket"
    ):
        require_deployable(target("acme-prod-deploy", bucket, bucket))
    require_deployable(target("acme-prod-deploy", change("aws_lambda_function", "update")))
    for role in ("Administrators", "acme-dev-deploy", "acme-prod-destroy"):
        require_deployable(target(role, bucket))


@pytest.mark.parametrize(("role", "may"), [("acme-prod-deploy", False), ("acme-prod-plan", False),
                                           ("acme-prod-destroy", True), ("Administrators", True)])  # fmt: skip
def test_a_destroy_is_its_own_role_s_or_a_person_s(role, may):
    if may:
        require_destroyer(target(role))
        return
    with pytest.raises(UserError, match=f"{role} destroys nothing: that is acme-prod-destroy's"):
        require_destroyer(target(role))


OPEN = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
DATABASES, TABLES = "CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"


@pytest.mark.parametrize(
    ("settings", "file", "refuses"),
    [
        ({DATABASES: OPEN, TABLES: OPEN}, "", False),
        ({DATABASES: [], TABLES: []}, "", True),
        ({DATABASES: OPEN, TABLES: []}, "", True),
        ({DATABASES: OPEN}, "", True),
        ({DATABASES: [], TABLES: []}, "lake_formation = true\n", False),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetDataLakeSettings"), "", False),
        (EndpointConnectionError(endpoint_url="https://lakeformation"), "", False),
    ],
)
def test_an_account_that_lake_formation_governs_is_told_what_to_say(tmp_path, settings, file, refuses):
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text(file, "utf-8")

    class LakeFormation:
        def get_data_lake_settings(self):
            if isinstance(settings, Exception):
                raise settings
            return {"DataLakeSettings": settings}

    class Somewhere:
        environment = "dev"

        def client(self, _):
            return LakeFormation()

        def __str__(self):
            return "dev at AWS"

    def ask():
        require_granted(Workspace(tmp_path), Somewhere(), "acme-dev-deploy")

    if not refuses:
        ask()
        return
    with pytest.raises(UserError) as raised:
        ask()
    assert "Say lake_formation = true in terraform/envs/dev.tfvars" in str(raised.value)
    assert "grant acme-dev-deploy CREATE_DATABASE" in str(raised.value)
