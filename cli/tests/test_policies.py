"""The policies that bootstrap makes: complete, narrow, and within IAM's limits."""

import json
import re
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop.bootstrap import iam
from lakeloop.bootstrap.documents import dense
from lakeloop.bootstrap.names import ISSUER, Names, repository
from lakeloop.errors import UserError
from lakeloop.workspace import find

KEY = f"arn:aws-us-gov:kms:ap-southeast-1:{'0' * 12}:key/mrk-{'a' * 32}"
# The longest that terraform/variables.tf and GitHub take.
LONGEST = Names("n" * 20, "e" * 12, "p" * 35, f"{'o' * 39}/{'r' * 100}", "0" * 12, "aws-us-gov", "ap-southeast-1", KEY)
LAKE = f"{'n' * 20}-{'e' * 12}"
TEMPLATES = sorted(
    file.name.removesuffix(".json") for file in files("lakeloop.bootstrap").joinpath("policies").iterdir()
)
MORE = iam.ALL
ATTACHED = ["boundary", *dict.fromkeys(policy for purpose in iam.ROLES for policy in iam.policies(purpose, *MORE))]
# Statements of actions without resources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
WITHOUT_RESOURCE = {
    *("CaptureAnywhere", "DeleteCaptureTasks", "LetGoOfCaptureTasks", "ReadCaptureTasks"),
    *("ChangeSavedQueries", "DeleteSavedQueries", "FindSavedQueries", "LimitsOfStreams"),
    *("CheckStateMachine", "FindAlarms", "FindLogGroups", "GrantInLakeFormation", "LogDelivery"),
    "MakeMappings",  # which are named by nothing but their function, the condition
    *("ReadGovernance", "ReadLakeFormation", "RegisteredFiles"),
}

LAKE_ROLES = {
    f"arn:aws-us-gov:iam::{'0' * 12}:role/{LAKE}-dbt-{part}"
    for part in (
        "runner",
        "pipeline",
        "schedules",
        "alerts",
        "gate",
        "tick",
        "changes",
        "ingest",
        "jobs",
        "crawlers",
        "capture",
        "capture-start",
        "emr",
    )
}


def statements(name: str) -> list[dict]:
    return LONGEST.document(name)["Statement"]


def test_every_file_is_a_part_of_something():
    assert set(TEMPLATES) == {"trust", "state-bucket", *ATTACHED}


@pytest.mark.parametrize("purpose", iam.ROLES)
def test_all_that_a_role_may_do_fits_into_iam_with_the_longest_names_and_leaves_room(purpose):
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    made = LONGEST.documents(purpose, iam.policies(purpose, *MORE))
    assert all(len(json.dumps(each, separators=(",", ":"))) <= 6144 for each in made.values())
    assert len(made) <= 7, "an account that asked for nothing takes ten; the rest is for databases of other names"
    assert all(len(LONGEST.policy(name)) <= 128 for name in made)
    assert len(LONGEST.role("deploy")) <= 64
    assert len(LONGEST.backend.bucket) <= 63


@pytest.mark.parametrize("purpose", iam.ROLES)
def test_packing_loses_no_statement_and_gives_no_name_twice(purpose):
    parts = iam.policies(purpose, *MORE)
    packed = [each["Statement"] for each in LONGEST.documents(purpose, parts).values()]
    assert [one for document in packed for one in document] == [one for part in parts for one in statements(part)]
    for document in packed:
        assert len({one["Sid"] for one in document}) == len(document)


def test_the_boundary_fits_into_iam_with_the_longest_names_and_allows_what_its_file_does():
    """A role has one boundary, however many parts there are."""
    assert len(json.dumps(LONGEST.boundary(), separators=(",", ":"))) <= 6144
    assert pairs(LONGEST.boundary()["Statement"]) == pairs(statements("boundary"))


def pairs(allowing: list[dict]) -> set[tuple[str, str]]:
    """Actions with each of their resources, which are of the action's own service."""
    return {
        (action, resource)
        for each in allowing
        for action in each["Action"]
        for resource in each["Resource"]
        if resource == "*" or resource.split(":")[2] == action.partition(":")[0]
    }


