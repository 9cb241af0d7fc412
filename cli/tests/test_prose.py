"""First lines that begin with What, Who or Where are found, and nothing else is."""

import pytest
from lakeloop.prose import main

PYTHON = '''"""What this is.

Who reads on finds more.
"""

# What follows
# Who is fine on a second line
KIND = "What a text says is its own business"
"""Where it lies."""


def call() -> None:
    """
    Whoever calls.
    """
    return  # Where it ends


# Whole numbers, somewhat

# Where a second comment begins
'''
TERRAFORM = """locals {
  # What it is for.
  # What is said further.
  a = "# Who" # What stands behind code is not looked at
}
"""
FILES = {
    "a.py": (PYTHON, [1, 6, 9, 13, 16, 21]),
    "a.tf": (TERRAFORM, [2]),
    "a.sql": ("select 1 -- What\n-- Where it is\nfrom t\n# What\n", [2]),
    "run.sh": ("#!/bin/bash\n# Who runs it\nset -e\n", [2]),
    "run.py": ("#!/usr/bin/env python3\n# Who runs it\n", [2]),
    "justfile": ("# Who\n\n# Build\nbuild:\n    echo What\n", [1]),
    "a.md": ("# What it is\n\nWhat to do.\n\nWhat else.\n", [3]),
    "bold.md": ("# Title\n\n![What](a.png)\n\n**What** it is.\n", [5]),
    "b.md": ("# What it is\n\nAdvice.\n\nWhat else.\n", []),
}


@pytest.mark.parametrize("name", FILES)
def test_first_lines(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text, numbers = FILES[name]
    tmp_path.joinpath(name).write_text(text, "utf-8")
    assert main([name]) == bool(numbers)
    told = capsys.readouterr().out.splitlines()
    assert [int(line.split(":")[1]) for line in told] == numbers
    assert all("names a thing or begins with a verb: Wh" in line for line in told), told
