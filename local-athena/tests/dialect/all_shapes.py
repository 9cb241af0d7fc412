"""Every query of the tables of shapes, and every one that fails."""

from tests.dialect import (
    shapes,
    shapes_corners,
    shapes_everyday,
    shapes_of_correlation,
    shapes_of_frames,
    shapes_of_grammar,
    shapes_of_groups,
    shapes_of_lambdas,
    shapes_of_names,
    shapes_of_orders,
    shapes_refused,
)

SHAPES = [
    *shapes.SHAPES,
    *shapes_of_correlation.SHAPES,
    *shapes_of_frames.SHAPES,
    *shapes_of_grammar.SHAPES,
    *shapes_of_groups.SHAPES,
    *shapes_of_lambdas.SHAPES,
    *shapes_of_names.SHAPES,
    *shapes_of_orders.SHAPES,
    *shapes_corners.SHAPES,
    *shapes_everyday.SHAPES,
]
FAILING = (
    *shapes_of_groups.FAILING,
    *shapes_of_names.FAILING,
    *shapes_of_orders.FAILING,
    *shapes_corners.FAILING,
    *shapes_refused.FAILING,
    *shapes_of_frames.FAILING,
    *shapes_of_grammar.FAILING,
)
