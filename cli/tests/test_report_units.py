"""Figures with units: right to the digits shown, and never longer than a column."""

import re

from hypothesis import given
from hypothesis import strategies as st
from lakeloop.report import units

UNIT = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}


@given(st.floats(0, 10**5))
def test_seconds_read_back(value):
    parts = re.findall(r"([\d.]+) (h|min|s)", units.seconds(value))
    back = sum(float(figure) * {"h": 3600, "min": 60, "s": 1}[unit] for figure, unit in parts)
    assert abs(back - value) <= max(0.0051, value * 0.009)


@given(st.integers(0, 2**49))
def test_sizes_read_back(value):
    figure, unit = units.size(value).split(" ")
    assert abs(float(figure) * UNIT[unit] - value) <= max(0.5, value * 0.06)
    assert len(figure) <= 4


@given(st.floats(1e-6, 10**6))
def test_dollars_read_back(value):
    shown = units.dollars(value)
    assert abs(float(shown[1:].replace(",", "")) - value) <= value * 0.06


def test_examples():
    assert [units.dollars(value) for value in (0, 0.000047684, 0.0994, 0.0999, 1234.5)] == [
        "$0",
        "$0.000048",
        "$0.099",
        "$0.10",
        "$1,234.50",
    ]
    assert [units.seconds(value) for value in (0.004, 9.996, 59.96, 3599.7, 9000)] == [
        "0.00 s",
        "10.0 s",
        "1 min 00 s",
        "1 h 00 min",
        "2 h 30 min",
    ]
    assert [units.size(value) for value in (0, 512, 1023, 3_400_000)] == ["0 B", "512 B", "1.0 kB", "3.2 MB"]
