"""The exception that ends a build with a message."""

from __future__ import annotations

from lakeloop_project.errors import UserError


class LayerError(UserError):
    """What failed, where it looked, what to do."""
