"""Checks a request against Athena's published service model: required members, lengths, patterns. botocore carries it.

The messages have the form that AWS services generate from the same model.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

from local_athena.api.errors import InvalidRequestException

_JAVA_PAIRS, _PYTHON_CHARACTERS = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"


@functools.cache
def service_model() -> ServiceModel:
    """Athena's API as botocore knows it, whatever the shell says to botocore's sessions."""
    return ServiceModel(Loader().load_service_model("athena", "service-2"), "athena")


def validate(operation: str, request: dict[str, Any]) -> None:
    """Raise ``InvalidRequestException`` naming everything in *request* that *operation* does not allow."""
    shape = _operation(operation).input_shape
    problems = list(_problems(shape, request, "")) if shape is not None else []
    if problems:
        plural = "s" if len(problems) > 1 else ""
        raise InvalidRequestException(
            f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}", "INVALID_INPUT"
        )


@functools.cache
def _operation(name: str) -> OperationModel:
    return service_model().operation_model(name)


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            yield _complaint(value, path, "Member must be a structure")
            return
        for name in shape.required_members:
            if value.get(name) is None:
                yield _complaint(None, _join(path, name), "Member must not be null")
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _problems(member, value[name], _join(path, name))
    elif shape.type_name == "list":
        yield from _out_of_bounds(shape, value, path, len(value))
        for index, item in enumerate(value):
            yield from _problems(shape.member, item, f"{path}.{index + 1}.member")
    elif shape.type_name == "string":
        yield from _out_of_bounds(shape, value, path, len(value))
        if shape.enum and value not in shape.enum:
            yield _complaint(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
        pattern = shape.metadata.get("pattern")
        if pattern and not _matches(pattern, value):
            yield _complaint(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    elif shape.type_name in ("integer", "long"):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and value < low:
            yield _complaint(value, path, f"Member must have value greater than or equal to {low}")
        if high is not None and value > high:
            yield _complaint(value, path, f"Member must have value less than or equal to {high}")


def _out_of_bounds(shape: Shape, value: Any, path: str, length: int) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and length < low:
        yield _complaint(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and length > high:
        yield _complaint(value, path, f"Member must have length less than or equal to {high}")


def _matches(pattern: str, value: str) -> bool:
    # Java writes the characters beyond the basic plane as surrogate pairs; Python has none in its strings.
    return re.fullmatch(pattern.replace(_JAVA_PAIRS, _PYTHON_CHARACTERS), value) is not None


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _complaint(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else str(value)[:200]
    subject = "Value null" if value is None else f"Value '{shown}'"
    return f"{subject} at '{path}' failed to satisfy constraint: {constraint}"
