"""Messages of bootstrap and deployments before they do anything."""

import subprocess
from fnmatch import fnmatch
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, UnauthorizedSSOTokenError
from lakeloop import confirm as confirming
from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.bootstrap import bucket, catalog, command, iam, ready
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.steps import Need, Step
from lakeloop.confirm import confirm
from lakeloop.deploy.source import clean_commit
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

ACCOUNT = "0" * 12
NAMES = Names("acme", "dev", "lake", "acme/lake", ACCOUNT, "aws", "eu-central-1")


def error(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call"
    )


def place(**clients) -> Place:
    """A place whose clients are these stand-ins."""
    return SimpleNamespace(  # type: ignore[return-value]
        environment="dev", where="AWS", region="eu-central-1", client=lambda service, **_: clients[service]
    )


def test_everything_that_is_missing_is_said_at_once(monkeypatch):
    monkeypatch.setattr(ready.shutil, "which", lambda name: None)
    problems = ready.Problems()
    ready.tools(problems)
    problems.of(lambda: ready.region(place(), "Frankfurt"))
    with pytest.raises(UserError) as raised:
        problems.require_none()
    message = str(raised.value)
    assert message.startswith("Nothing was changed. 6 things are missing:")
    for name, where in ready.TOOLS.items():
        assert f"- {name} is not on the PATH: {where}" in message
    assert "region = 'Frankfurt' is no code of an AWS region" in message


def test_an_old_terraform_is_missing_too(monkeypatch):
    monkeypatch.setattr(ready.shutil, "which", lambda name: name)
    monkeypatch.setattr(
        ready.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout='{"terraform_version": "1.9.8"}')
    )
    problems = ready.Problems()
    ready.tools(problems)
    assert problems.lines == [f"terraform is 1.9.8; 1.11 or newer is needed: {ready.TOOLS['terraform']}"]


class Buckets:
    """S3 with buckets of this account and of others."""

    def __init__(self, mine=(), others=()):
        self.mine, self.others = mine, others

    def get_paginator(self, name):
        return SimpleNamespace(paginate=lambda: [{"Buckets": [{"Name": name} for name in self.mine]}])

    def head_bucket(self, Bucket):  # noqa: N803 - boto3's name
        if Bucket in self.others:
            raise error("403", 403)
        if Bucket not in self.mine:
            raise error("404", 404)


def test_names_that_others_have_are_found_before_anything_is_made():
    s3 = Buckets(mine=["lake-dev-tfstate"], others=["lake-dev-raw", "lake-dev-artifacts"])
    assert bucket.taken(place(s3=s3), NAMES) == ["lake-dev-raw", "lake-dev-artifacts"]
    problems = ready.Problems()
    ready.names(place(s3=s3), problems, NAMES)
    (line,) = problems.lines
    assert "another account has taken: lake-dev-raw, lake-dev-artifacts. Say another bucket_prefix in" in line


