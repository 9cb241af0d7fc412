"""A deployment goes forward, and applies the plan that was approved: with stand-ins for Lambda and Terraform."""

import copy
import json
import subprocess
from types import SimpleNamespace

import pytest
from lakeloop import workspace
from lakeloop.aws.terraform.deployed import Deployed
from lakeloop.deploy import approved, command, live
from lakeloop.deploy.forward import require_forward
from lakeloop.errors import UserError


class Functions:
    """An alias of Lambda's."""

    def __init__(self):
        self.alias = {"FunctionVersion": "1", "Description": "The version that is invoked", "RevisionId": "0"}

    def get_alias(self, **_):
        return self.alias

    def update_alias(self, FunctionVersion, Description, RevisionId, **_):  # noqa: N803 - as boto3 calls it
        assert RevisionId == self.alias["RevisionId"]
        assert len(Description) <= 256
        following = str(int(RevisionId) + 1)
        self.alias = {"FunctionVersion": FunctionVersion, "Description": Description, "RevisionId": following}


@pytest.fixture
def history(tmp_path):
    """A checkout with two commits and a branch beside the second, by their names."""

    def git(*words: str) -> str:
        asked = subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    def commit(name: str) -> str:
        git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--allow-empty", "-m", name)
        return git("rev-parse", "--short=12", "HEAD")

    git("init", "--quiet")
    commits = {"older": commit("older"), "newer": commit("newer")}
    git("checkout", "--quiet", commits["older"])
    return workspace.Workspace(tmp_path), {**commits, "beside": commit("beside"), "elsewhere": "0123456789ab"}


def deployed(commit: str) -> live.Live:
    return live.Live("1", (), "", "0", commit)


@pytest.mark.parametrize(
    ("last", "comes", "precious", "message"),
    [
        ("older", "newer", True, None),
        ("newer", "newer", True, None),
        (
            "newer",
            "older",
            True,
            "is older than .* does not go backwards. Nothing was changed. `just rollback env=prod`",
        ),
        ("newer", "older", False, "is older than"),
        ("newer", "beside", True, "does not contain .* `git fetch --unshallow`, or merge it"),
        ("elsewhere", "newer", True, "or this clone does not have that"),
        ("newer", "beside", False, None),
        ("elsewhere", "newer", False, None),
    ],
)
def test_a_deployment_goes_forward(history, last, comes, precious, message):
    here, commits = history
    if message is None:
        require_forward(here, "prod", deployed(commits[last]), commits[comes], precious=precious)
        return
    with pytest.raises(UserError, match=message):
        require_forward(here, "prod", deployed(commits[last]), commits[comes], precious=precious)


def test_where_nothing_was_deployed_every_commit_is_new(history):
    here, commits = history
    require_forward(here, "prod", None, commits["older"], precious=True)
    require_forward(here, "prod", deployed(""), commits["older"], precious=True)


def test_the_last_commit_is_known_after_a_move_a_failure_and_a_rollback():
    functions = Functions()

    def now() -> live.Live:
        found = live.read(functions, "runner")
        assert found
        return found

    assert now().commit == ""
    live.record(functions, "runner", now(), "aaaaaaaaaaaa")
    assert now().commit == "aaaaaaaaaaaa"
    live.move(functions, "runner", now(), "2", "bbbbbbbbbbbb")
    assert (now().version, now().before, now().commit) == ("2", ("1",), "bbbbbbbbbbbb")
    live.record(functions, "runner", now(), "cccccccccccc")
    assert functions.alias["Description"] == (
        "The version that is invoked: commit bbbbbbbbbbbb. Before it: 1. Deployed last: cccccccccccc."
    )
    live.move_back(functions, "runner", now())
    assert (now().version, now().before, now().commit) == ("1", (), "cccccccccccc")
    untouched = now()
    assert live.record(functions, "runner", untouched, "cccccccccccc") is untouched


