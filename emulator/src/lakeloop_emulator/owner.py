"""Proofs of whose an emulator is: by a token in its state folder that never leaves for a stranger.

An emulator shows that it knows the token by an HMAC over a number that the caller chose and the port it was called on.
Only then does the caller send the token, which opens the emulator's own paths (health, the journal of calls). Another
checkout of the same user, which has another token, is told by a file of that user's where the emulator's state lies.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lakeloop_emulator.settings import HOST, PROJECT, TOKEN_FILE, Settings, token_file

MARK = "X-Lakeloop"
"""A header that a program may send and that a web page cannot without asking first."""
TOKEN = "X-Lakeloop-Token"
ASKING = "X-Lakeloop-Ask"
"""Names a file of the caller's with the caller's number in it."""
PATH = "/_lakeloop/owner"
NUMBER = "number"
"""The parameter for the number that the caller chose, and the longest that is taken."""
LONGEST = 64
_IN_A_CHECKOUT = (".lakeloop", "emulator")
_SECONDS = 2.0
# For HTTP alone and without proxies: for HTTPS urllib reads the machine's certificates each time, which takes 20 ms.
_OPENER = urllib.request.OpenerDirector()
for _handler in (
    urllib.request.HTTPHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPDefaultErrorHandler,
):
    _OPENER.add_handler(_handler())


@dataclass(frozen=True)
class Emulator:
    """An emulator that answered: whether it is this checkout's, where its state lies, whether its guard is on, and which
    pages it takes requests from. ``state`` is empty if it did not say."""

    mine: bool
    state: str = ""
    guarded: bool = True
    origins: Sequence[str] = ()

    def __str__(self) -> str:
        if not self.state:
            return "an emulator of another user, or in a container"
        state = Path(self.state)
        if state.parts[-2:] == _IN_A_CHECKOUT:
            return f"the emulator of {state.parents[1]}"
        return f"the emulator whose state lies in {state}"


def about_guard(guarded: bool, origins: Sequence[str]) -> str:
    """Tell the user, in a further line, of what the emulator lets in besides programs of this machine."""
    if not guarded:
        return (
            "\nWARNING: the guard is off (guard=off). Every web page that a browser of this machine opens can call this "
            "emulator now, and run code as you. `just down`, then `just up`, puts it on."
        )
    return f"\nWeb pages of {', '.join(origins)} may call it (origins=)." if origins else ""


def token(state: Path) -> str:
    """The token of the emulator whose state lies in *state*, made if there is none."""
    file = token_file(state)
    try:
        return file.read_text()
    except FileNotFoundError:
        pass
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = secrets.token_hex(32)
    descriptor, new = tempfile.mkstemp(dir=state, prefix=file.name)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(made)
        os.link(new, file)  # unlike a rename, it fails if another process was quicker
    except FileExistsError:
        made = file.read_text()
    finally:
        Path(new).unlink()
    return made


def proof(token: str, port: int, number: str) -> str:
    """The words by which who listens on *port* shows that it knows *token*."""
    return hmac.new(token.encode(), f"{port} {number}".encode(), hashlib.sha256).hexdigest()


def asked_by_own_user(file: str, number: str) -> bool:
    """Whether *file* is one that this process's user has made, with *number* in it."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return False
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid():
            return False
        return bool(number) and os.read(descriptor, LONGEST + 1) == number.encode()
    finally:
        os.close(descriptor)


def ask(settings: Settings, also: Sequence[Path] = ()) -> Emulator | None:
    """The emulator that listens on the port, None if what listens there is none, or nothing does.

    It is this checkout's if it knows the token of *settings*, or that in one of the files *also*.
    """
    number = secrets.token_hex(16)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(number)
        file.flush()
        try:
            with _open(settings, f"{PATH}?{NUMBER}={number}", {ASKING: file.name}) as response:
                said: dict[str, Any] = json.load(response)
            shown = str(said["proof"]).encode()
            mine = any(
                hmac.compare_digest(shown, proof(token, settings.port, number).encode())
                for token in _known([token_file(settings.state), *also])
            )
            return Emulator(mine, str(said.get("state", "")), bool(said["guarded"]), [*map(str, said["origins"])])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def of_another(url: str) -> Emulator | None:
    """The emulator at *url*, if it is one of Lakeloop's and not this checkout's: neither the one that is meant when nothing is
    said, nor one whose token lies in the checkout, and which the environment names."""
    address = urlsplit(url)
    if address.hostname not in (HOST, "localhost") or not address.port:
        return None
    named = Path(os.environ.get(TOKEN_FILE, ""))
    found = ask(Settings(port=address.port), [named] if named.is_relative_to(PROJECT.parent) else [])
    return None if found is None or found.mine else found


def fetch(settings: Settings, path: str) -> Any:
    """The JSON document at one of the emulator's own paths. Raises ``OSError`` or ``ValueError``.

    Call it only of an emulator that ``ask`` has found to be this checkout's: it gets the token.
    """
    with _open(settings, path, {TOKEN: token(settings.state)}) as response:
        return json.load(response)


def _known(files: Sequence[Path]) -> list[str]:
    known = []
    for file in files:
        with suppress(OSError):
            known.append(file.read_text())
    return [token for token in known if token]


def _open(settings: Settings, path: str, headers: Mapping[str, str]) -> Any:
    return _OPENER.open(urllib.request.Request(settings.url + path, headers={MARK: "1", **headers}), timeout=_SECONDS)
