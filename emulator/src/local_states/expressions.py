"""JSONata as Step Functions evaluates it: the language of jsonata.org, without ``$eval``, with six functions of its own.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from jsonata import Jsonata
from jsonata.utils import Utils

_MOST_ITEMS = 1_000
_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class ExpressionError(Exception):
    """An expression that has no value: it is no JSONata, or fails. The text says why."""


def evaluate(expression: str) -> Any:
    """The value of *expression* as JSON has it; None also where it has none (``$exists`` tells the two apart).

    Raises:
        ExpressionError: it is no JSONata, fails, or its value is none of JSON's, such as a function.
    """
    try:
        parsed = Jsonata(expression)
        for name, function in _FUNCTIONS.items():
            parsed.register_lambda(name, function)
        return json.loads(json.dumps(parsed.evaluate(None), allow_nan=False))
    except ExpressionError:
        raise
    except RecursionError:
        raise ExpressionError("The expression is nested too deeply, or calls itself without end.") from None
    except Exception as error:  # the library raises whatever Python does
        raise ExpressionError(str(error) or type(error).__name__) from error


def _partition(items: list[Any], size: float) -> list[list[Any]]:
    if not isinstance(items, list) or not _whole(size) or size < 1:
        raise ExpressionError("$partition takes an array and a number of items from 1.")
    return [items[start : start + int(size)] for start in range(0, len(items), int(size))]


def _range(first: float, last: float, step: float) -> list[int]:
    if not all(map(_whole, (first, last, step))) or step == 0:
        raise ExpressionError("$range takes three whole numbers, of which the step is not 0.")
    found = range(int(first), int(last) + (1 if step > 0 else -1), int(step))
    if len(found) > _MOST_ITEMS:
        raise ExpressionError(f"$range makes at most {_MOST_ITEMS:,} items, not {len(found):,}.")
    return list(found)


def _hash(text: str, algorithm: str) -> str:
    if not isinstance(text, str) or algorithm not in _HASHES:
        raise ExpressionError(f"$hash takes a text and one of {', '.join(_HASHES)}.")
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _random(seed: float | None = None) -> float:
    return random.Random(seed).random()  # nosec B311: no secret


def _parse(text: str) -> Any:
    try:
        return _nulls(json.loads(text))
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"$parse takes a text of JSON: {error}") from None


def _eval(*_: Any) -> Any:
    raise ExpressionError("$eval is not supported by Step Functions; $parse reads JSON.")


def _nulls(value: Any) -> Any:
    """*value* with JSONata's null for JSON's: None would be a value that is not there."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, Mapping):
        return {key: _nulls(one) for key, one in value.items()}
    return [_nulls(one) for one in value] if isinstance(value, list) else value


def _whole(number: Any) -> bool:
    return (
        isinstance(number, int | float)
        and not isinstance(number, bool)
        and math.isfinite(number)
        and number == int(number)
    )


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": lambda: str(uuid.uuid4()),
    "parse": _parse,
    "eval": _eval,
}
