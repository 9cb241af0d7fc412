"""``just sample``: rows of an environment's sources on this machine, masked, and whole as far as they refer to each other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lakeloop_project.environments import environment
from lakeloop_project.sources import Kind, SourceTable

from lakeloop.arguments import take
from lakeloop.aws import tfvars
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.dbt_command import ask_dbt
from lakeloop.errors import UserError
from lakeloop.parsed import Parsed, parse
from lakeloop.sampling import landing, memory
from lakeloop.sampling.ask import Account, Question, Sampler
from lakeloop.sampling.references import references
from lakeloop.sampling.tables import describe
from lakeloop.workspace import Workspace

USAGE = "Usage: just sample env=prod [on=aws] [select=source:crm+] [rows=10000] [since=2026-11-01] [cap=10GB]"
KEY = "sample.key"
_ROWS, _CAP = "10000", "10GB"
_UNITS = {"": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_SIZE = re.compile(r"(\d+)(?:\s*([KMGT]B))?", re.IGNORECASE)
_GLUES_OWN = ("", "awsdatacatalog")


def sample(workspace: Workspace, words: Sequence[str]) -> int:
    """``just sample env=prod on=aws select=source:crm+ rows=10000 since=2026-11-01 cap=10GB``.

    Raises:
        UserError: an argument that is none, nothing selected, and as ``Sampler.run`` does.
    """
    arguments, rest = take(words, {"env", "on", "select", "rows", "since", "cap"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. {USAGE}")
    if "env" not in arguments:
        raise UserError(f"env= is missing: of which environment? {USAGE}")
    question = asked(arguments)
    place = enter(workspace, environment(workspace.root, arguments["env"]), arguments.get("on"))
    lake = outputs(workspace, place)
    names = dbt_names.names(workspace, place, lake)
    parsed = parse(workspace, workspace.settings.dbt.target(place.environment), names)
    tables = _selected(workspace, parsed, names, arguments.get("select"))
    glue, s3 = place.client("glue"), place.client("s3")
    described = [describe(glue, s3, table, parsed.manifest["sources"][table.unique_id]) for table in tables]
    Sampler(
        account(workspace, place, lake),
        question,
        described,
        references(described, parsed.manifest["nodes"]),
        workspace.local_sources,
        memory.key(workspace.state / KEY),
    ).run()
    _tell_use(workspace, tables)
    return 0


def account(workspace: Workspace, place: Place, lake: Outputs) -> Account:
    """The place, as a sample of it needs it."""
    return Account(
        place.client("athena"),
        place.client("s3"),
        lake.athena_workgroup,
        lake.glue_database,
        f"s3://{lake.athena_results_bucket}/samples",
        tfvars.athena_price(workspace, place.environment),
    )


def asked(arguments: Mapping[str, str]) -> Question:
    """Rows, time and cap that *arguments* name. Raises ``UserError`` for one that is none."""
    rows = arguments.get("rows", _ROWS).replace(",", "").replace("_", "")
    if not rows.isdecimal() or not 0 < int(rows) < 10**12:
        raise UserError(f"rows={arguments['rows']} is no number of rows, as in rows=10000. {USAGE}")
    since = arguments.get("since")
    if since is not None:
        try:
            since = date.fromisoformat(since).isoformat()
        except ValueError:
            raise UserError(f"since={since} is no day, as in since=2026-11-01. {USAGE}") from None
    cap = _SIZE.fullmatch(arguments.get("cap", _CAP).strip())
    if cap is None:
        raise UserError(f"cap={arguments['cap']} is no size, as in cap=500MB or cap=10GB. {USAGE}")
    return Question(int(rows), since, int(cap[1]) * _UNITS[(cap[2] or "").upper()])


def _selected(workspace: Workspace, parsed: Parsed, names: Mapping[str, str], select: str | None) -> list[SourceTable]:
    """The sources that *select* names, and those that the models read which it names; all that models read without it.

    Raises:
        UserError: dbt does not understand it, or it names nothing that reads a source.
    """
    nodes: Mapping[str, Mapping[str, Any]] = parsed.manifest["nodes"]
    chosen = _listed(workspace, names, select) if select else [*nodes]
    wanted: set[str] = set()
    left = list(chosen)
    seen: set[str] = set()
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            wanted.update([one] if one.startswith("source.") else [])
            left.extend(nodes.get(one, {}).get("depends_on", ()))
    tables = [table for table in parsed.sources if table.unique_id in wanted and table.kind is not Kind.BUILT]
    foreign = [table.full_name for table in tables if (table.database or "").lower() not in _GLUES_OWN]
    if foreign:
        raise UserError(
            f"{', '.join(foreign)}: of catalogs that are not Glue's no sample is taken. Leave them out: select=, as in "
            f"select=source:{tables[0].source}."
        )
    if not tables:
        what = f"select={select} names" if select else "The project has"
        raise UserError(f"{what} nothing that reads a source: there is nothing to sample. {USAGE}")
    return tables


def _listed(workspace: Workspace, names: Mapping[str, str], select: str) -> list[str]:
    """Ids of the nodes and sources that dbt selects: https://docs.getdbt.com/reference/node-selection/syntax"""
    target = names["DBT_TARGET"]
    folder = str(workspace.parsed / target / "target")
    words = ["--quiet", "ls", "--select", *select.split(), "--output", "json", "--output-keys", "unique_id"]
    listed = ask_dbt(workspace, words, {**names, "DBT_TARGET_PATH": folder, "DBT_USE_COLORS": "False"})
    if listed.returncode:
        raise UserError(f"dbt does not understand select={select}: {(listed.stdout + listed.stderr).strip()[:500]}")
    return [json.loads(line)["unique_id"] for line in listed.stdout.splitlines() if line.startswith("{")]


def _tell_use(workspace: Workspace, tables: Sequence[SourceTable]) -> None:
    folder = workspace.local_sources.relative_to(workspace.root)
    raw = any(table.kind is Kind.RAW for table in tables)
    words = f" raw={folder / landing.RAW}" if raw else ""
    print(
        f"The rows are in {folder}/: `just dbt-local{words}` builds upon them, `just load{words}` brings them into the local AWS."
    )
