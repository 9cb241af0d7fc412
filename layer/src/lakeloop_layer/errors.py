"""The exception that ends a build with a message."""

from __future__ import annotations

from lakeloop_project.errors import UserError


class LayerError(UserError):
    """A message for the user: the failure, the place that was looked at, the way out."""
