"""One dbt invocation: a folder of its own under the temporary folder, dbt in this process, what it returned.

The folder that holds the code is read-only on Lambda, so dbt is told to write everything to the run's folder.
https://docs.getdbt.com/reference/programmatic-invocations
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dbt.adapters.factory import FACTORY
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.events.event_manager_client import cleanup_event_logger

from dbt_runner import errors, logs
from dbt_runner.configuration import Configuration
from dbt_runner.event import Request
from dbt_runner.patches import athena
from dbt_runner.start import collector, fields, ready

# Events whose text is what the command is run for: print() in macros and `dbt ls`; `dbt show`; `dbt compile --select one`.
_OUTPUT_EVENTS = {"PrintEvent", "ShowNode", "CompiledNode"}
# A criterion of a selection that matched nothing. dbt goes on without it.
_UNMATCHED_EVENTS = {"NoNodesForSelectionCriteria"}
# Methods of selection for which "nothing" is an answer: nothing changed, nothing failed.
_MAY_MATCH_NOTHING = ("state:", "result:", "source_status:")
ARRIVED_FROM = "DBT_ARRIVED_FROM"
"""The variable that tells models which day the earliest file of a run is of (docs/EVENTS.md)."""
# dbt's cache of a parse, in the target folder.
_PARSED = "partial_parse.msgpack"


@dataclass(frozen=True)
class Run:
    """One invocation's name and its folders."""

    run_id: str
    folder: Path

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


@dataclass
class Outcome:
    """dbt's result, and its messages meanwhile."""

    result: dbtRunnerResult = field(default_factory=lambda: dbtRunnerResult(success=False))
    output: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)

    @property
    def results(self) -> list[Any]:
        """A result per node; empty for commands without nodes, and when dbt stopped before the first."""
        return list(getattr(self.result.result, "results", None) or ())


def begin(request_id: str, run_id: str | None = None) -> Run:
    """A run's folders. Without a name for it, its id sorts by time and ends with the beginning of Lambda's request id.

    What earlier runs in this execution environment left is removed, for its temporary folder outlives an invocation; only
    what dbt parsed is taken over, and dbt parses again whatever has changed since.
    https://docs.getdbt.com/reference/parsing#partial-parsing
    """
    run_id = run_id or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{request_id[:8]}"
    run = Run(run_id, Path(tempfile.gettempdir()) / "dbt-runner" / run_id)
    if run.folder.exists():  # of an earlier invocation of the same run
        run.folder.rename(tempfile.mkdtemp(dir=run.folder.parent))
    run.target.mkdir(parents=True)
    run.logs.mkdir()
    for earlier in run.folder.parent.iterdir():
        if earlier != run.folder:
            parsed = earlier / "target" / _PARSED
            if parsed.is_file():
                parsed.replace(run.target / _PARSED)
            shutil.rmtree(earlier, ignore_errors=True)
    return run


def execute(
    run: Run, request: Request, configuration: Configuration, callbacks: Sequence[Callable[[Any], None]] = ()
) -> Outcome:
    """Run dbt, whose events also go to *callbacks*. Whatever happens in it is in the outcome: nothing is raised."""
    outcome = Outcome()
    manifest = ready.manifest(request, configuration)
    if manifest is None:
        collector.resume()  # a parse leaves more behind than what comes before a query

    def listen(event: Any) -> None:
        logs.tell(event)
        if event.info.name == "MainReportVersion" and manifest is not None:
            fields.begin(manifest)
        elif event.info.name in _OUTPUT_EVENTS:
            outcome.output.append(event.info.msg)
        elif event.info.name in _UNMATCHED_EVENTS:
            outcome.unmatched.append(event.data.spec_raw)

    words = [*request.words, *_settings(run, configuration)]
    with _told(request):
        outcome.result = _invoke(dbtRunner(manifest, [*callbacks, listen]), words)
    return outcome


@contextmanager
def _told(request: Request) -> Iterator[None]:
    """Until the block ends, dbt's ``env_var`` finds the first day of the files that the run takes.

    No ``--vars``, for which dbt would parse the project; and it is not there when a manifest is loaded, which holds for any day.
    """
    if request.arrived_from:
        os.environ[ARRIVED_FROM] = request.arrived_from
    try:
        yield
    finally:
        os.environ.pop(ARRIVED_FROM, None)


def rehearse(configuration: Configuration) -> None:
    """Run dbt once for nothing: a list of no nodes, with all that dbt loads, makes and keeps in a process on the way there.

    What goes wrong is what the first invocation says, where its caller reads it.
    """
    manifest = ready.manifests(configuration).next
    if manifest is not None:
        run = begin("rehearsal", "rehearsal")
        words = ["ls", "--select", "none", "--resource-type", "test", *_settings(run, configuration)]
        _invoke(dbtRunner(manifest), words)


def _invoke(runner: dbtRunner, words: list[str]) -> dbtRunnerResult:
    adapters: Any = FACTORY
    try:
        with athena.applied():
            return runner.invoke(words)
    finally:
        # The next invocation of dbt does both. Until then, the manifest would be kept: there is memory for one.
        adapters.reset_adapters()
        cleanup_event_logger()


def _settings(run: Run, configuration: Configuration) -> list[str]:
    """The options that are the function's to set. The last of an option given twice is the one that counts."""
    return [
        "--project-dir",
        str(configuration.project),
        "--profiles-dir",
        str(configuration.project),
        "--target",
        configuration.target,
        "--target-path",
        str(run.target),
        "--log-path",
        str(run.logs),
        # The console gets dbt's events as JSON lines from `logs`; the file keeps dbt's own format, all levels in one file.
        "--log-level",
        "none",
        "--log-level-file",
        "debug",
        "--log-file-max-bytes",
        "0",
        "--no-use-colors",
        "--no-use-colors-file",
        "--no-send-anonymous-usage-stats",
        # As many edges from tests to what waits for them as are needed, in linear time: the order of a build is the same.
        "--use-fast-test-edges",
    ]


def check(outcome: Outcome, request: Request, log: str) -> None:
    """Refuse to call it an answer when dbt ran nothing; *log* is where dbt's log is.

    Raises:
        TerminalError, TransientError: dbt stopped before it ran a node, or the selection matched none.
    """
    command = " ".join(request.command)
    if outcome.result.exception is not None:
        raise errors.from_exception(f"dbt {command} did not run (log: {log})", outcome.result.exception)
    missed = [criterion for criterion in outcome.unmatched if not criterion.startswith(_MAY_MATCH_NOTHING)]
    if missed and not outcome.results and not outcome.output:
        raise errors.TerminalError(
            f"dbt {command} ran nothing: no node matches {', '.join(missed)}. `just dbt ls` lists what can be selected."
        )
