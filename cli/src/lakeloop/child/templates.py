"""Keeps the code of Jinja templates from one command to the next: to compile them takes a third of a small build.

dbt compiles each text by ``Environment.from_string``, which no bytecode cache of Jinja's sees
(https://jinja.palletsprojects.com/en/stable/api/#bytecode-cache). Code follows from the text and the class of the environment,
whose extensions dbt never changes (``dbt_common.clients.jinja.get_environment``).
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import patch

from dbt_common.clients import jinja

from lakeloop import files
from lakeloop.child import schemas
from lakeloop.errors import UserError

_MOST = 5_000
_COMPILE: Any = jinja.MacroFuzzEnvironment.compile
_CONTEXT: Any = jinja.MacroFuzzTemplate.new_context
"""dbt's own for texts that are rendered as such. For values of tests' arguments, Jinja's copies all of a thousand names twice."""

type Codes = dict[bytes, CodeType]
"""By the hash of the environment's class and the text."""


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Have dbt take templates that were compiled before; new ones are kept in *folder* when the block ends."""
    file = folder / f"templates-{schemas.installed()}.marshal"
    known = read(file)
    used: Codes = {}

    def compiled(self: Any, source: Any, name: Any = None, filename: Any = None, *more: Any, **options: Any) -> Any:
        if not isinstance(source, str) or name or filename or more or options or jinja.MACRO_DEBUGGING:
            return _COMPILE(self, source, name, filename, *more, **options)
        key = hashlib.sha256(f"{type(self).__name__}\0{source}".encode(errors="surrogatepass")).digest()
        code = used.get(key) or known.get(key) or _COMPILE(self, source)
        used[key] = code
        return code

    try:
        with (
            patch.object(jinja.MacroFuzzEnvironment, "compile", compiled),
            patch.object(jinja.NativeSandboxTemplate, "new_context", _CONTEXT),
        ):
            yield
    finally:
        if used.keys() - known.keys():
            with suppress(UserError, ValueError):  # no room, not allowed: compiled again next time
                write(file, used if len(known) > _MOST else {**known, **used})


def read(file: Path) -> Codes:
    """The codes in *file*; none if there is no such file, or it is no such thing."""
    try:
        found = marshal.loads(file.read_bytes())  # nosec B302: written by `write`, into the checkout
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def write(file: Path, codes: Codes) -> None:
    """Keep *codes*. Raises ``UserError`` if *file* cannot be written."""
    files.write(file, marshal.dumps(codes))
