"""Names of what a `tf-destroy` takes, for people, before it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lakeloop.aws.place import Place

# Types of Terraform's whose contents go with them, the member with the name, and what people call them.
_NAMED = (
    ("aws_s3_bucket", "bucket", "bucket"),
    ("aws_glue_catalog_database", "name", "database"),
    ("aws_lambda_function", "function_name", "function"),
)


def described(shown: str, place: Place) -> str:
    """A line about *shown*, which is what `terraform show -json` printed of the state at *place*."""
    try:
        state = json.loads(shown)
    except ValueError:
        state = {}
    resources = list(_resources(state.get("values", {}).get("root_module", {})))
    if not resources:
        return f"There is nothing of {place}."
    said = [f"From {place}, this goes: {len(resources)} resource{'s' if len(resources) > 1 else ''}"]
    for kind, member, word in _NAMED:
        names = sorted(str(found["values"][member]) for found in resources if found["type"] == kind)
        if names:
            said.append(f"{word}{'s' if len(names) > 1 else ''} {', '.join(names)}")
    return "; ".join(said) + ". What is in buckets and databases goes with them."


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (resource for resource in module.get("resources", ()) if resource.get("mode") == "managed")
    for child in module.get("child_modules", ()):
        yield from _resources(child)
