"""The repository's GitHub environments and their variables, through ``gh`` (https://cli.github.com/manual/gh_api)."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.steps import Step
from lakeloop.errors import UserError

BRANCH = "main"


@dataclass(frozen=True)
class GitHub:
    """``gh`` on one repository, ``OWNER/NAME``."""

    repository: str

    def run(self, *words: str, body: Any = None) -> subprocess.CompletedProcess[str]:
        """Run ``gh`` with *words*, *body* as JSON on its stdin."""
        given = "" if body is None else json.dumps(body)
        return subprocess.run(["gh", *words], input=given, capture_output=True, text=True, check=False)

    def ask(self, path: str) -> Any:
        """Document of GitHub's API at *path* below the repository; None if there is none. Raises ``UserError``."""
        asked = self.run("api", f"repos/{self.repository}/{path}")
        if asked.returncode:
            if "HTTP 404" in asked.stderr:
                return None
            raise UserError(_said(["api", path], asked))
        return json.loads(asked.stdout)

    def do(self, *words: str, body: Any = None) -> str:
        """Run what has to succeed; what it printed. Raises ``UserError`` with what ``gh`` says."""
        done = self.run(*words, body=body)
        if done.returncode:
            raise UserError(_said(words, done))
        return done.stdout


def problem(repository: str) -> str | None:
    """Why GitHub cannot be worked with, and what to do; None if it can."""
    asked = GitHub(repository).run("api", f"repos/{repository}")
    if asked.returncode == 0:
        return None
    return (
        f"GitHub ({repository}): {asked.stderr.strip() or 'gh failed'}. `gh auth login`, as an admin of the repository."
    )


def steps(names: Names, *, precious: bool) -> list[Step]:
    """One GitHub environment for each role, and in it what its jobs need to know.

    Args:
        precious: whether deployments wait for somebody's approval.
    """
    github = GitHub(names.repository)
    return [
        step
        for purpose in ("plan", "deploy")
        for step in (
            _environment(github, names.github_environment(purpose), purpose, precious and purpose == "deploy"),
            _variables(github, names.github_environment(purpose), variables(names, purpose)),
        )
    ]


def variables(names: Names, purpose: str) -> dict[str, str]:
    """Variables for jobs of *purpose* (``plan``, ``deploy``). Names, no secrets."""
    return {
        "AWS_ACCOUNT_ID": names.account,
        "AWS_REGION": names.region,
        "AWS_ROLE_ARN": names.role_arn(purpose),
        "TFSTATE_BUCKET": names.backend.bucket,
        "TFSTATE_KEY": names.backend.key,
        "TFSTATE_REGION": names.region,
    }


def _environment(github: GitHub, environment: str, purpose: str, approved: bool) -> Step:
    """Deployments start from one branch alone: whoever may push to another cannot take the deploy role. Plans are for pull
    requests, from any branch of the repository (GitHub gives the jobs of forks no token).

    An environment that is there is left as people have set it up, except that one without a branch policy gets one.
    """
    path = f"environments/{environment}"
    restricted = purpose == "deploy"

    def exists() -> bool:
        there = github.ask(path)
        return there is not None and (not restricted or there.get("deployment_branch_policy") is not None)

    def create() -> None:
        api = ("api", "--silent", "--method")
        body: dict[str, Any] = {}
        if restricted:
            body["deployment_branch_policy"] = {"protected_branches": False, "custom_branch_policies": True}
        if approved:
            body["reviewers"] = [{"type": "User", "id": int(github.do("api", "user", "--jq", ".id"))}]
        github.do(*api, "PUT", f"repos/{github.repository}/{path}", "--input", "-", body=body)
        if restricted:
            policies = f"repos/{github.repository}/{path}/deployment-branch-policies"
            github.do(*api, "POST", policies, "--input", "-", body={"name": BRANCH})

    def remove() -> None:
        if github.ask(path) is not None:
            github.do("api", "--silent", "--method", "DELETE", f"repos/{github.repository}/{path}")

    return Step(f"GitHub environment {environment}", exists, create, remove)


def _variables(github: GitHub, environment: str, wanted: dict[str, str]) -> Step:
    place = ("--env", environment, "--repo", github.repository)

    def there() -> dict[str, str]:
        asked = github.run("variable", "list", *place, "--json", "name,value")
        return {each["name"]: each["value"] for each in json.loads(asked.stdout)} if asked.returncode == 0 else {}

    def create() -> None:
        known = there()
        for name, value in wanted.items():
            if known.get(name) != value:
                github.do("variable", "set", name, "--body", value, *place)

    return Step(
        f"GitHub variables of {environment}",
        lambda: wanted.items() <= there().items(),
        create,
        lambda: None,  # they go with the environment
    )


def _said(words: Any, done: subprocess.CompletedProcess[str]) -> str:
    return f"`gh {' '.join(words)}` failed: {done.stderr.strip() or done.stdout.strip()}"
