"""``lakeloop COMMAND ...``: what the justfile calls."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence

from lakeloop_project.environments import environments

from lakeloop import loopback, plain, workspace
from lakeloop.arguments import take
from lakeloop.arrivals import quarantine, redrive, send
from lakeloop.aws import (
    alerts,
    dbt_place,
    invoke,
    jobs,
    load,
    logs,
    parity,
    pipeline,
    schedule,
    state,
    terraform,
    to_iceberg,
    truth,
    upkeep,
)
from lakeloop.bootstrap import command as account
from lakeloop.build import dbt_local
from lakeloop.changes import command as changes
from lakeloop.dagster import dagster
from lakeloop.dashboard.command import dashboard
from lakeloop.dbt_command import run_dbt
from lakeloop.demo import demo
from lakeloop.deploy import command as deployment
from lakeloop.deps import deps
from lakeloop.docs import docs
from lakeloop.errors import UserError
from lakeloop.iam.command import iam_proof
from lakeloop.ingest import ingest
from lakeloop.parse_command import parse
from lakeloop.prove.command import prove
from lakeloop.quality import check, fix
from lakeloop.query import query
from lakeloop.report.command import report
from lakeloop.start.new import new
from lakeloop.verify import verify
from lakeloop.workspace import Workspace


def _dbt(here: Workspace, words: Sequence[str]) -> int:
    arguments, rest = take(words, {"env", "on"})
    if "env" in arguments:
        return state.dbt(here, arguments, rest)
    dbt_place.say(here, words)
    return run_dbt(here, words, {"LAKELOOP_DATABASE": str(here.database)})


def _adopt(here: Workspace, words: Sequence[str]) -> int:
    from lakeloop.adopt.command import (
        adopt,  # here, because sqlglot and dbt's versions take longer to load than others to run
    )

    return adopt(here, words)


def _expectations(here: Workspace, words: Sequence[str]) -> int:
    from lakeloop.expectations.command import (
        expectations,
    )  # here, because DuckDB takes longer to load than others to run

    return expectations(here, words)


def _environments(here: Workspace, words: Sequence[str]) -> int:
    if words:
        raise UserError(f"`just environments` takes no words, not {' '.join(words)}.")
    print(json.dumps(environments(here.root)))
    return 0


COMMANDS: dict[str, Callable[[Workspace, Sequence[str]], int]] = {
    "adopt": _adopt,
    "alerts": alerts.alerts,
    "bootstrap": account.bootstrap,
    "cdc-down": changes.down,
    "cdc-status": changes.status,
    "cdc-up": changes.up,
    "check": lambda here, words: check(here),
    "dagster": dagster,
    "dashboard": dashboard,
    "demo": demo,
    "dbt": _dbt,
    "dbt-local": dbt_local,
    "deploy": deployment.deploy,
    "deps": deps,
    "deploy-plan": deployment.plan,
    "destroy": deployment.destroy,
    "environments": _environments,
    "docs": docs,
    "expectations": _expectations,
    "fix": lambda here, words: fix(here),
    "iam-proof": iam_proof,
    "ingest": ingest,
    "invoke": invoke.invoke,
    "job": jobs.job,
    "load": load.load,
    "logs": logs.logs,
    "new": new,
    "parity": parity.parity,
    "parse": parse,
    "prove": prove,
    "quarantine": quarantine.quarantine,
    "query": query,
    "redrive": redrive.redrive,
    "report": report,
    "rollback": deployment.rollback,
    "run": pipeline.run,
    "schedule": schedule.schedule,
    "send": send.send,
    "state": state.state,
    "tf-apply": terraform.apply,
    "tf-destroy": terraform.destroy,
    "tf-plan": terraform.plan,
    "to-iceberg": to_iceberg.to_iceberg,
    "truth": truth.truth,
    "unbootstrap": account.unbootstrap,
    "unlock": deployment.unlock,
    "upkeep": upkeep.upkeep,
    "verify": verify,
}


def main() -> int:
    """Run the command that the first word names; print a ``UserError`` as its message alone."""
    with plain.printing():
        return _main()


def _main() -> int:
    name, *words = sys.argv[1:] or [""]
    # For this process and all that it starts.
    os.environ.update(loopback.direct(os.environ))
    os.environ["CHECKPOINT_DISABLE"] = "1"  # or each terraform asks HashiCorp for newer versions
    try:
        if name not in COMMANDS:
            raise UserError(
                f"Unknown command {name!r}. Known: {', '.join(COMMANDS)}. People call these through `just`."
            )
        code = COMMANDS[name](workspace.find(), words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has enough (`| head`); Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
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


if __name__ == "__main__":
    sys.exit(main())
