"""The policies that bootstrap makes: complete, narrow, and within IAM's limits."""

import json
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop.bootstrap import iam
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
MORE = (iam.EMPTY_BUCKETS, iam.CUSTOMER_KEY)
ATTACHED = ["boundary", *dict.fromkeys(policy for purpose in iam.ROLES for policy in iam.policies(purpose, *MORE))]
# Statements of actions without resources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
WITHOUT_RESOURCE = {"CheckStateMachine", "FindLogGroups", "LogDelivery"}


def statements(name: str) -> list[dict]:
    return LONGEST.document(name)["Statement"]


def test_every_file_is_a_policy_of_something():
    assert set(TEMPLATES) == {"trust", "state-bucket", *ATTACHED}
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert all(len(iam.policies(purpose, *MORE)) <= 10 for purpose in iam.ROLES)


@pytest.mark.parametrize("name", ATTACHED)
def test_a_policy_fits_into_iam_with_the_longest_names(name):
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(json.dumps(LONGEST.document(name), separators=(",", ":"))) <= 6144
    assert len(LONGEST.policy(name)) <= 128
    assert len(LONGEST.role("deploy")) <= 64
    assert len(LONGEST.backend.bucket) <= 63


@pytest.mark.parametrize("name", ATTACHED)
def test_a_statement_has_a_name_and_names_what_it_is_about(name):
    sids = [statement["Sid"] for statement in statements(name)]
    assert len(set(sids)) == len(sids)
    for statement in statements(name):
        assert statement["Effect"] == "Allow"
        assert ("*" in statement["Resource"]) == (statement["Sid"] in WITHOUT_RESOURCE), statement
        for resource in statement["Resource"]:
            assert resource == "*" or resource.startswith("arn:aws-us-gov:"), statement
        if name != "boundary":
            assert not any("*" in action for action in statement["Action"]), statement


def test_no_role_can_widen_itself_or_another():
    """Ways for a deployment to become an administrator: roles without a boundary, the boundary itself, the roles of bootstrap."""
    lake = {f"arn:aws-us-gov:iam::{'0' * 12}:role/{LAKE}-dbt-{part}" for part in ("runner", "pipeline")}
    for name in ATTACHED:
        for statement in statements(name):
            actions = [action for action in statement["Action"] if action.startswith("iam:")]
            if not actions:
                continue
            assert set(statement["Resource"]) <= lake, statement
            for action in actions:
                if action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"):
                    assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": LONGEST.boundary_arn}}
                if action == "iam:PassRole":
                    assert statement["Condition"]["StringEquals"]["iam:PassedToService"] in (
                        "lambda.amazonaws.com",
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
    changing = re.compile(r":(Create|Delete|Put|Update|Publish|Tag|Untag|Start|Invoke|Pass|Abort)")
    actions = [action for name in iam.policies("plan", *MORE) for each in statements(name) for action in each["Action"]]
    assert actions
    assert not [action for action in actions if changing.search(action)]


def test_only_an_environment_that_may_lose_its_data_can():
    """In prod no job deletes an object that is not a layer."""

    def deleting(*more) -> set[str]:
        return {
            resource
            for name in iam.policies("deploy", *more)
            for each in statements(name)
            if any("DeleteObject" in action for action in each["Action"])
            for resource in each["Resource"]
        }

    bucket = f"arn:aws-us-gov:s3:::{'p' * 35}-{'e' * 12}"
    assert deleting(iam.CUSTOMER_KEY) == {
        f"{bucket}-tfstate/{LONGEST.backend.lock_key}",
        f"{bucket}-artifacts/layers/*",
    }
    assert f"{bucket}-processed/*" in deleting(iam.EMPTY_BUCKETS)


@given(st.sampled_from(["plan", "deploy"]), st.sampled_from(["dev", "prod"]))
def test_a_role_is_for_the_jobs_of_one_environment_of_one_repository(purpose, environment):
    names = Names("acme", environment, "lake", "acme/lake", "0" * 12, "aws", "eu-central-1")
    (statement,) = names.trust(purpose)["Statement"]
    expected = environment if purpose == "deploy" else f"{environment}-plan"
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": f"repo:acme/lake:environment:{expected}",
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
