"""The repository's GitHub environments and their variables, through ``gh`` (https://cli.github.com/manual/gh_api).

How far an environment can be protected depends on the plan: required reviewers of private repositories come with Enterprise
alone, environments of private repositories with Pro or Team at least. GitHub refuses the rest with 422.
https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.steps import LeftOut, Step
from lakeloop.errors import UserError

BRANCH = "main"
_STATUS = re.compile(r"\(HTTP (\d{3})\)")
# GitHub's answers to what a plan does not have: to a rule, to an environment as such, to its variables.
_NOT_IN_PLAN = ("403", "404", "422")
_RULE = "422"


class Refused(UserError):
    """A call that GitHub refused; ``status`` is HTTP's, empty if there was none."""

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class GitHub:
    """``gh`` on one repository, ``OWNER/NAME``."""

    repository: str

    def run(self, *words: str, body: Any = None) -> subprocess.CompletedProcess[str]:
        """Run ``gh`` with *words*, *body* as JSON on its stdin. Raises ``UserError`` if there is no such program."""
        given = "" if body is None else json.dumps(body)
        try:
            return subprocess.run(["gh", *words], input=given, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise UserError("gh is not on the PATH: https://cli.github.com") from None

    def repository_document(self) -> dict[str, Any]:
        """GitHub's description of the repository, which it also finds by a name of before. Raises ``UserError``."""
        asked = self.run("api", f"repos/{self.repository}")
        if asked.returncode:
            reason = asked.stderr.strip() or "gh failed"
            raise UserError(f"GitHub ({self.repository}): {reason}. `gh auth login`, as an admin of the repository.")
        document: dict[str, Any] = json.loads(asked.stdout)
        return document

    def ask(self, path: str) -> Any:
        """Document of GitHub's API at *path* below the repository; None if there is none. Raises ``UserError``."""
        return self._ask(f"repos/{self.repository}/{path}")

    def ask_of_owner(self, path: str) -> Any:
        """The same below the organization; None if the owner is none."""
        return self._ask(f"orgs/{self.repository.partition('/')[0]}/{path}")

    def _ask(self, path: str) -> Any:
        try:
            return json.loads(self.do("api", path))
        except Refused as refused:
            if refused.status == "404":
                return None
            raise

    def do(self, *words: str, body: Any = None) -> str:
        """Run what has to succeed; what it printed. Raises ``Refused`` with what ``gh`` says."""
        done = self.run(*words, body=body)
        if done.returncode:
            said = done.stderr.strip() or done.stdout.strip()
            status = _STATUS.search(said)
            raise Refused(f"`gh {' '.join(words)}` failed: {said}", status[1] if status else "")
        return done.stdout

    def reviewed(self, environment: str) -> bool:
        """Whether the jobs of *environment* wait for a reviewer."""
        return bool(_rule(self.ask(f"environments/{environment}"), "required_reviewers").get("reviewers"))


def steps(names: Names, *, precious: bool, private: bool = False) -> list[Step]:
    """One GitHub environment for each role.

    Args:
        precious: whether deployments wait for somebody's approval.
        private: whether the repository is: then the plan decides how far it can be protected.
    """
    github = GitHub(names.repository)
    return [
        Environment(github, names, purpose, _approved(purpose, precious), private).step
        for purpose in ("plan", "deploy", "destroy")
    ]


def _approved(purpose: str, precious: bool) -> bool:
    """Whether jobs wait for a reviewer: a destroy always, a deployment where data is kept."""
    return purpose == "destroy" or (purpose == "deploy" and precious)


def variable_steps(names: Names, *, private: bool = False) -> list[Step]:
    """Variables for the jobs of each environment, in the environments that are there."""
    github = GitHub(names.repository)
    return [
        _variables(github, names.github_environment(purpose), variables(names, purpose), private)
        for purpose in ("plan", "deploy", "destroy")
    ]


def variables(names: Names, purpose: str) -> dict[str, str]:
    """Variables for jobs of *purpose* (``plan``, ``deploy``, ``destroy``). Names, no secrets."""
    return {
        "AWS_ACCOUNT_ID": names.account,
        "AWS_REGION": names.region,
        "AWS_ROLE_ARN": names.role_arn(purpose),
        "TFSTATE_BUCKET": names.backend.bucket,
        "TFSTATE_KEY": names.backend.key,
        "TFSTATE_REGION": names.region,
    }


@dataclass(frozen=True)
class Environment:
    """The GitHub environment of a role.

    Jobs that change anything start from one branch alone: whoever may push to another cannot take their role. Plans are for
    pull requests, from any branch of the repository (GitHub gives the jobs of forks no token). What people have set up
    besides stays: waits, reviewers, other branches. A missing branch or reviewer is a half-made environment, and mended.
    """

    github: GitHub
    names: Names
    purpose: str
    approved: bool
    private: bool

    @property
    def name(self) -> str:
        return self.names.github_environment(self.purpose)

    @property
    def step(self) -> Step:
        return Step(f"GitHub environment {self.name}", self.exists, self.create, self.remove)

    @property
    def _path(self) -> str:
        return f"environments/{self.name}"

    @property
    def _restricted(self) -> bool:
        return self.purpose != "plan"

    def exists(self) -> bool:
        there = self.github.ask(self._path)
        if there is None or (self.approved and not _reviewers(there)):
            return False
        return not self._restricted or self._branches(there)

    def _branches(self, there: dict[str, Any]) -> bool:
        """Whether the environment names a branch: without a policy every branch may use it, with an empty one none."""
        policy = there.get("deployment_branch_policy")
        if policy is None:
            return False
        if not policy.get("custom_branch_policies"):
            return bool(policy.get("protected_branches"))
        listed = self.github.ask(f"{self._path}/deployment-branch-policies") or {}
        return bool(listed.get("branch_policies"))

    def create(self) -> LeftOut | None:
        there = self.github.ask(self._path)
        kept = _kept(there or {})
        rules: dict[str, Any] = {}
        if self._restricted and kept.get("deployment_branch_policy") is None:
            rules["deployment_branch_policy"] = {"protected_branches": False, "custom_branch_policies": True}
        if self.approved and "reviewers" not in kept:
            rules["reviewers"] = [{"type": "User", "id": int(self.github.do("api", "user", "--jq", ".id"))}]
        try:
            missing = self._put(kept, rules, fresh=there is None)
            if self._restricted and "deployment_branch_policy" not in missing:
                self._name_branch()
        except Refused as refused:
            if not (self.private and refused.status in _NOT_IN_PLAN):
                raise
            return LeftOut(f"GitHub gives this private repository none ({refused.status}). {_NO_ENVIRONMENT}")
        return LeftOut(" ".join(self._without(rule) for rule in missing)) if missing else None

    def _put(self, kept: dict[str, Any], rules: dict[str, Any], *, fresh: bool) -> list[str]:
        """Set *rules* beside what is *kept*; the names of those that the repository's plan does not have."""
        missing: list[str] = []
        # The reviewers go first: they are the rule that most plans lack.
        for rule in [None, *(name for name in ("reviewers", "deployment_branch_policy") if name in rules)]:
            if rule:
                missing.append(rule)
            asked = {name: value for name, value in rules.items() if name not in missing}
            if missing and not asked and not fresh:
                break
            path = f"repos/{self.github.repository}/{self._path}"
            try:
                self.github.do("api", "--silent", "--method", "PUT", path, "--input", "-", body={**kept, **asked})
                break
            except Refused as refused:
                if refused.status != _RULE or not asked or not self.private:
                    raise
        return missing

    def _name_branch(self) -> None:
        there = self.github.ask(self._path)
        policy = there and there.get("deployment_branch_policy")
        if policy and policy.get("custom_branch_policies") and not self._branches(there):
            policies = f"repos/{self.github.repository}/{self._path}/deployment-branch-policies"
            self.github.do("api", "--silent", "--method", "POST", policies, "--input", "-", body={"name": BRANCH})

    def _without(self, rule: str) -> str:
        """Meaning of a *rule* that the repository's plan does not have."""
        if rule == "deployment_branch_policy":
            return (
                f"No branch policy: GitHub refuses one to this private repository. Whoever may push to any branch of it may "
                f"{self.purpose} {self.names.environment}. {_UPGRADE}"
            )
        if self.purpose == "destroy":
            return (
                f"No reviewer: GitHub refuses one to this private repository. So no job may destroy {self.names.environment}, "
                f"and there is no role for it: `just destroy env={self.names.environment}`, as somebody who may. {_UPGRADE}"
            )
        return (
            f"No reviewer: GitHub refuses one to this private repository. Deployments to {self.names.environment} wait for "
            f"nobody: whoever may push to {BRANCH} deploys there. {_UPGRADE}"
        )

    def remove(self) -> None:
        if self.github.ask(self._path) is not None:
            self.github.do("api", "--silent", "--method", "DELETE", f"repos/{self.github.repository}/{self._path}")


_UPGRADE = "A public repository has it, or GitHub Enterprise; bootstrap again then."
_NO_ENVIRONMENT = (
    "Nothing is deployed from GitHub: `just deploy`, as somebody who may. A public repository has environments, or GitHub Pro "
    "and Team; bootstrap again then."
)


def _kept(there: dict[str, Any]) -> dict[str, Any]:
    """Settings of an environment as a change of it has to repeat them: what is left out is reset.

    https://docs.github.com/en/rest/deployments/environments#create-or-update-an-environment
    """
    kept: dict[str, Any] = {}
    if wait := _rule(there, "wait_timer").get("wait_timer"):
        kept["wait_timer"] = wait
    if reviewers := _reviewers(there):
        kept["reviewers"] = reviewers
        kept["prevent_self_review"] = bool(_rule(there, "required_reviewers").get("prevent_self_review"))
    if there.get("deployment_branch_policy") is not None:
        kept["deployment_branch_policy"] = there["deployment_branch_policy"]
    return kept


def _reviewers(there: dict[str, Any]) -> list[dict[str, Any]]:
    listed = _rule(there, "required_reviewers").get("reviewers") or []
    return [{"type": each["type"], "id": each["reviewer"]["id"]} for each in listed]


def _rule(there: dict[str, Any] | None, kind: str) -> dict[str, Any]:
    rules = (there or {}).get("protection_rules") or []
    return next((rule for rule in rules if rule.get("type") == kind), {})


def _variables(github: GitHub, environment: str, wanted: dict[str, str], private: bool) -> Step:
    place = ("--env", environment, "--repo", github.repository)

    def there() -> dict[str, str]:
        asked = github.run("variable", "list", *place, "--json", "name,value")
        return {each["name"]: each["value"] for each in json.loads(asked.stdout)} if asked.returncode == 0 else {}

    def create() -> LeftOut | None:
        if private and github.ask(f"environments/{environment}") is None:
            return LeftOut("there is no such environment (above).")
        known = there()
        try:
            for name, value in wanted.items():
                if known.get(name) != value:
                    github.do("variable", "set", name, "--body", value, *place)
        except Refused as refused:
            if not (private and refused.status in _NOT_IN_PLAN):
                raise
            return LeftOut(f"GitHub takes none of this private repository ({refused.status}). {_NO_ENVIRONMENT}")
        return None

    return Step(
        f"GitHub variables of {environment}",
        lambda: wanted.items() <= there().items(),
        create,
        lambda: None,  # they go with the environment
    )
