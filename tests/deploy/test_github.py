"""GitHub's side of bootstrap against a stand-in for `gh` with GitHub's recorded answers: names, subjects, protection."""

import json
import os
import sys
from pathlib import Path

import pytest
from lakeloop.bootstrap import github, iam
from lakeloop.bootstrap.names import ISSUER, Names
from lakeloop.bootstrap.repository import look_up, moved
from lakeloop.bootstrap.steps import LeftOut
from lakeloop.errors import UserError

from tests.deploy.account import STANDIN

CLASSIC, WITH_IDS = "repo:acme/lake", "repo:acme@123456/lake@456789"
# https://docs.github.com/en/rest/repos/repos#get-a-repository, as far as it is asked for.
REPOSITORY = {
    "id": 456789,
    "full_name": "acme/lake",
    "private": False,
    "owner": {"login": "acme", "id": 123456},
    "permissions": {"admin": True},
}


class World:
    """The stand-in's state."""

    def __init__(self, file: Path):
        self.file = file

    @property
    def now(self) -> dict:
        return json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}

    def says(self, **members) -> None:
        self.file.write_text(json.dumps({**self.now, **members}), "utf-8")

    def changes(self) -> int:
        return sum("--method" in call or call[:2] == ["variable", "set"] for call in self.now.get("calls", []))


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("GH_STANDIN", str(tmp_path / "github.json"))
    # The stand-in runs under this Python: it imports nothing else.
    monkeypatch.setenv("PATH", f"{STANDIN}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return World(tmp_path / "github.json")


def names(environment: str = "prod", subjects=()) -> Names:
    return Names("acme", environment, "lake", "acme/lake", "0" * 12, "aws", "eu-central-1", subjects=subjects)


def made(*, precious: bool = True, private: bool = False, variables: bool = False) -> dict[str, str | None]:
    """Run bootstrap's steps at GitHub as it does; what each that was not done said."""
    steps = [
        *github.steps(names(), precious=precious, private=private),
        *(github.variable_steps(names(), private=private) if variables else ()),
    ]
    todo = [step for step in steps if not step.exists()]
    return {step.name.removeprefix("GitHub "): step.create() for step in todo}


# A1, A2: the subject of jobs.


@pytest.mark.parametrize(
    ("said", "subjects"),
    [
        ({"use_default": True}, (CLASSIC, WITH_IDS)),
        ({"use_default": True, "use_immutable_subject": False, "sub_claim_prefix": CLASSIC}, (CLASSIC, WITH_IDS)),
        ({"use_default": True, "use_immutable_subject": True, "sub_claim_prefix": WITH_IDS}, (WITH_IDS,)),
        ({"use_default": True, "use_immutable_subject": True}, (WITH_IDS,)),
        ({"use_default": False, "include_claim_keys": ["repo", "context"]}, (CLASSIC, WITH_IDS)),
        ({"use_default": False}, (CLASSIC, WITH_IDS)),
    ],
)
def test_the_subject_is_trusted_in_the_form_that_github_issues_and_in_the_one_with_ids(world, said, subjects):
    world.says(subject=said)
    assert look_up("acme/lake").subjects == subjects
    (statement,) = names(subjects=subjects).trust("deploy")["Statement"]
    trusted = statement["Condition"]["StringEquals"][f"{ISSUER}:sub"]
    assert trusted == [f"{subject}:environment:prod" for subject in subjects], "compared letter for letter: no pattern"


@pytest.mark.parametrize("members", [{"subject": {"use_default": False, "include_claim_keys": ["repo", "ref"]}},
                                     {"subject": {"use_default": False}, "of_owner": ["actor"]}])  # fmt: skip
def test_a_subject_of_somebody_s_own_making_is_refused(world, members):
    world.says(**members)
    with pytest.raises(UserError, match=r"AWS tells environments apart by the default one\. `gh api --method PUT"):
        look_up("acme/lake")


def test_the_name_is_written_as_github_writes_it(world):
    world.says(repository={**REPOSITORY, "full_name": "Acme/Lake"})
    found = look_up("acme/lake")
    assert (found.full_name, found.subjects) == ("Acme/Lake", ("repo:Acme/Lake", "repo:Acme@123456/Lake@456789"))
    assert moved("acme/lake", found.full_name) is None, "the same name in another case is no other name"


def test_a_repository_that_moved_is_found_under_its_old_name(world):
    world.says(
        repository={**REPOSITORY, "full_name": "house/pond", "owner": {"login": "house", "id": 99}},
        before=["acme/lake"],
        subject={"use_default": True, "use_immutable_subject": True},
    )
    found = look_up("acme/lake")
    assert (found.full_name, found.subjects) == ("house/pond", ("repo:house@99/pond@456789",))
    assert "acme/lake is house/pond on GitHub now: renamed or transferred" in str(moved("acme/lake", found.full_name))


def test_who_is_no_admin_is_told_before_anything_is_made(world):
    world.says(repository={**REPOSITORY, "permissions": {"admin": False, "push": True}})
    with pytest.raises(UserError, match="you may not administrate it"):
        look_up("acme/lake")
    with pytest.raises(UserError, match=r"GitHub \(acme/other\): gh: Not Found \(HTTP 404\). `gh auth login`"):
        look_up("acme/other")


class Role:
    """IAM with the role of an earlier bootstrap."""

    def __init__(self, trust=None):
        self.trust, self.attached, self.said = trust, [], []

    def __getattr__(self, call):
        def answer(**arguments):
            self.said.append(call)
            if call == "get_role":
                if self.trust is None:
                    from botocore.exceptions import ClientError

                    raise ClientError({"Error": {"Code": "NoSuchEntity"}}, "GetRole")
                return {"Role": {"AssumeRolePolicyDocument": self.trust}}
            if call == "list_attached_role_policies":
                return {"AttachedPolicies": [{"PolicyArn": arn} for arn in self.attached]}
            if call in ("create_role", "update_assume_role_policy"):
                self.trust = json.loads(arguments.get("PolicyDocument") or arguments["AssumeRolePolicyDocument"])
            if call == "attach_role_policy":
                self.attached.append(arguments["PolicyArn"])
            if call == "detach_role_policy":
                self.attached.remove(arguments["PolicyArn"])
            if call == "delete_role":
                self.trust = None
            return {}

        return answer


def test_a_role_of_a_renamed_repository_is_mended_and_bootstrap_says_what_changed(world):
    iam_ = Role(names(subjects=(CLASSIC,)).trust("deploy"))
    step = iam._role(iam_, names(subjects=("repo:house@99/pond@456789",)), "deploy", ("read",))
    assert not step.exists()
    assert step.create() == (
        "it trusted repo:acme/lake:environment:prod, and trusts repo:house@99/pond@456789:environment:prod now."
    )
    assert step.exists()


# A3, B13: what protects the environments.


def test_environments_are_protected_as_far_as_their_roles_reach(world):
    assert set(made(variables=True).values()) == {None}
    there = world.now["environments"]
    assert set(there) == {"prod", "prod-plan", "prod-destroy"}
    for name in ("prod", "prod-destroy"):
        assert there[name]["branches"] == ["main"]
        assert [rule["type"] for rule in there[name]["protection_rules"]] == ["required_reviewers"]
    assert there["prod-plan"] == {
        "variables": there["prod-plan"]["variables"],
        "branches": [],
        "protection_rules": [],
        "deployment_branch_policy": None,
    }
    assert there["prod-destroy"]["variables"]["AWS_ROLE_ARN"].endswith("role/acme-prod-destroy")
    before = world.changes()
    assert made(variables=True) == {}
    assert world.changes() == before


def test_without_force_destroy_in_question_only_a_destroy_waits(world):
    made(precious=False)
    rules = {name: bool(each["protection_rules"]) for name, each in world.now["environments"].items()}
    assert rules == {"prod": False, "prod-plan": False, "prod-destroy": True}


@pytest.mark.parametrize("plan", ["team", "free"])
def test_a_private_repository_without_reviewers_stops_no_run_and_is_told_what_that_means(world, plan):
    world.says(plan=plan, repository={**REPOSITORY, "private": True})
    for _ in range(2):  # the second run stops no more than the first, and says it again
        said = made(private=True)
        assert isinstance(said["environment prod"], LeftOut)
        assert "Deployments to prod wait for nobody: whoever may push to main deploys there" in said["environment prod"]
        assert "no job may destroy prod, and there is no role for it" in said["environment prod-destroy"]
        branches = [world.now["environments"][name]["branches"] for name in ("prod", "prod-destroy")]
        if plan == "team":
            assert branches == [["main"], ["main"]]
        else:
            assert branches == [[], []]
            assert "Whoever may push to any branch of it may deploy prod" in said["environment prod"]
    assert made(private=True, variables=True)["variables of prod"] is None, "its jobs run all the same"
    # The plan is paid for, and a run mends it.
    world.says(plan="enterprise")
    assert set(made(private=True).values()) == {None}
    assert made(private=True) == {}


def test_a_private_repository_without_environments_stops_no_run(world):
    world.says(plan="none", repository={**REPOSITORY, "private": True})
    for _ in range(2):
        said = made(private=True, variables=True)
        assert {type(each) for each in said.values()} == {LeftOut}
        assert "Nothing is deployed from GitHub: `just deploy`, as somebody who may" in said["environment prod"]


def test_what_a_public_repository_refuses_stops_bootstrap(world):
    world.says(refused=["PUT"])
    with pytest.raises(UserError, match="Must have admin rights"):
        made()


def test_nobody_gets_the_role_of_a_destroy_that_nobody_is_asked_about(world):
    world.says(plan="team", repository={**REPOSITORY, "private": True})
    made(private=True)
    iam_ = Role(names().trust("destroy"))  # of a time when the repository was public
    iam_.attached = [names().policy_arn("read")]
    step = iam._role(iam_, names(), "destroy", ("read",))
    assert not step.exists()
    assert isinstance(step.create(), LeftOut)
    assert iam_.trust is None
    assert iam_.attached == []
    world.says(plan="enterprise")
    made(private=True)
    assert step.create() is None
    assert step.exists()


@pytest.mark.parametrize("broken", ["POST", "PUT"])
def test_an_environment_that_was_half_made_is_mended(world, broken):
    world.says(broken=[broken])
    with pytest.raises(UserError, match="error connecting"):
        made()
    world.says(broken=[])
    assert made() != {}
    assert world.now["environments"]["prod"]["branches"] == ["main"]
    assert made() == {}


def test_an_environment_that_a_job_has_made_gets_what_it_lacks_and_keeps_what_people_set(world):
    """GitHub makes an environment when a job first names it: open to every branch, and nobody is asked."""
    people = {"type": "required_reviewers", "prevent_self_review": True,
              "reviewers": [{"type": "Team", "reviewer": {"id": 7}}]}  # fmt: skip
    wait = {"type": "wait_timer", "wait_timer": 30}
    world.says(
        environments={
            "prod": {"variables": {}, "branches": [], "protection_rules": [wait, people]},
            "prod-destroy": {"variables": {}, "branches": [], "protection_rules": []},
        }
    )
    made()
    prod = world.now["environments"]["prod"]
    assert prod["branches"] == ["main"]
    assert [rule["type"] for rule in prod["protection_rules"]] == ["wait_timer", "required_reviewers"]
    assert prod["protection_rules"][1]["prevent_self_review"] is True
    assert prod["protection_rules"][1]["reviewers"][0] == {"type": "Team", "reviewer": {"id": 7, "login": "me"}}
    assert world.now["environments"]["prod-destroy"]["protection_rules"][0]["type"] == "required_reviewers"
    assert made() == {}
