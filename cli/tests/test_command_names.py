"""Commands are found by name when they are called: each of the names must lead to one."""

import importlib
import inspect
import os

import pytest
from lakeloop import __main__, commands, interrupted


@pytest.mark.parametrize("place", commands.PLACES.values(), ids=list(commands.PLACES))
def test_a_name_leads_to_what_takes_a_workspace_and_words(place):
    module, _, function = place.partition(":")
    found = getattr(importlib.import_module(module), function)
    inspect.signature(found).bind("a workspace", ["a", "word"])


def test_ctrl_c_before_a_command_has_begun_says_nothing(monkeypatch, capsys):
    """While the process starts that has dbt imported, which takes seconds."""

    def waits(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__.client, "run", waits)
    monkeypatch.setattr("sys.argv", ["lakeloop", "watch"])
    monkeypatch.setattr("os.environ", {**os.environ})
    assert __main__.main() == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", interrupted.LEFT)
def test_ctrl_c_says_what_a_long_command_leaves(command, monkeypatch, capsys):
    def ends(workspace, words):
        raise KeyboardInterrupt

    monkeypatch.setitem(commands.COMMANDS, command, ends)
    monkeypatch.setattr("sys.argv", ["lakeloop", command])
    assert commands.main() == 130
    assert capsys.readouterr().err == f"\nInterrupted: {interrupted.LEFT[command]}.\n"


def test_ctrl_c_of_terraform_says_so_and_that_of_what_has_said_it_says_nothing(monkeypatch, capsys):
    for command, said in (("tf-apply", 1), ("deploy", 0), ("run", 0)):
        monkeypatch.setitem(commands.COMMANDS, command, lambda workspace, words: 130)
        monkeypatch.setattr("sys.argv", ["lakeloop", command])
        assert commands.main() == 130
        assert capsys.readouterr().err.count("Interrupted: ") == said
