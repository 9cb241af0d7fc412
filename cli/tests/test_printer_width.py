"""Lines of dbt fit the terminal."""

import pytest
from lakeloop.dbt_command import printer_width


@pytest.mark.parametrize(("columns", "width"), [("60", 33), ("80", 53), ("200", 80), ("20", 30)])
def test_dots_and_what_stands_beside_them_fit_the_terminal(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert printer_width() == width
