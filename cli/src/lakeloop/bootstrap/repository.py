"""The repository as GitHub knows it: its name in GitHub's spelling, and the subject that its jobs have.

A subject (``sub``) has one of two forms. Repositories made, renamed or transferred since 15 July 2026 have the ids of owner and
repository in it, ``repo:OWNER@ID/NAME@ID:environment:X``; before, the names alone, ``repo:OWNER/NAME:environment:X``:
https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
AWS compares it letter for letter, GitHub takes a name in any case:
https://github.com/aws-actions/configure-aws-credentials/issues/318
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lakeloop.bootstrap.github import GitHub
from lakeloop.errors import UserError

# Claims of which the subject is made unless somebody says otherwise; `context` is the environment, for jobs that have one.
# https://docs.github.com/en/actions/reference/security/oidc#customizing-the-token-claims
_DEFAULT = ["repo", "context"]


@dataclass(frozen=True)
class Repository:
    """``full_name`` is OWNER/NAME as GitHub spells it; ``subjects`` begin the subjects of its jobs, as far as they are known."""

    full_name: str
    subjects: tuple[str, ...] = ()
    private: bool = False


def look_up(name: str) -> Repository:
    """The repository that *name* (OWNER/NAME) leads to, also if it was renamed or transferred since.

    Raises:
        UserError: there is none, one may not administrate it, or its jobs have subjects that no role can be bound to.
    """
    about = GitHub(name).repository_document()
    if about.get("permissions", {}).get("admin") is False:
        raise UserError(
            f"GitHub ({name}): you may not administrate it, and environments are made by admins alone. `gh auth login`, as an "
            "admin of the repository."
        )
    full_name = str(about["full_name"])
    return Repository(full_name, _subjects(full_name, about), bool(about.get("private")))


def moved(given: str, now: str) -> str | None:
    """Message for a repository that is called otherwise *now* than it was *given*; None if it is not."""
    if given.lower() == now.lower():
        return None
    return (
        f"{given} is {now} on GitHub now: renamed or transferred. Roles and environments are made for {now}; "
        f"`git remote set-url origin https://github.com/{now}.git` tells git."
    )


def _subjects(full_name: str, about: dict[str, Any]) -> tuple[str, ...]:
    """Beginnings of the subjects to trust: the one that GitHub issues now, and the one with ids, to which a rename or a switch
    in the settings changes it. The one with names alone is trusted only as long as it is issued: names are given anew.
    """
    github = GitHub(full_name)
    said = github.ask("actions/oidc/customization/sub") or {}
    claims = said.get("include_claim_keys")
    if not said.get("use_default", True) and claims is None:
        claims = (github.ask_of_owner("actions/oidc/customization/sub") or {}).get("include_claim_keys")
    if not said.get("use_default", True) and claims not in (None, _DEFAULT):
        raise UserError(
            f"GitHub ({full_name}): the subject of its jobs is made of {', '.join(claims)}, and AWS tells environments apart by "
            f"the default one. `gh api --method PUT repos/{full_name}/actions/oidc/customization/sub -F use_default=true` "
            "goes back to it."
        )
    owner, _, name = full_name.partition("/")
    with_ids = f"repo:{owner}@{about['owner']['id']}/{name}@{about['id']}"
    issued = said.get("sub_claim_prefix") or (with_ids if said.get("use_immutable_subject") else f"repo:{full_name}")
    return tuple(dict.fromkeys((str(issued), with_ids)))
