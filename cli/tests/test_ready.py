"""Messages of bootstrap and deployments before they do anything."""

import subprocess
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from lakeloop import confirm as confirming
from lakeloop.aws import terraform
from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.bootstrap import bucket, ready
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.steps import Step
from lakeloop.confirm import confirm
from lakeloop.deploy import live
from lakeloop.deploy.source import clean_commit
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace, find
from lakeloop_layer import LayerError

ACCOUNT = "0" * 12
NAMES = Names("acme", "dev", "lake", "acme/lake", ACCOUNT, "aws", "eu-central-1")


def error(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call"
    )


def place(**clients) -> Place:
    """A place whose clients are these stand-ins."""
    return SimpleNamespace(  # type: ignore[return-value]
        environment="dev", where="AWS", client=lambda service, **_: clients[service]
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
    """IAM that allows what does not begin with ``iam:Create``; it knows of no session, as IAM does not."""

    def get_role(self, RoleName):  # noqa: N803
        return {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/path/{RoleName}"}}

    def get_paginator(self, name):
        def paginate(PolicySourceArn, ActionNames):  # noqa: N803
            self.asked = PolicySourceArn
            decisions = {action: "implicitDeny" if "Create" in action else "allowed" for action in ActionNames}
            return [
                {
                    "EvaluationResults": [
                        {"EvalActionName": each, "EvalDecision": said} for each, said in decisions.items()
                    ]
                }
            ]

        return SimpleNamespace(paginate=paginate)


@pytest.mark.parametrize(
    ("arn", "judged"),
    [
        ("user/me", f"arn:aws:iam::{ACCOUNT}:user/me"),
        ("assumed-role/Admin/me", f"arn:aws:iam::{ACCOUNT}:role/path/Admin"),
    ],
)
def test_calls_that_one_may_not_make_are_named(arn, judged):
    service = "sts" if arn.startswith("assumed") else "iam"
    who = Account(ACCOUNT, f"arn:aws:{service}::{ACCOUNT}:{arn}")
    steps = [Step("role", bool, bool, lambda: None, ("iam:CreateRole", "iam:GetRole"))]
    simulator, problems = Simulator(), ready.Problems()
    ready.permissions(place(iam=simulator), problems, who, steps)
    assert simulator.asked == judged
    (line,) = problems.lines
    assert "may not call iam:CreateRole." in line


def test_what_cannot_even_be_read_is_named():
    def denied() -> bool:
        raise error("AccessDenied", 403)

    problems = ready.Problems()
    done = ready.done(
        problems, [Step("one", lambda: True, bool, lambda: None), Step("two", denied, bool, lambda: None)]
    )
    assert done == {"one": True}
    assert problems.lines == ["two: AccessDenied: no"]


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


def test_a_layer_that_is_too_large_is_one_message(monkeypatch):
    def build(*_):
        raise LayerError("The layer is too large: 120 MB unzipped, the budget is 100 MB.")

    monkeypatch.setattr(terraform, "build_layer", build)
    with pytest.raises(UserError, match="The layer is too large: 120 MB"):
        terraform.zips(find(), "arm64")


class Function:
    """An alias of Lambda's."""

    def __init__(self, description):
        self.alias = {"FunctionVersion": "5", "Description": description, "RevisionId": "a"}

    def get_alias(self, **_):
        return self.alias

    def update_alias(self, RevisionId, FunctionVersion, Description, **_):  # noqa: N803
        if RevisionId != self.alias["RevisionId"]:
            raise error("PreconditionFailedException", 412)
        self.alias = {"FunctionVersion": FunctionVersion, "Description": Description, "RevisionId": f"{RevisionId}+"}


def test_the_alias_remembers_what_was_live():
    function = Function("The version that is invoked")
    first = live.read(function, "f")
    assert first is not None and (first.version, first.before) == ("5", ())
    second = live.move(function, "f", first, "7", "commit abc")
    third = live.move(function, "f", second, "8", "commit 12345")
    fourth = live.move(function, "f", third, "9", "commit 678")
    assert (fourth.version, fourth.before) == ("9", ("8", "7")), "no more are kept than are gone back to"
    back = live.move_back(function, "f", fourth)
    assert (back.version, back.before) == ("8", ("7",))
    with pytest.raises(UserError, match="Somebody else moved the alias"):
        live.move(function, "f", fourth, "10", "commit def")
