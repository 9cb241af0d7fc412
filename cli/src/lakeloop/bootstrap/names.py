"""Names of bootstrap's resources, and the values for the policies' templates."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import Any

from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.backend import Backend, state_bucket, state_key
from lakeloop.aws.terraform.catalog import databases, foreign
from lakeloop.aws.tfvars import kms_key_arn, prefix, texts
from lakeloop.bootstrap.documents import LARGEST, MOST, dense, packed, size
from lakeloop.bootstrap.sources import Sources
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
BUCKETS = ("raw", "processed", "athena-results", "artifacts")
_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Names:
    """An environment of a repository in an account.

    ``repository`` is ``OWNER/NAME``; ``kms_key_arn`` a customer's key, empty if there is none.
    """

    project: str
    environment: str
    prefix: str
    repository: str
    account: str
    partition: str
    region: str
    kms_key_arn: str = ""
    sources: Sources = field(default_factory=Sources)
    databases: tuple[str, ...] = ()
    """Databases of dbt's whose names do not begin with the environment's."""
    subjects: tuple[str, ...] = ()
    """Beginnings of the subjects of the repository's jobs; of its name alone where GitHub was not asked."""

    @property
    def backend(self) -> Backend:
        """Backend of Terraform's state."""
        return Backend(
            state_bucket(self.prefix, self.environment), state_key(self.project, self.environment), self.region
        )

    @property
    def lake_buckets(self) -> list[str]:
        """The buckets that Terraform will make."""
        return [f"{self.prefix}-{self.environment}-{purpose}" for purpose in BUCKETS]

    @property
    def bucket_arns(self) -> tuple[str, str]:
        """ARNs of the state's bucket, and of all objects in it."""
        bucket = f"arn:{self.partition}:s3:::{self.backend.bucket}"
        return bucket, f"{bucket}/*"

    @property
    def provider_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:oidc-provider/{ISSUER}"

    @property
    def boundary_arn(self) -> str:
        """The policy that bounds every role which the deploy role makes."""
        return self.policy_arn("boundary")

    def policy(self, name: str) -> str:
        """Name of a managed policy in the account: ``boundary``, or a role's, such as ``deploy-1``."""
        return f"{self.project}-{self.environment}-{name}"

    def policy_arn(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:policy/{self.policy(name)}"

    def role(self, purpose: str) -> str:
        """The name of the role for *purpose*: ``plan``, ``deploy`` or ``destroy``."""
        return f"{self.project}-{self.environment}-{purpose}"

    def role_arn(self, purpose: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role(purpose)}"

    def github_environment(self, purpose: str) -> str:
        """The GitHub environment whose jobs may take the role."""
        return self.environment if purpose == "deploy" else f"{self.environment}-{purpose}"

    def trust(self, purpose: str) -> dict[str, Any]:
        """Trust policy of the role: jobs of one GitHub environment of one repository.

        https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
        """
        document = self.document("trust")
        (statement,) = document["Statement"]
        statement["Condition"]["StringEquals"][f"{ISSUER}:sub"] = [
            f"{subject}:environment:{self.github_environment(purpose)}"
            for subject in self.subjects or (f"repo:{self.repository}",)
        ]
        return document

    def document(self, name: str) -> dict[str, Any]:
        """The policy ``policies/<name>.json``, filled in. IAM gets statements of several as ``documents``."""
        text = (files("lakeloop.bootstrap") / "policies" / f"{name}.json").read_text("utf-8")
        values = self.values()
        document: dict[str, Any] = json.loads(Template(text).substitute(values))
        # Without a key, a statement about it would be about nothing.
        document["Statement"] = [one for one in document["Statement"] if one.get("Resource") != [""]]
        for statement in document["Statement"]:
            if isinstance(statement.get("Resource"), list):
                statement["Resource"] += self._of_databases(statement["Resource"], f"/{values['database']}_*")
        document["Statement"] += self.sources.statements(name, values)
        return document

    def values(self) -> dict[str, str]:
        """Values of the policies' placeholders."""
        return {
            "account": self.account,
            "artifacts_bucket": f"{self.prefix}-{self.environment}-artifacts",
            "audience": AUDIENCE,
            "boundary_arn": self.boundary_arn,
            "database": f"{self.project.replace('-', '_')}_{self.environment}",
            "environment": self.environment,
            "issuer": ISSUER,
            "kms_key_arn": self.kms_key_arn,
            "lake": f"{self.prefix}-{self.environment}",
            "partition": self.partition,
            "project": self.project,
            "provider_arn": self.provider_arn,
            "region": self.region,
            "state_bucket": self.backend.bucket,
            "state_key": self.backend.key,
        }

    def boundary(self) -> dict[str, Any]:
        """The boundary as IAM gets it. Raises ``UserError`` if it is more than IAM takes."""
        return self._fitting("boundary", dense(self.document("boundary")["Statement"]))

    def documents(self, purpose: str, parts: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The policies of the role for *purpose* as IAM gets them, by name: statements of *parts* (``policies/<part>.json``).

        Raises:
            UserError: they are more than IAM takes.
        """
        found = packed(statement for part in parts for statement in self.document(part)["Statement"])
        if len(found) > MOST:
            raise UserError(
                f"The role {self.role(purpose)} would have {len(found)} policies, and IAM takes {MOST}: {self._large()}"
            )
        return {
            name: self._fitting(name, each)
            for name, each in ((f"{purpose}-{number}", each) for number, each in enumerate(found, start=1))
        }

    def _fitting(self, name: str, document: dict[str, Any]) -> dict[str, Any]:
        if (characters := size(document)) > LARGEST:
            raise UserError(
                f"The policy {self.policy(name)} would have {characters} characters, and IAM takes {LARGEST}: {self._large()}"
            )
        return document

    def _large(self) -> str:
        """Settings by which policies grow, for people."""
        return (
            f"dbt writes {len(self.databases)} databases of other names, and reads {len(self.sources.databases)} databases and "
            f"{len(self.sources.locations)} locations of others. Use fewer."
        )

    def _of_databases(self, resources: list[str], own: str) -> list[str]:
        """Grants on the environment's *own* databases, for those of other names."""
        return [one.replace(own, f"/{name}") for name in self.databases for one in resources if own in one]


def names_of(
    workspace: Workspace, place: Place, account: Account, repository: str = "", subjects: tuple[str, ...] = ()
) -> Names:
    """The names of *place*, in its region. Without *repository*, those alone that do not depend on it."""
    env = place.environment
    database = f"{workspace.settings.database_prefix}_{env}"
    own, others = databases(workspace, env)
    return Names(
        workspace.settings.name,
        env,
        prefix(workspace, env),
        repository,
        account.id,
        account.partition,
        place.region,
        kms_key_arn(workspace, env),
        Sources(others, texts(workspace, env, "source_locations"), texts(workspace, env, "dynamodb_tables")),
        tuple(foreign(own, database)),
        subjects,
    )


def repository(workspace: Workspace, given: str | None) -> str:
    """``OWNER/NAME``: as *given*, or of git's remote ``origin``.

    Raises:
        UserError: neither says it.
    """
    if given is None:
        url = _origin(workspace)
        # git@github.com:OWNER/NAME.git, https://github.com/OWNER/NAME
        found = re.search(r"github\.com[:/](?P<name>[^/]+/[^/]+?)(\.git)?/?$", url)
        if found is None:
            what = f"git's remote `origin` is {url}" if url else "git has no remote `origin`"
            raise UserError(f"The GitHub repository is not known: {what}. Say repo=OWNER/NAME.")
        given = found["name"]
    if not _REPOSITORY.fullmatch(given):
        raise UserError(f"repo={given} is no repository of GitHub's. Say repo=OWNER/NAME.")
    return given


def _origin(workspace: Workspace) -> str:
    """The URL of git's remote; empty if there is none."""
    asked = subprocess.run(
        ["git", "remote", "get-url", "origin"], cwd=workspace.root, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
