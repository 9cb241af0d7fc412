"""The emulator's journal of calls (``emulator/src/local_iam/journal.py``)."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop.aws.place import AWS, Place
from lakeloop.errors import UserError

_PATH = "/_localstack/iam/calls"
_TOKEN_FILE = "LAKELOOP_EMULATOR_TOKEN_FILE"
"""The variable of ``just env`` that names the file with the emulator's token."""


@dataclass(frozen=True)
class Use:
    """A permission that a call needed; or ``unknown``: why it is not known what the call needs."""

    by: str
    call: str
    action: str = ""
    resource: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    cause: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    unknown: str = ""
    denied: bool = False

    @property
    def role(self) -> str:
        """The name of the role whose session called; empty for the account itself."""
        kind, _, rest = self.by.rpartition(":")[2].partition("/")
        return rest.partition("/")[0] if kind == "assumed-role" else ""

    @property
    def question(self) -> tuple[str, str, str, str]:
        """A question to IAM: equal questions have equal answers."""
        return (self.role, self.action, self.resource, json.dumps(self.context, sort_keys=True))


def recorded(place: Place) -> list[Use]:
    """All that was called since the emulator is up.

    Raises:
        UserError: the place is AWS, or an emulator that keeps no such journal.
    """
    if place.slug == AWS:
        raise UserError(
            "The proof reads what the emulator wrote down of the calls made of it; AWS keeps no such journal."
        )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = place.variables["AWS_ENDPOINT_URL"].rstrip("/") + _PATH
    try:
        token = Path(place.variables.get(_TOKEN_FILE, "")).read_text()
    except OSError as error:
        raise UserError(
            f"{address} takes the emulator's token, and the file with it cannot be read ({error}). "
            f'`eval "$(just env)"` says by {_TOKEN_FILE} where it is.'
        ) from error
    try:
        with opener.open(urllib.request.Request(address, headers={"X-Lakeloop-Token": token})) as answer:
            if (lost := answer.headers.get("X-Lakeloop-Lost", "0")) != "0":
                print(f"The first {lost} entries of the journal are gone: `just up` begins a new one.", file=sys.stderr)
            return [Use(**json.loads(line)) for line in answer]
    except urllib.error.URLError as error:
        raise UserError(
            f"{address} keeps no journal of calls ({error}). `just up` starts an emulator that does."
        ) from error
