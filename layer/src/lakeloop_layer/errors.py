"""What the build says when it cannot go on."""

from __future__ import annotations


class LayerError(Exception):
    """The message says what failed, where it looked and what to do."""