class Simulator:
    """IAM that judges a caller by statements ``(actions, resource pattern, condition key)``; it knows of no session, as IAM does
    not. A condition that it was told nothing about does not hold, and is listed as missing:
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html"""

    def __init__(self, *allowed, specific=False):
        self.allowed, self.specific, self.asked = allowed, specific, []

    def get_role(self, RoleName):  # noqa: N803
        return {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/path/{RoleName}"}}

    def get_paginator(self, name):
        return SimpleNamespace(paginate=self.simulate)

    def simulate(self, PolicySourceArn, ActionNames, ResourceArns=("*",), ContextEntries=()):  # noqa: N803
        self.asked.append(PolicySourceArn)
        known = {entry["ContextKeyName"] for entry in ContextEntries}
        results = []
        for action in ActionNames:
            judged = {resource: self.judge(action, resource, known) for resource in ResourceArns}
            for resource, (decision, missing) in judged.items():
                each = {
                    "EvalActionName": action,
                    "EvalResourceName": resource,
                    "EvalDecision": decision,
                    "MissingContextValues": missing,
                }
                if self.specific:
                    own = {
                        "EvalResourceName": resource,
                        "EvalResourceDecision": decision,
                        "MissingContextValues": missing,
                    }
                    each |= {
                        "EvalDecision": "implicitDeny",
                        "ResourceSpecificResults": [own],
                        "MissingContextValues": [],
                    }
                results.append(each)
        return [{"EvaluationResults": results}]

    def judge(self, action, resource, known):
        found = [
            key for actions, pattern, key in self.allowed if fnmatch(action, actions) and fnmatch(resource, pattern)
        ]
        if any(key is None or key in known for key in found):
            return "allowed", []
        return "implicitDeny", [key for key in found if key]


STEPS = [
    Step("bucket", bool, bool, lambda: None, (Need("arn:aws:s3:::lake-dev-tfstate", ("s3:CreateBucket",)),)),
    Step("role", bool, bool, lambda: None, (Need(f"arn:aws:iam::{ACCOUNT}:role/acme-dev-plan", ("iam:CreateRole",)),)),
    Step(
        "role", bool, bool, lambda: None, (Need(f"arn:aws:iam::{ACCOUNT}:role/acme-dev-deploy", ("iam:CreateRole",)),)
    ),
]
ME = Account(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/me")


def asked(simulator, who=ME, steps=STEPS) -> ready.Problems:
    problems = ready.Problems()
    ready.permissions(place(iam=simulator), problems, who, steps)
    return problems


@pytest.mark.parametrize(
    ("arn", "judged"),
    [
        ("user/me", f"arn:aws:iam::{ACCOUNT}:user/me"),
        ("assumed-role/Admin/me", f"arn:aws:iam::{ACCOUNT}:role/path/Admin"),
    ],
)
@pytest.mark.parametrize("specific", [False, True])
def test_calls_that_one_may_not_make_are_named_with_what_they_are_about(arn, judged, specific):
    service = "sts" if arn.startswith("assumed") else "iam"
    simulator = Simulator(("s3:*", "*", None), ("iam:*", "*role/acme-dev-plan", None), specific=specific)
    problems = asked(simulator, Account(ACCOUNT, f"arn:aws:{service}::{ACCOUNT}:{arn}"))
    assert set(simulator.asked) == {judged}
    (line,) = problems.lines
    assert f"may not call iam:CreateRole on arn:aws:iam::{ACCOUNT}:role/acme-dev-deploy. Ask for these" in line
    assert problems.unsure == []


def test_who_has_narrow_rights_is_not_refused():
    """Rights on the very things that bootstrap makes: against `*` none of them holds."""
    narrow = [
        ("s3:*", "arn:aws:s3:::lake-dev-*", None),
        ("iam:*", f"arn:aws:iam::{ACCOUNT}:role/acme-*", "aws:RequestedRegion"),
    ]
    problems = asked(Simulator(*narrow))
    assert (problems.lines, problems.unsure) == ([], [])
    assert Simulator(*narrow).judge("s3:CreateBucket", "*", set())[0] == "implicitDeny"


def test_what_depends_on_the_call_is_not_refused_but_said():
    problems = asked(Simulator(("s3:*", "*", None), ("iam:*", "*", "aws:MultiFactorAuthPresent")))
    assert problems.lines == []
    (line,) = problems.unsure
    assert f"iam:CreateRole on arn:aws:iam::{ACCOUNT}:role/acme-dev-plan" in line
    assert "depends on aws:MultiFactorAuthPresent, which IAM cannot know before the call" in line


def test_who_may_not_ask_iam_is_told_that_nothing_is_known():
    class Denying(Simulator):
        def simulate(self, **_):
            raise error("AccessDenied", 403)

    problems = asked(Denying())
    assert problems.lines == []
    assert "may not ask IAM what it may" in problems.unsure[0]


def test_every_need_of_bootstrap_names_what_it_is_about():
    """A call on `*` refuses who has narrow rights: only a list of all buckets is about nothing in particular."""
    everything = place(iam=None, s3=None, glue=None)
    steps = [
        *bucket.steps(everything, NAMES),
        catalog.step(everything, NAMES),
        *iam.steps(everything, NAMES, *iam.ALL),
        *iam.role_steps(everything, NAMES, *iam.ALL),
    ]
    needs = {(need.resource, action) for step in steps for need in step.needs for action in need.actions}
    assert {action for resource, action in needs if resource == "*"} == {"s3:ListAllMyBuckets"}
    kinds = {
        "iam": f"arn:aws:iam::{ACCOUNT}:",
        "s3": "arn:aws:s3:::lake-dev-tfstate",
        "glue": f"arn:aws:glue:eu-central-1:{ACCOUNT}:",
    }
    for resource, action in needs:
        assert resource == "*" or resource.startswith(kinds[action.partition(":")[0]]), (resource, action)


class Catalog:
    """Glue with databases."""

    def __init__(self, *names):
        self.names = {*names}

    def get_database(self, Name):  # noqa: N803
        if Name not in self.names:
            raise error("EntityNotFoundException")
        return {"Database": {"Name": Name}}

    def create_database(self, DatabaseInput):  # noqa: N803
        if DatabaseInput["Name"] in self.names:
            raise error("AlreadyExistsException")
        self.names.add(DatabaseInput["Name"])


def test_the_database_that_athena_asks_for_is_made_where_it_is_not_there_and_stays():
    glue = Catalog("acme_dev")
    step = catalog.step(place(glue=glue), NAMES)
    assert step.remove() is None
    assert not step.exists()
    step.create()
    step.create()  # somebody else was quicker
    assert step.exists()
    assert "Athena asks for it" in step.remove()
    assert glue.names == {"acme_dev", "default"}


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        ("AccessDenied", "not authorized", "Ask for that permission, or sign in as somebody who may"),
        (
            "AccessDenied",
            "not authorized, with an explicit deny in an identity-based policy",
            "a role whose sessions were revoked",
        ),
        ("ExpiredToken", "The provided token has expired", "The session has ended. Sign in (`aws sso login`"),
        ("OperationAborted", "A conflicting operation is in progress", "OperationAborted: A conflicting operation"),
    ],
)
def test_an_error_in_the_middle_says_what_failed_and_what_to_do(code, message, advice):
    refused = ClientError({"Error": {"Code": code, "Message": message}}, "CreateRole")

    def create():
        raise refused

    with pytest.raises(UserError) as raised:
        command._doing(Step("role x", bool, create, lambda: None), create)
    text = str(raised.value)
    assert text.startswith(f"role x: CreateRole: {code}: {message}")
    assert advice in text
    assert text.endswith("What was done before it stays; the same command again goes on from there.")