PLAN = {
    "resource_changes": [
        {"address": "aws_s3_bucket.raw", "change": {"actions": ["no-op"], "before": {"a": 1}, "after": {"a": 1}}},
        {
            "address": "aws_lambda_function.runner",
            "change": {
                "actions": ["update"],
                "before": {"memory": 1},
                "after": {"memory": 2},
                "after_unknown": {"version": True},
            },
        },
    ],
    "output_changes": {"region": {"actions": ["no-op"], "before": "x", "after": "x"}},
    "timestamp": "2026-11-29T20:00:00Z",
}


def changed(**change: object) -> dict:
    plan = copy.deepcopy(PLAN)
    plan["resource_changes"][1]["change"].update(change)
    return plan


def test_plans_of_the_same_changes_have_one_fingerprint():
    again = copy.deepcopy(PLAN)
    again["timestamp"] = "2026-11-30T08:00:00Z"
    again["resource_changes"].reverse()
    again["resource_changes"][1]["change"]["before"] = again["resource_changes"][1]["change"]["after"] = {"a": 2}
    assert approved.of(PLAN) == approved.of(again)


@pytest.mark.parametrize(
    "other",
    [
        changed(after={"memory": 3}),
        changed(before={"memory": 0}),
        changed(actions=["delete", "create"]),
        changed(after_unknown={}),
        {**PLAN, "output_changes": {"region": {"actions": ["update"], "before": "x", "after": "y"}}},
        {**PLAN, "resource_changes": PLAN["resource_changes"][:1]},
    ],
)
def test_another_change_is_another_plan_and_is_not_applied(other):
    terraform = SimpleNamespace(planned=other)
    approved.require(terraform, approved.of(other))
    with pytest.raises(UserError, match=r"This is not the plan that was approved .* Nothing was changed"):
        approved.require(terraform, approved.of(PLAN))


@pytest.mark.parametrize("readable", [True, False])
def test_a_plan_is_read_once_for_all_that_is_asked_of_it(monkeypatch, tmp_path, readable):
    asked = []

    def show(_, *words):
        asked.append(words)
        return SimpleNamespace(returncode=0 if readable else 1, stdout=json.dumps(PLAN), stderr="no plan\n")

    monkeypatch.setattr(Deployed, "ask", show)
    place, folder = SimpleNamespace(slug="aws", environment="qa"), tmp_path / "terraform"
    terraform = Deployed(workspace.Workspace(tmp_path), place, folder, tmp_path, None)
    if readable:
        assert approved.fingerprint(terraform) == approved.of(PLAN)
        approved.require(terraform, approved.of(PLAN))
    else:
        with pytest.raises(UserError, match=r"The plan cannot be read: no plan$"):
            approved.fingerprint(terraform)
    assert asked == [("show", "-no-color", "-json", str(terraform.saved_plan))]


def test_an_empty_fingerprint_approves_nothing():
    assert approved.required(None) is None
    for word in ("", "yes", "0" * 63):
        with pytest.raises(UserError, match="is no fingerprint of a plan"):
            approved.required(word)


@pytest.mark.parametrize("snap_start", [True, False])
def test_an_apply_that_failed_names_the_switch_of_a_region_without_snap_start(tmp_path, capsys, snap_start):
    home = workspace.Workspace(tmp_path)
    (home.terraform / "envs").mkdir(parents=True)
    (home.terraform / "envs" / "qa.tfvars").write_text(f"snap_start = {str(snap_start).lower()}\n", "utf-8")
    plan = tmp_path / "plan"
    plan.touch()
    there = SimpleNamespace(
        workspace=home,
        environment="qa",
        place=SimpleNamespace(region="ap-east-2"),
        terraform=SimpleNamespace(saved_plan=plan, run=lambda *words: 1),
    )
    assert command._apply(there) == 1
    said = capsys.readouterr().err
    assert "The apply failed." in said
    hint = "If Lambda refuses SnapStart in ap-east-2: snap_start = false in terraform/envs/qa.tfvars and commit first."
    assert (hint in said) is snap_start
