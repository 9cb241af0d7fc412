"""Chains of thousands of operators, written so that DuckDB need not nest as deeply: it refuses more than 1,000 levels, and
takes time in the third power of their number.

A chain of an associative operator becomes a balanced tree. ``folds`` writes chains of arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

LONG = 50
"""Operators from which on a chain is written in another way. Below, DuckDB's optimizer sees more in the plain form."""


def balanced(terms: Sequence[str], word: str) -> str:
    """*terms* joined by *word*, an associative operator, in brackets."""
    if len(terms) <= LONG:
        return "(" + f" {word} ".join(terms) + ")"
    middle = len(terms) // 2
    return f"({balanced(terms[:middle], word)} {word} {balanced(terms[middle:], word)})"


def spine[T: exp.Expr](node: exp.Expr, kinds: tuple[type[T], ...]) -> tuple[exp.Expr, list[T]]:
    """The leftmost operand of a chain that nests to the left, and the chain's nodes from the innermost one on."""
    nodes: list[T] = []
    while isinstance(node, kinds):
        nodes.append(node)
        node = node.this
    return node, nodes[::-1]
