"""What a recipe says when it cannot go on."""

from __future__ import annotations


class UserError(Exception):
    """Something that the person at the keyboard can mend. The message says what failed, where it looked and what to do."""
