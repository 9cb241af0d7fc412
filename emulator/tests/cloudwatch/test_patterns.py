"""Filter patterns match what AWS's documentation says, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloudwatch import embedded, metric_filters, patterns
from local_cloudwatch.errors import PatternError

WORDS = st.sampled_from(["ERROR", "WARN", "denied", "a_b", "404"])
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(-3, 3) | st.sampled_from([0.5, 1e3])


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", ["", "anything"], []),
        ("ERROR", ["[ERROR 400] BAD REQUEST"], ["error", "WARN"]),
        ("ERROR ARGUMENTS", ["ARGUMENTS: an ERROR"], ["ERROR", "ARGUMENTS"]),
        ("?ERROR ?ARGUMENTS", ["ERROR", "ARGUMENTS"], ["nothing"]),
        ('"INTERNAL SERVER ERROR"', ["[ERROR 500] INTERNAL SERVER ERROR"], ["INTERNAL ERROR"]),
        ("ERROR -ARGUMENTS", ["ERROR 400"], ["ERROR ARGUMENTS", "ARGUMENTS"]),
        ('-"a b"', ["ab", ""], ["a b"]),
        ("?a ERROR", ["ERROR"], ["a"]),
        ("%AUTH[A-Z]+%", ["UNAUTHORIZED"], ["AUTH"]),
        (
            '{ $.eventType = "UpdateTrail" }',
            ['{"eventType": "UpdateTrail"}'],
            ['{"eventType": "Other"}', "{", "[1]", "{}"],
        ),
        ("{ $.ip != 123.123.* }", ['{"ip": "10.0.0.1"}'], ['{"ip": "123.123.9.9"}', "{}"]),
        (
            '{ $.arrayKey[0] = "value" }',
            ['{"arrayKey": ["value", "x"]}'],
            ['{"arrayKey": []}', '{"arrayKey": "value"}'],
        ),
        ("{ $.a.b[1].c >= 4e2 }", ['{"a": {"b": [0, {"c": 400}]}}'], ['{"a": {"b": [0, {"c": "400"}]}}', '{"a": 1}']),
        ("{ $.x IS NULL }", ['{"x": null}'], ["{}", '{"x": 0}']),
        ("{ $.x NOT EXISTS }", ["{}"], ['{"x": null}']),
        ("{ $.x IS TRUE }", ['{"x": true}'], ['{"x": 1}', '{"x": false}']),
        ("{ ($.a = 1) && ($.b = 2 || $.c = 3) }", ['{"a": 1, "c": 3}'], ['{"a": 1}', '{"b": 2}']),
        ("{ $.a = 1 && $.b = 1 || $.c = 1 }", ['{"c": 1}'], ['{"a": 1}']),
        ("{ $['a b'] = %^x+$% }", ['{"a b": "xx"}'], ['{"a b": "xy"}']),
        ('{ $.q = "a?[b]" }', ['{"q": "a?[b]"}'], ['{"q": "axb"}']),
    ],
)
def test_examples(pattern: str, matching: list[str], others: list[str]) -> None:
    matches = patterns.compiled(pattern)
    assert [text for text in matching if not matches(text)] == []
    assert [text for text in others if matches(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "a.b",
        '"open',
        "{ $.a = }",
        "{ $.a == 1 }",
        "{ $.a = 1",
        "{ a = 1 }",
        "{ $.a > x }",
        "[ip, user]",
        "%(%",
        "{ ($.a = 1 }",
    ],
)
def test_refusals(pattern: str) -> None:
    with pytest.raises(PatternError):
        patterns.compiled(pattern)


@given(st.lists(st.tuples(st.sampled_from(["", "?", "-"]), WORDS), min_size=1, max_size=4), st.lists(WORDS, max_size=4))
def test_terms_are_all_there_or_any_or_none(terms: list[tuple[str, str]], said: list[str]) -> None:
    pattern, message = " ".join(sign + word for sign, word in terms), "+".join(said)
    wanted = {sign: [word for its, word in terms if its == sign] for sign in ("", "?", "-")}
    expected = all(word in said for word in wanted[""]) and not any(word in said for word in wanted["-"])
    if not wanted[""] and not wanted["-"]:
        expected = any(word in said for word in wanted["?"])
    assert patterns.compiled(pattern)(message) == expected


@given(TEXT, TEXT)
def test_a_quoted_term_is_found_as_it_is(term: str, message: str) -> None:
    quoted = '"' + term.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert patterns.compiled(quoted)(message) == (term in message)
    assert patterns.compiled(quoted)(message + term)


def conditions() -> st.SearchStrategy[tuple[str, str]]:
    """Conditions as a pattern has them, and as Python has them."""
    simple = st.tuples(NAMES, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS).map(
        lambda one: (
            f"$.{one[0]} {one[1]} {one[2]}",
            f"('{one[0]}' in e and e['{one[0]}'] {'==' if one[1] == '=' else one[1]} {one[2]})",
        )
    )
    return st.recursive(
        simple,
        lambda inner: st.tuples(inner, st.sampled_from([("&&", "and"), ("||", "or")]), inner).map(
            lambda both: (f"({both[0][0]}) {both[1][0]} ({both[2][0]})", f"({both[0][1]} {both[1][1]} {both[2][1]})")
        ),
        max_leaves=5,
    )


@given(conditions(), st.dictionaries(NAMES, NUMBERS))
def test_conditions_over_json_are_what_python_makes_of_them(condition: tuple[str, str], event: dict[str, Any]) -> None:
    pattern, python = condition
    assert patterns.compiled(f"{{ {pattern} }}")(json.dumps(event)) == eval(python, {"e": event})


@given(TEXT, TEXT)
def test_no_pattern_and_no_message_is_an_error_of_ours(pattern: str, message: str) -> None:
    for text in (pattern, f"{{{pattern}}}", f"{{ $.a {pattern} }}"):
        try:
            patterns.compiled(text)(message)
        except PatternError:
            continue


def test_a_metric_filter_tells_values_dimensions_and_a_default() -> None:
    wanted = {"metricName": "m", "metricNamespace": "n", "metricValue": "$.v", "dimensions": {"who": "$.w"}}
    messages = ['{"v": 2, "w": "a"}', '{"v": "3.5", "w": "b"}', '{"v": null, "w": "c"}', '{"v": 1}', "text"]
    told = metric_filters.data("", [wanted], messages)
    assert [(datum["Value"], datum["Dimensions"][0]["Value"]) for _, datum in told] == [(2, "a"), (3.5, "b")]
    counted = {"metricName": "m", "metricNamespace": "n", "metricValue": "1", "defaultValue": 0}
    assert [datum["Value"] for _, datum in metric_filters.data("nothing", [counted], messages)] == [0]
    for bad in ({**wanted, "metricValue": "much"}, {**wanted, "defaultValue": 0}, {**wanted, "metricValue": "$x"}):
        with pytest.raises(PatternError):
            metric_filters.check("", [bad])


@given(
    TEXT
    | st.recursive(st.none() | st.booleans() | NUMBERS | TEXT, lambda one: st.lists(one) | st.dictionaries(TEXT, one))
)
def test_a_line_that_carries_no_metric_carries_none(found: Any) -> None:
    for about in (found, {"Timestamp": 1, "CloudWatchMetrics": found}, {"Timestamp": found, "CloudWatchMetrics": []}):
        assert embedded.data(json.dumps({"_aws": about, "x": 1})) == []
