"""JSONata as Step Functions has it: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from local_states import ExpressionError, evaluate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$partition([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 2)", [0, 2, 4, 6, 8, 10]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(1, 0, 1)", []),
        ("$hash('lake', 'MD5')", "97d986e2afa2c72986972e6433fbeaf9"),  # pragma: allowlist secret
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$type($parse('null'))", "null"),
        ("$exists($parse('{\"a\": null}').a)", True),
        ("$random(7) = $random(7)", True),
        ("$sum([1, 2.5])", 3.5),
        ("10 / 5", 2),
        ("$exists($nope)", False),
        ("$map([1, 2], function($v) { $v * 2 })", [2, 4]),
    ],
)
def test_values(expression: str, value: Any) -> None:
    assert evaluate(expression) == value


def test_every_uuid_is_another() -> None:
    one, two = evaluate("[$uuid(), $uuid()]")
    assert one != two
    assert uuid.UUID(one).version == 4


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("1 +", "Unexpected end of expression"),
        ("$nope(1)", "non-function"),
        ("$eval('1 + 1')", r"\$eval is not supported"),
        ("$parse('{')", r"\$parse takes a text of JSON"),
        ("$range(0, 10000, 1)", "at most 1,000 items, not 10,001"),
        ("$range(0, 1, 0)", "step is not 0"),
        ("$partition([1], 0)", "number of items from 1"),
        ("$hash('a', 'CRC')", "one of MD5"),
        ("($f := function($x) { $f($x + 1) + 1 }; $f(1))", "."),
        ("function($x) { $x }", "."),
    ],
)
def test_what_has_no_value_says_why(expression: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        evaluate(expression)
