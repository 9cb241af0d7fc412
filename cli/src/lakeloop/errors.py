"""The exception that ends a recipe with a message."""

from lakeloop_project.errors import UserError

__all__ = ["UserError"]
