"""The commands of ``lakeloop``, each imported when it is called, and the messages that they end with."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence

from lakeloop import interrupted, plain
from lakeloop.arguments import meant
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.workspace import Workspace, find

Command = Callable[[Workspace, Sequence[str]], int]


def _of(place: str) -> Command:
    module, _, function = place.partition(":")

    def call(workspace: Workspace, words: Sequence[str]) -> int:
        return int(getattr(importlib.import_module(module), function)(workspace, words))

    return call


PLACES = {
    "adopt": "lakeloop.adopt.command:adopt",
    "alerts": "lakeloop.aws.alerts.command:alerts",
    "bootstrap": "lakeloop.bootstrap.command:bootstrap",
    "cdc-down": "lakeloop.changes.command:down",
    "cdc-status": "lakeloop.changes.command:status",
    "cdc-up": "lakeloop.changes.command:up",
    "check": "lakeloop.quality:check",
    "dagster": "lakeloop.dagster:dagster",
    "dashboard": "lakeloop.dashboard.command:dashboard",
    "demo": "lakeloop.demo:demo",
    "dbt": "lakeloop.dbt_recipe:dbt",
    "dbt-local": "lakeloop.build:dbt_local",
    "deploy": "lakeloop.deploy.command:deploy",
    "deps": "lakeloop.deps:deps",
    "deploy-plan": "lakeloop.deploy.command:plan",
    "destroy": "lakeloop.deploy.command:destroy",
    "environments": "lakeloop.environments_command:environments",
    "docs": "lakeloop.docs:docs",
    "expectations": "lakeloop.expectations.command:expectations",
    "fix": "lakeloop.quality:fix",
    "iam-proof": "lakeloop.iam.command:iam_proof",
    "ingest": "lakeloop.ingest:ingest",
    "invoke": "lakeloop.aws.runs.command:invoke",
    "job": "lakeloop.aws.runs.jobs:job",
    "load": "lakeloop.aws.load.command:load",
    "logs": "lakeloop.aws.runs.logs:logs",
    "new": "lakeloop.start.new:new",
    "parity": "lakeloop.aws.parity.command:parity",
    "parse": "lakeloop.parse_command:parse",
    "prove": "lakeloop.prove.command:prove",
    "quarantine": "lakeloop.arrivals.quarantine:quarantine",
    "query": "lakeloop.query:query",
    "redrive": "lakeloop.arrivals.redrive:redrive",
    "replay": "lakeloop.sampling.replay:replay",
    "report": "lakeloop.report.command:report",
    "rollback": "lakeloop.deploy.command:rollback",
    "run": "lakeloop.aws.runs.command:run",
    "sample": "lakeloop.sampling.command:sample",
    "schedule": "lakeloop.aws.runs.schedule:schedule",
    "send": "lakeloop.arrivals.send:send",
    "state": "lakeloop.aws.dbt.command:state",
    "tf-apply": "lakeloop.aws.terraform.command:apply",
    "tf-destroy": "lakeloop.aws.terraform.command:destroy",
    "tf-plan": "lakeloop.aws.terraform.command:plan",
    "to-iceberg": "lakeloop.aws.athena.to_iceberg:to_iceberg",
    "truth": "lakeloop.aws.athena.truth:truth",
    "unbootstrap": "lakeloop.bootstrap.command:unbootstrap",
    "unlock": "lakeloop.deploy.command:unlock",
    "upkeep": "lakeloop.aws.runs.upkeep:upkeep",
    "verify": "lakeloop.verify:verify",
    "watch": "lakeloop.watch.command:watch",
}
COMMANDS: dict[str, Command] = {name: _of(place) for name, place in PLACES.items()}


def main() -> int:
    """Run the command that the first word names; print a ``UserError`` as its message alone."""
    with plain.printing():
        return _main()


def _interrupted(name: str) -> int:
    if line := interrupted.said(name):
        print(f"\n{line}", file=sys.stderr, flush=True)
    return EXIT_CODE


def _main() -> int:
    name, *words = sys.argv[1:] or [""]
    try:
        if name not in COMMANDS:
            raise UserError(
                f"Unknown command {name!r}.{meant(name, COMMANDS)} Known: {', '.join(COMMANDS)}. People call these through `just`."
            )
        code = COMMANDS[name](find(), words)
        sys.stdout.flush()
        return _interrupted(name) if code == EXIT_CODE and name in interrupted.RETURNING else code
    except BrokenPipeError:
        # The reader has enough (`| head`); Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _interrupted(name)
    except OSError as error:  # a full disk, a folder of somebody else's
        if isinstance(error, shutil.Error):  # of a folder that was copied: a reason for each file
            source, _, reason = error.args[0][0]
            print(f"error: {source} cannot be copied: {reason}", file=sys.stderr)
        else:
            print(f"error: {error.strerror or error}: {error.filename or 'no file is named'}", file=sys.stderr)
        return 2
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        # Imported where something has imported botocore already: most commands never do.
        from lakeloop.aws.said import said

        print(f"error: {said(error)}", file=sys.stderr)  # type: ignore[arg-type]
        return 2
