"""Every query of the tables of shapes, and every one that fails."""

from tests.dialect import (
    shapes,
    shapes_corners,
    shapes_everyday,
    shapes_of_groups,
    shapes_of_names,
    shapes_of_orders,
)

SHAPES = [
    *shapes.SHAPES,
    *shapes_of_groups.SHAPES,
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
)
