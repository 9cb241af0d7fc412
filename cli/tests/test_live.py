"""Versions of the function: which one is live, which ones are kept, and what becomes of those that cannot run."""

import io
import json
import time
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, WaiterError
from lakeloop.aws.runs.lease import version_at_work
from lakeloop.deploy import command, live
from lakeloop.errors import UserError


def error(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call"
    )


class Function:
    """A function of Lambda's with an alias and published versions, by their states."""

    def __init__(self, description="The version that is invoked", states=None, live="5", about="Runs dbt", limit=None):
        self.alias = {"FunctionVersion": live, "Description": description, "RevisionId": "a"}
        self.states = states or {}
        self.about, self.limit = about, limit
        self.deleted = []

    def get_alias(self, **_):
        return self.alias

    def update_alias(self, RevisionId, FunctionVersion, Description, **_):  # noqa: N803
        if RevisionId != self.alias["RevisionId"]:
            raise error("PreconditionFailedException", 412)
        self.alias = {"FunctionVersion": FunctionVersion, "Description": Description, "RevisionId": f"{RevisionId}+"}

    def get_function(self, FunctionName, Qualifier=None):  # noqa: N803
        if Qualifier is None:
            limit = {} if self.limit is None else {"Concurrency": {"ReservedConcurrentExecutions": self.limit}}
            return {"Configuration": {"Description": self.about}, **limit}
        if Qualifier not in self.states:
            raise error("ResourceNotFoundException", 404)
        return {"Configuration": {"State": self.states[Qualifier], "StateReason": "the init failed"}}

    def get_paginator(self, name):
        # ListVersionsByFunction tells no states.
        versions = [{"Version": version} for version in ("$LATEST", *self.states)]
        return SimpleNamespace(paginate=lambda **_: [{"Versions": versions}])

    def get_waiter(self, name):
        return SimpleNamespace(wait=self.wait)

    def wait(self, Qualifier, **_):  # noqa: N803
        answer = self.get_function("f", Qualifier)
        if answer["Configuration"]["State"] != "Active":
            raise WaiterError("published_version_active", "no", answer)

    def delete_function(self, Qualifier, **_):  # noqa: N803
        self.deleted.append(Qualifier)


def test_the_alias_remembers_what_was_live():
    function = Function()
    first = live.read(function, "f")
    assert first is not None
    assert (first.version, first.before) == ("5", ())
    second = live.move(function, "f", first, "7", "commit abc")
    third = live.move(function, "f", second, "8", "commit 12345")
    assert (third.version, third.before) == ("8", ("7",)), "no more are kept, and paid for, than docs/COSTS.md says"
    back = live.move_back(function, "f", third)
    assert (back.version, back.before) == ("7", ())
    with pytest.raises(UserError, match="Somebody else moved the alias"):
        live.move(function, "f", third, "10", "commit def")


def lease(**content):
    body = json.dumps({"run_id": "nightly", "version": "2", "expires_at": time.time() + 86_400, **content}).encode()
    return SimpleNamespace(get_object=lambda **_: {"Body": io.BytesIO(body)})


@pytest.mark.parametrize(
    ("s3", "deleted"), [(lease(), ["3"]), (lease(expires_at=0), ["2", "3"]), (lease(version=""), ["2", "3"])]
)
def test_a_version_that_a_run_is_at_work_with_is_kept(s3, deleted):
    function = Function("commit abc. Before it: 4.", dict.fromkeys("23456", "Active"))
    current = live.read(function, "f")
    assert live.prune(function, "f", current, "6", version_at_work(s3, "artifacts", "dev")) == deleted
    assert function.deleted == deleted


def test_a_version_that_sleeps_is_woken_before_it_is_waited_for():
    function = Function(states={"4": "Inactive"})

    def wake():
        function.states["4"] = "Active"
        raise UserError("Lambda refuses the invocation that wakes it")

    live.await_version(function, "f", "4", wake)
    with pytest.raises(UserError, match="Version 3 of f cannot be invoked: the init failed"):
        live.await_version(Function(states={"3": "Failed"}), "f", "3", pytest.fail)
    with pytest.raises(UserError, match="how version 9 of f is"):
        live.await_version(function, "f", "9", pytest.fail)


@pytest.mark.parametrize(
    ("states", "about", "failed"),
    [
        ({"1": "Active"}, "Runs dbt", ""),
        ({"1": "Active", "2": "Failed"}, "Runs dbt", "2"),
        ({"2": "Failed", "10": "Active"}, "Runs dbt (after version 2)", "2"),
        ({"2": "Failed", "10": "Failed"}, "Runs dbt (after version 2)", "10"),
    ],
)
def test_a_version_whose_snapshot_failed_is_published_again(states, about, failed):
    assert live.failed(Function(states=states, about=about), "f") == failed


def test_before_the_first_deployment_nothing_has_failed():
    def refuse(**_):
        raise error("ResourceNotFoundException", 404)

    absent = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=refuse))
    assert live.failed(absent, "f") == ""


@pytest.mark.parametrize(("limit", "stopped"), [(0, True), (5, False), (None, False)])
def test_an_emergency_stop_is_seen(limit, stopped):
    assert live.stopped(Function(limit=limit), "f") is stopped


@pytest.mark.parametrize(("version", "said"), [("5", "Version 5 is what the alias"), ("6", "Version 6 is not live")])
def test_a_function_that_is_stopped_is_not_tried(monkeypatch, capsys, version, said):
    lake = SimpleNamespace(function_name="f", function_version=version)
    monkeypatch.setattr(command, "read", lambda terraform: lake)
    monkeypatch.setattr(command, "smoke", pytest.fail)
    there = SimpleNamespace(terraform=None, functions=Function(limit=0), environment="dev")
    assert command._make_live(there, None, "commit abc") == 0
    printed = capsys.readouterr().out
    assert "f is stopped (reserved_concurrency = 0)" in printed
    assert said in printed
