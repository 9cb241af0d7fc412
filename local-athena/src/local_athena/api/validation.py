"""Checks a request against Athena's published service model: required members, lengths, patterns. botocore carries it.

The messages are those of the service: https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/errors.md,
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md (#83)
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

from local_athena.api.errors import InvalidRequestException
from local_athena.api.reading import read

_JAVA_PAIRS, _PYTHON_CHARACTERS = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"
_MAXIMA = {"MaxQueryResults": 100_000}
"""Maxima beyond the model's: what is between the two is refused later, and in other words."""


@functools.cache
def service_model() -> ServiceModel:
    """Athena's API as botocore knows it, whatever the shell says to botocore's sessions."""
    return ServiceModel(Loader().load_service_model("athena", "service-2"), "athena")


def validated(operation: str, request: Any) -> dict[str, Any]:
    """*request* with the members that *operation* has.

    :raises SerializationException: for a value of another type.
    :raises InvalidRequestException: naming everything else that *operation* does not allow.
    """
    shape = _operation(operation).input_shape
    given: dict[str, Any] = read(shape, request)
    problems = [*_problems(shape, given, "")]
    if problems:
        plural = "s" if len(problems) > 1 else ""
        raise InvalidRequestException(
            f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}", "INVALID_INPUT"
        )
    return given


@functools.cache
def _operation(name: str) -> OperationModel:
    return service_model().operation_model(name)


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            for name in shape.required_members:
                if name not in value:
                    yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
            for name, member in shape.members.items():
                if name in value:
                    yield from _problems(member, value[name], _join(path, name))
        case "list":
            yield from _out_of_bounds(shape, path, len(value), "length")
            for index, item in enumerate(value):
                yield from _problems(shape.member, item, f"{path}.{index + 1}.member")
        case "string":
            yield from _out_of_bounds(shape, path, len(value), "length")
            if shape.enum and value not in shape.enum:
                yield _complaint(path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
            pattern = shape.metadata.get("pattern")
            if pattern and not _matches(pattern, value):
                yield _complaint(path, f"satisfy regular expression pattern: {pattern}")
        case "integer" | "long":
            yield from _out_of_bounds(shape, path, value, "value")


def _out_of_bounds(shape: Shape, path: str, size: int, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), _MAXIMA.get(shape.name, shape.metadata.get("max"))
    if low is not None and size < low:
        yield _complaint(path, f"have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield _complaint(path, f"have {what} less than or equal to {high}")


def _matches(pattern: str, value: str) -> bool:
    # Java writes the characters beyond the basic plane as surrogate pairs; Python has none in its strings.
    return re.fullmatch(pattern.replace(_JAVA_PAIRS, _PYTHON_CHARACTERS), value) is not None


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _complaint(path: str, constraint: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: Member must {constraint}"
