"""Commands are found by name when they are called: each of the names must lead to one."""

import importlib
import inspect

import pytest
from lakeloop import commands


@pytest.mark.parametrize("place", commands.PLACES.values(), ids=list(commands.PLACES))
def test_a_name_leads_to_what_takes_a_workspace_and_words(place):
    module, _, function = place.partition(":")
    found = getattr(importlib.import_module(module), function)
    inspect.signature(found).bind("a workspace", ["a", "word"])