def test_a_session_that_ends_before_anything_is_made_is_one_message():
    class Ended(Simulator):
        def simulate(self, **_):
            raise UnauthorizedSSOTokenError

    with pytest.raises(UserError, match=r"IAM cannot tell what .* may do: .*Sign in \(`aws sso login`"):
        asked(Ended())

    class NoBuckets(Buckets):
        def get_paginator(self, name):
            raise UnauthorizedSSOTokenError

    problems = ready.Problems()
    ready.names(place(s3=NoBuckets()), problems, NAMES)
    (line,) = problems.lines
    assert "The buckets of account 000000000000 cannot be listed" in line
    assert "Sign in (`aws sso login`" in line


def test_a_session_that_ended_is_said_once():
    def expired():
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "GetRole")

    def signed_out():
        raise UnauthorizedSSOTokenError

    for ends in (expired, signed_out):
        problems = ready.Problems()
        ready.done(problems, [Step(name, ends, bool, lambda: None) for name in ("one", "two")])
        (line,) = problems.lines
        assert line.startswith("one: ")
        assert "Sign in (`aws sso login`" in line


def test_what_cannot_even_be_read_is_named():
    def denied() -> bool:
        raise error("AccessDenied", 403)

    problems = ready.Problems()
    done = ready.done(
        problems, [Step("one", lambda: True, bool, lambda: None), Step("two", denied, bool, lambda: None)]
    )
    assert done == {"one": True}
    assert problems.lines == ["two: Call: AccessDenied: no. Ask for that permission, or sign in as somebody who may."]


def test_without_a_terminal_a_confirmation_has_to_be_given():
    confirm("Sure?", "prod", "prod", by_name=True)
    with pytest.raises(UserError, match="confirm=dev is not confirm=prod"):
        confirm("Sure?", "prod", "dev", by_name=True)
    with pytest.raises(UserError, match="add confirm=dev"):
        confirm("Sure?", "dev", None, by_name=False)


@pytest.mark.parametrize(
    ("by_name", "answer", "agreed"),
    [
        (False, "y", True),
        (False, "dev", True),
        (False, "", False),
        (True, "y", False),
        (True, "dev", True),
    ],
)
def test_what_is_precious_wants_a_word(by_name, answer, agreed, monkeypatch):
    monkeypatch.setattr(confirming.sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda question: answer)
    if agreed:
        confirm("Sure?", "dev", None, by_name=by_name)
    else:
        with pytest.raises(UserError, match="Not confirmed"):
            confirm("Sure?", "dev", None, by_name=by_name)


def test_a_folder_that_is_no_checkout_is_not_deployed(tmp_path):
    with pytest.raises(UserError, match="is no checkout of git's"):
        clean_commit(Workspace(tmp_path))
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for number in range(12):
        (tmp_path / f"file{number}").write_text("new")
    with pytest.raises(UserError, match=r"these files differ from it.*\n(.*\n)+.*and 2 more"):
        clean_commit(Workspace(tmp_path))
