"""The caller of a request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """A caller by ARN; ``role`` is the role's name where the caller is a session of one."""

    arn: str
    account: str
    role: str | None = None

    @classmethod
    def root(cls, account: str) -> Principal:
        """The account itself: who has a key that is no role's, such as ``test``."""
        return cls(f"arn:aws:iam::{account}:root", account)

    @classmethod
    def parse(cls, arn: str) -> Principal:
        """The principal of an ARN that one of the others made."""
        account, resource = arn.split(":", 5)[4:]
        kind, _, name = resource.partition("/")
        return cls(arn, account, name.partition("/")[0] if kind == "assumed-role" else None)

    @classmethod
    def session(cls, account: str, role: str, name: str) -> Principal:
        """A session of *role*: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""
        return cls(f"arn:aws:sts::{account}:assumed-role/{role}/{name}", account, role)
