"""Manifests loaded before the invocation that needs them, one for each.

dbt changes the manifest that it is given (compiled SQL, results), so every invocation takes a fresh one. The first is loaded
while the function starts; each next one at the end of an invocation, when nothing refers to the last one any more: a function
has the memory for one of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

from dbt_runner import options
from dbt_runner.configuration import Configuration
from dbt_runner.event import Request
from dbt_runner.logs import logger
from dbt_runner.patches import environment
from dbt_runner.start import collector, fields
from dbt_runner.start import manifest as made

# click's name of an option that asks for a parse, or changes what one makes
_PARSES = {"vars": "--vars", "partial_parse": "--no-partial-parse"}

_PARSING = {
    "parse": "that is what the command is for",
    "retry": "dbt retry does so itself, with the options of the run that it retries",
}


class Manifests:
    """The manifests of a project for one target and one environment, or why there are none."""

    def __init__(self, project: Path, target: str, variables: Mapping[str, str]) -> None:
        self._project, self._target = project, target
        self._variables = dict(variables)
        self.unfit = ""
        """Why every invocation parses; empty if none has to."""
        self.next: Manifest | None = None
        """The manifest of the next invocation, if it is loaded."""
        self.load()

    def serve(self, project: Path, target: str, variables: Mapping[str, str]) -> bool:
        """Whether these are the manifests of that project, target and environment."""
        same = all(variables.get(name) == self._variables.get(name) for name in (*made.NAMES, "ENVIRONMENT"))
        return same and (project, target) == (self._project, self._target)

    def load(self) -> None:
        """Have a manifest ready."""
        if self.next is not None or self.unfit:
            return
        began = time.perf_counter()
        try:
            file = self._project.parent / made.FOLDER / f"{self._target}.pickle"
            parsed = made.load(file, made.digest(self._project), self._variables)
        except made.Unfit as error:
            self.unfit = str(error)
            logger.warning("Every invocation parses the project", extra={"reason": self.unfit})
            return
        self.next = manifest = fields.put_together(parsed)
        seconds = round(time.perf_counter() - began, 3)
        logger.info("Manifest loaded", extra={"nodes": len(manifest.nodes), "load_seconds": seconds})

    def take(self) -> Manifest:
        """The manifest of one invocation."""
        self.load()
        manifest, self.next = self.next, None
        assert manifest is not None
        return manifest


_manifests: Manifests | None = None


def manifests(settings: Configuration) -> Manifests:
    """Those of the function's project, loaded once for all invocations of a process."""
    global _manifests
    variables = environment.seen(os.environ)  # what a parse of now would find
    if _manifests is None or not _manifests.serve(settings.project, settings.target, variables):
        _manifests = Manifests(settings.project, settings.target, variables)
    return _manifests


def renew() -> None:
    """At the end of an invocation: have a manifest ready for the next, in the place of the last one."""
    collector.clear()
    try:
        if _manifests is not None:
            _manifests.load()
    except Exception:  # the next invocation tries again, and says it to whoever started it
        logger.exception("No manifest is ready for the next invocation")
    collector.settle()


def manifest(request: Request, settings: Configuration) -> Manifest | None:
    """The manifest for *request*; None if dbt has to parse, which is logged with its reason."""
    found = manifests(settings)
    asked = options.given(request).intersection(_PARSES)
    reason = found.unfit or " ".join(sorted(_PARSES[name] for name in asked))
    if not reason and request.command[0] in _PARSING:
        reason = _PARSING[request.command[0]]
    if reason:
        logger.info("dbt parses the project", extra={"reason": reason})
        return None
    return found.take()