def allows(service: str):
    """Statements about resources of *service*."""
    some = st.integers(1, 4)
    return st.builds(
        lambda actions, places: {
            "Effect": "Allow",
            "Action": [f"{service}:A{each}" for each in actions],
            "Resource": [f"arn:aws:{service}:::r{each}" for each in places],
        },
        *(st.sets(some, min_size=1), st.sets(some, min_size=1)),
    )


ANYWHERE = st.sampled_from([{"Effect": "Allow", "Action": [f"{one}:List"], "Resource": ["*"]} for one in ("s3", "sqs")])


@given(st.lists(st.one_of(allows("s3"), allows("sqs"), allows("glue"), ANYWHERE), max_size=12))
def test_what_is_joined_allows_what_it_did_before_and_nothing_else(allowing):
    joined = dense(allowing)["Statement"]
    assert pairs(joined) == pairs(allowing)
    assert len(joined) <= len(allowing)
    assert not any("*" in each["Resource"] and len(each["Resource"]) > 1 for each in joined)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": ["arn:aws:s3:::b/*"]},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*", "*"]},
        {"Effect": "Deny", "Action": ["s3:GetObject"], "Resource": ["*"]},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"], "Condition": {}},
    ],
)
def test_what_would_allow_more_when_it_is_joined_is_refused(wrong):
    with pytest.raises(ValueError, match=r"about one service|without a condition"):
        dense([wrong])


def test_more_than_ten_policies_are_one_message():
    names = replace(LONGEST, databases=tuple(f"{'d' * 200}{number}" for number in range(8)))
    with pytest.raises(
        UserError, match=rf"The role {names.role('deploy')} would have \d+ policies, and IAM takes 10: "
    ):
        names.documents("deploy", iam.policies("deploy") * 3)
    with pytest.raises(
        UserError, match=r"-plan-\d would have \d+ characters, and IAM takes 6144: dbt writes 50 databases"
    ):
        replace(names, databases=names.databases[:1] * 50).documents("plan", iam.policies("plan"))


@pytest.mark.parametrize("name", ATTACHED)
def test_a_statement_has_a_name_and_names_what_it_is_about(name):
    sids = [statement["Sid"] for statement in statements(name)]
    assert len(set(sids)) == len(sids)
    for statement in statements(name):
        assert statement["Effect"] == "Allow"
        assert ("*" in statement["Resource"]) == (statement["Sid"] in WITHOUT_RESOURCE), statement
        for resource in statement["Resource"]:
            assert resource == "*" or resource.startswith("arn:aws-us-gov:"), statement
        assert not any("*" in action for action in statement["Action"]), statement


def test_no_role_can_widen_itself_or_another():
    """Ways for a deployment to become an administrator: roles without a boundary, the boundary itself, the roles of bootstrap."""
    for name in ATTACHED:
        for statement in statements(name):
            actions = [action for action in statement["Action"] if action.startswith("iam:")]
            if not actions:
                continue
            assert set(statement["Resource"]) <= LAKE_ROLES, statement
            for action in actions:
                if action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"):
                    assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": LONGEST.boundary_arn}}
                if action == "iam:PassRole":
                    assert statement["Condition"]["StringEquals"]["iam:PassedToService"] in (
                        "glue.amazonaws.com",
                        "ecs-tasks.amazonaws.com",
                        "lambda.amazonaws.com",
                        "scheduler.amazonaws.com",
                        "states.amazonaws.com",
                    )
                assert action not in (
                    "iam:AttachRolePolicy",
                    "iam:UpdateAssumeRolePolicy",
                    "iam:DeleteRolePermissionsBoundary",
                    "iam:CreatePolicyVersion",
                    "iam:CreateUser",
                )


def test_a_plan_changes_nothing():
    changing = re.compile(r":(Create|Delete|Put|Update|Publish|Tag|Untag|Start|Invoke|Pass|Abort|Grant|Revoke)")
    actions = [action for name in iam.policies("plan", *MORE) for each in statements(name) for action in each["Action"]]
    assert actions
    assert not [action for action in actions if changing.search(action)]


def granted(purpose: str, *more) -> dict[str, set[str]]:
    """Actions of the role for *purpose*, each with its resources."""
    actions: dict[str, set[str]] = {}
    for name in iam.policies(purpose, *more):
        for each in statements(name):
            for action in each["Action"]:
                actions.setdefault(action, set()).update(each["Resource"])
    return actions


# Actions by which data is lost, at once or later, or by which what guards it is.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html, list_awsglue.html, list_amazonathena.html
LOSING = re.compile(
    r"s3:(Delete(Bucket|Object).*|PutLifecycleConfiguration|PutBucketVersioning|PutBucketPolicy|PutBucketOwnershipControls"
    r"|PutBucketPublicAccessBlock|PutReplicationConfiguration|PutObjectRetention|BypassGovernanceRetention|ReplicateDelete)"
    r"|kinesis:(Delete.*|Decrease.*)|glue:(BatchDelete.*|Delete.*)|athena:Delete.*|logs:Delete.*|kms:(Delete.*|Disable.*|ScheduleKeyDeletion)"
    r"|iam:(Create.*|Delete.*|Attach.*|Detach.*|UpdateAssumeRolePolicy|Put.*Boundary)"
)


@pytest.mark.parametrize("purpose", iam.ROLES)
def test_where_data_is_kept_no_job_can_lose_it(purpose):
    """In prod: not now, not by a rule that works later, and not by another role."""
    losing = {action: where for action, where in granted(purpose, iam.CUSTOMER_KEY).items() if LOSING.fullmatch(action)}
    bucket = f"arn:aws-us-gov:s3:::{'p' * 35}-{'e' * 12}"
    assert losing == (
        {
            # The lock that Terraform takes away at its end.
            "s3:DeleteObject": {f"{bucket}-tfstate/{LONGEST.backend.lock_key}"},
            # Texts that Terraform has: the call names no resource.
            "logs:DeleteMetricFilter": {
                f"arn:aws-us-gov:logs:ap-southeast-1:000000000000:log-group:/aws/lambda/{'n' * 20}-{'e' * 12}-dbt-{part}:*"
                for part in ("changes", "gate")
            },
            "logs:DeleteQueryDefinition": {"*"},
        }
        if purpose == "deploy"
        else {}
    )


def test_a_destroy_alone_deletes():
    """Nor can a deployment do it where data may go: it asks nobody there, and a destroy does."""
    assert set(granted("deploy", *MORE)) & set(granted("destroy", iam.DESTROY)) <= {
        *granted("deploy", iam.CUSTOMER_KEY),
        # A first deployment makes what guards a bucket; a destroy takes it away by the same calls.
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketVersioning",
    }
    deleting = {action for action in granted("deploy", *MORE) if re.search(":(BatchDelete|Delete)", action)}
    assert deleting == {
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DeleteDashboards",
        "logs:DeleteMetricFilter",
        "logs:DeleteQueryDefinition",
        "lambda:DeleteFunction",  # versions that nothing goes back to
        "lambda:DeleteFunctionConcurrency",
        "lambda:DeleteLayerVersion",
        "s3:DeleteObject",  # of the state's lock
        "scheduler:DeleteSchedule",  # one that the settings have no more
    }


def test_a_trust_policy_is_changed_by_nobody_who_deploys():
    """Neither in place nor by a role that is deleted and made anew: making one is not deleting one."""
    for more in ((), MORE):
        assert not {"iam:UpdateAssumeRolePolicy", "iam:DeleteRole"} & set(granted("deploy", *more))
    assert "iam:CreateRole" not in granted("destroy", *MORE)
    assert "iam:CreateRole" not in granted("deploy", iam.CUSTOMER_KEY)


def test_a_deployment_changes_a_role_s_description_and_duration():
    """Terraform's provider changes them in place, by calls of their own."""
    for more in ((), MORE):
        for action in ("iam:UpdateRole", "iam:UpdateRoleDescription"):
            # Those of batch ingestion, jobs, crawlers and the capture where there are some.
            optional = ("-ingest", "-jobs", "-crawlers", "-capture", "-capture-start", "-emr")
            assert granted("deploy", *more)[action] == {
                each for each in LAKE_ROLES if more or not each.endswith(optional)
            }


def test_a_role_that_a_deployment_made_or_changed_loses_no_data_for_good():
    """The boundary is what a deployment can reach through such a role. Tables are replaced by dbt: old versions stay."""
    bucket = f"arn:aws-us-gov:s3:::{'p' * 35}-{'e' * 12}"
    losing: dict[str, set[str]] = {}
    for each in statements("boundary"):
        for action in each["Action"]:
            if LOSING.fullmatch(action):
                losing.setdefault(action, set()).update(each["Resource"])
    assert losing.pop("s3:DeleteObject") == {
        f"{bucket}-processed/exports/*",
        f"{bucket}-processed/tables/*",
        f"{bucket}-athena-results/queries/tables/*",
        # Files that have arrived and were copied, and their markers; old metadata of the changelog,
        # and what was set apart and is written now.
        f"{bucket}-raw/changes/*",
        f"{bucket}-raw/quarantine/changes/*",
        f"{bucket}-raw/incoming/*",
        # Files that were staged, and old commits of batch ingestion.
        f"{bucket}-raw/_ingest/*",
        f"{bucket}-artifacts/arrivals/*",
    }
    assert {action for action in losing if not action.startswith("glue:")} == {"logs:DeleteLogDelivery"}
    assert not {"glue:DeleteDatabase", "glue:CreateDatabase"} & set(losing)
    # The gate brings files to their tables: what is overwritten can be had back for 90 days, and no version can be deleted.
    assert {
        each["Sid"]
        for each in statements("boundary")
        for resource in each["Resource"]
        if "-raw/" in resource and "s3:PutObject" in each["Action"]
    } == {"PlacesOfFiles"}


@given(
    st.sampled_from(["plan", "deploy", "destroy"]),
    st.sampled_from(["dev", "prod"]),
    st.sampled_from([(), ("repo:acme/lake", "repo:acme@1/lake@2"), ("repo:acme@1/lake@2",)]),
)
def test_a_role_is_for_the_jobs_of_one_environment_of_one_repository(purpose, environment, subjects):
    names = Names("acme", environment, "lake", "acme/lake", "0" * 12, "aws", "eu-central-1", subjects=subjects)
    (statement,) = names.trust(purpose)["Statement"]
    expected = environment if purpose == "deploy" else f"{environment}-{purpose}"
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": [f"{subject}:environment:{expected}" for subject in subjects or ("repo:acme/lake",)],
        }
    }


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/lake.git", "acme/lake"),
        ("https://github.com/acme/lake", "acme/lake"),
        ("git@github.com:acme/my.lake.git", "acme/my.lake"),
        ("ssh://git@github.com/acme/lake/", "acme/lake"),
    ],
)
def test_the_repository_is_that_of_the_remote(url, name, monkeypatch):
    monkeypatch.setattr("lakeloop.bootstrap.names._origin", lambda workspace: url)
    assert repository(find(), None) == name


@pytest.mark.parametrize(
    ("url", "given", "message"),
    [
        ("", None, r"git has no remote `origin`\. Say repo=OWNER/NAME"),
        ("https://example.org/acme/lake", None, "`origin` is https://example.org/acme/lake"),
        ("", "lake", "repo=lake is no repository"),
        ("", "acme/lake:*", "is no repository"),
    ],
)
def test_a_repository_that_is_not_known_is_asked_for(url, given, message, monkeypatch):
    monkeypatch.setattr("lakeloop.bootstrap.names._origin", lambda workspace: url)
    with pytest.raises(UserError, match=message):
        repository(find(), given)


def test_the_boundary_takes_the_environments_key_wherever_it_is_and_no_other():
    elsewhere = f"arn:aws:kms:us-east-1:{'1' * 12}:key/mrk-1"
    own = Names("acme", "dev", "lake", "acme/lake", "0" * 12, "aws", "eu-central-1", elsewhere)
    (keys,) = (each for each in own.document("boundary")["Statement"] if each["Sid"] == "CustomerKeys")
    assert keys["Resource"] == [elsewhere]
    without = Names("acme", "dev", "lake", "acme/lake", "0" * 12, "aws", "eu-central-1")
    assert "kms:" not in json.dumps(without.document("boundary"))


def test_a_job_may_take_a_log_group_to_another_key_and_back():
    actions = {action for name in iam.policies("deploy") for each in statements(name) for action in each["Action"]}
    assert {"logs:AssociateKmsKey", "logs:DisassociateKmsKey"} <= actions


def test_a_job_that_loads_may_ask_what_is_there_already():
    """HeadObject is s3:GetObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"""
    (load,) = (each for each in statements("operate") if each["Sid"] == "LoadRawFiles")
    assert set(load["Action"]) == {"s3:GetObject", "s3:PutObject"}
