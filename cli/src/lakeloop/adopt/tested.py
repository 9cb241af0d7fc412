"""The names that a project's Jinja compares ``target.name`` with: an environment's target has to have the one that is meant.

A literal beside it may be the outcome (``'raw_prod' if target.name == 'live' else 'raw_test'``) and is no name, so each tag is
parsed as Jinja, whatever stands between tags: dbt's own blocks (``snapshot``, ``test``) need no parser then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

_READ = (".sql", ".yml", ".yaml")
_TAG = re.compile(r"\{\{-?(?P<printed>.*?)-?\}\}|\{%-?\s*(?P<word>\w+)(?P<statement>.*?)-?%\}", re.DOTALL)
_SET = re.compile(r"\s*(?P<name>\w+)\s*=(?!=)(?P<value>.*)", re.DOTALL)
_IN = re.compile(r".*?\bin\b", re.DOTALL)
# Filters and methods that leave a name a name.
_SPELLING = {"lower", "upper", "trim", "strip", "string"}
_BEGINNINGS = {"startswith", "endswith"}
_JINJA = Environment()  # nosec B701: nothing is rendered


def names(files: Sequence[Path]) -> dict[str, str]:
    """The names, and a file for each: the first that compares ``target.name`` with it."""
    found: dict[str, str] = {}
    for file in files:
        if file.suffix.lower() in _READ:
            for name in in_text(file.read_text("utf-8", errors="replace")):
                found.setdefault(name, file.name)
    return found


def in_text(text: str) -> Iterator[str]:
    """The names in *text*, in the order of its tags. A tag that is no Jinja is passed over: dbt says so."""
    called = set[str]()
    for tag in _TAG.finditer(text):
        expression = tag["printed"]
        variable = None
        if tag["word"] in ("if", "elif", "do"):
            expression = tag["statement"]
        elif tag["word"] == "for":
            expression = _IN.sub("", tag["statement"], count=1)
        elif tag["word"] == "set" and (assigned := _SET.fullmatch(tag["statement"])):
            variable, expression = assigned["name"], assigned["value"]
        if expression is None or (tree := _parsed(expression)) is None:
            continue
        if variable and _is_name(tree, called):
            called.add(variable)
        yield from _names(tree, called)


def _parsed(expression: str) -> nodes.Node | None:
    # YAML's double quotes hold others behind a backslash.
    for spelling in (expression, expression.replace('\\"', '"')):
        try:
            (output,) = _JINJA.parse(f"{{{{ {spelling} }}}}").body
        except (TemplateSyntaxError, ValueError, RecursionError):
            continue
        return output.nodes[0] if isinstance(output, nodes.Output) and len(output.nodes) == 1 else None
    return None


def _names(tree: nodes.Node, called: set[str]) -> Iterator[str]:
    for node in (tree, *tree.find_all(nodes.Expr)):
        match node:
            case nodes.Compare(expr=first, ops=operands):
                sides = [first, *(one.expr for one in operands)]
                if any(_is_name(side, called) for side in sides):
                    for side in sides:
                        yield from _literals(side)
            case nodes.Getitem(node=nodes.Dict() as choices, arg=key) if _is_name(key, called):
                yield from _literals(choices)
            case nodes.Call(node=nodes.Getattr(node=of, attr=method), args=[first, *_]):
                if method == "get" and isinstance(of, nodes.Dict) and _is_name(first, called):
                    yield from _literals(of)
                elif method in _BEGINNINGS and _is_name(of, called):
                    yield from _literals(first)


def _literals(node: nodes.Node) -> Iterator[str]:
    """The texts that a comparison with *node* compares with: itself, its items, its keys."""
    match node:
        case nodes.Const(value=str(text)):
            yield text
        case nodes.List(items=items) | nodes.Tuple(items=items):
            for item in items:
                yield from _literals(item)
        case nodes.Dict(items=pairs):
            for pair in pairs:
                yield from _literals(pair.key)


def _is_name(node: nodes.Node, called: set[str]) -> bool:
    """Whether *node* is ``target.name``, however it is spelt, or a variable that was set to it."""
    match node:
        case nodes.Name(name=name):
            return name in called
        case nodes.Getattr(node=nodes.Name(name="target"), attr="name"):
            return True
        case nodes.Getitem(node=nodes.Name(name="target"), arg=nodes.Const(value="name")):
            return True
        case nodes.Call(node=nodes.Getattr(node=nodes.Name(name="target"), attr="get"), args=[first, *_]):
            return isinstance(first, nodes.Const) and first.value == "name"
        case nodes.Call(node=nodes.Getattr(node=of, attr=method)) if method in _SPELLING:
            return _is_name(of, called)
        case nodes.Filter(node=nodes.Node() as of, name=filter_) if filter_ in _SPELLING:
            return _is_name(of, called)
    return False
