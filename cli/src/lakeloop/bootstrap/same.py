"""Comparison of what is there with what bootstrap sets: what AWS and GitHub say besides is theirs.

S3 answers members that did not exist when a setting was made (``BlockedEncryptionTypes``, since April 2026), and IAM and S3 may
write a policy another way than they were given it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Members of a statement that are one text or a list of texts, in any order:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
_SETS = ("Action", "NotAction", "NotResource", "Resource")


def holds(there: Any, wanted: Any) -> bool:
    """Whether *there* says all that *wanted* says: of an object each member, of a list each item, in any order."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(
            name in there and holds(there[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(there, list) and all(any(holds(item, each) for item in there) for each in wanted)
    return bool(there == wanted)


def same_policy(there: Any, wanted: Any) -> bool:
    """Whether two policy documents mean the same. Of a policy every statement counts: one more is another policy."""
    return bool(_normal(there) == _normal(wanted))


def _normal(document: Any) -> Any:
    if not isinstance(document, Mapping):
        return document
    statements = document.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": sorted((_statement(each) for each in listed), key=repr)}


def _statement(statement: Mapping[str, Any]) -> list[tuple[str, Any]]:
    normal: dict[str, Any] = {}
    for name, value in statement.items():
        if name in _SETS:
            normal[name] = _set(value)
        elif name in ("Principal", "NotPrincipal"):
            named = {"AWS": value} if isinstance(value, str) else value
            normal[name] = sorted((kind, _set(who)) for kind, who in named.items())
        elif name == "Condition":
            normal[name] = sorted(
                (operator, sorted((key.lower(), _set(values)) for key, values in keys.items()))
                for operator, keys in value.items()
            )
        else:
            normal[name] = value
    return sorted(normal.items())


def _set(value: Any) -> list[str]:
    return sorted({str(each) for each in (value if isinstance(value, list) else [value])})
