"""Loopback, which no proxy of the shell's is asked for: a proxy would be sent what is meant for this machine.

The recipes, the emulator and local Athena have this file each, for they share no code; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMES = ("127.0.0.1", "localhost", "::1")
SPARED = ("NO_PROXY", "no_proxy")
"""Programs read one or the other first: https://about.gitlab.com/blog/we-need-to-talk-no-proxy/"""


def direct(shell: Mapping[str, str]) -> dict[str, str]:
    """The variables by which programs reach loopback themselves, what the *shell* spares already kept in front.

    Empty where the shell names no proxy: one that a system's settings name is used as before then.
    """
    if not any(value and name.lower().endswith("_proxy") and name not in SPARED for name, value in shell.items()):
        return {}
    own = {name: shell.get(name) or shell.get(other) or "" for name, other in (SPARED, SPARED[::-1])}
    return {name: _with_loopback(words) for name, words in own.items()}


def _with_loopback(words: str) -> str:
    given = [word for part in words.split(",") if (word := part.strip())]
    if "*" in given:
        return "*"  # everything, which only this word alone means
    return ",".join([*given, *(name for name in NAMES if name not in given)])
