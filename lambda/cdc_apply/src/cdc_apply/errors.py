"""The function's exceptions."""

from __future__ import annotations


class TerminalError(Exception):
    """The same event fails again until somebody mends something."""


class TransientError(Exception):
    """The same records may be written when they come again."""


class Unwritable(Exception):
    """A change that the table cannot take; the message says why. It goes to quarantine."""
