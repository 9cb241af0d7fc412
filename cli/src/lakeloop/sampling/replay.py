"""``just replay``: the statements of a run that failed, on the local Athena, over a sample of what they read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from lakeloop_project.environments import environment
from lakeloop_project.sources import Kind, SourceTable

from lakeloop import files
from lakeloop.arguments import take
from lakeloop.aws import place as places
from lakeloop.aws.athena import statements as athena
from lakeloop.aws.load import glue_sources
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.report.store import Runs
from lakeloop.rows import print_rows
from lakeloop.sampling import landing, memory
from lakeloop.sampling.ask import Sampler
from lakeloop.sampling.command import KEY, account, asked
from lakeloop.sampling.references import references
from lakeloop.sampling.tables import Table, declared_masks, describe
from lakeloop.workspace import Workspace

USAGE = "Usage: just replay run=ID [env=prod] [on=aws] [rows=10000] [since=2026-11-01] [cap=10GB]"
HERE = "dev"
"""The environment of the local AWS whose workgroup and bucket a replay takes; the tables are in databases of its own."""
_PREFIX = "replay_"
_SHOWN = 5
_OTHERS = ("AWS_", "S3_HOSTNAME")
_CODE = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
"""Athena's name of an error, such as ``INVALID_CAST_ARGUMENT``."""


@dataclass(frozen=True)
class Statement:
    """A node that failed: dbt's message, its compiled SQL, and the ids of the relations that it reads."""

    unique_id: str
    message: str
    sql: str
    reads: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.unique_id.split(".")[2]

    @property
    def is_test(self) -> bool:
        return self.unique_id.startswith("test.")


def replay(workspace: Workspace, words: Sequence[str]) -> int:
    """``just replay run=ID env=prod on=aws``; 1 if a statement fails here, too.

    Raises:
        UserError: no such run, none of its statements failed, no local AWS, and as ``just sample`` does.
    """
    arguments, rest = take(words, {"env", "on", "run", "rows", "since", "cap"})
    if rest or "run" not in arguments:
        raise UserError(f"{f'Unknown word {rest[0]!r}' if rest else 'run= is missing'}. {USAGE}")
    question = asked(arguments)
    shell = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    local = places.choose(workspace, HERE, None, shell)  # before anything is read there
    there = places.enter(workspace, environment(workspace.root, arguments.get("env", HERE)), arguments.get("on"))
    if there.slug == local.slug:
        raise UserError(
            f"The run is one of the local AWS ({there}) already: `just report run={arguments['run']}` has its SQL. {USAGE}"
        )
    lake = outputs(workspace, there)
    runs = Runs(there.client("s3"), lake.artifacts_bucket)
    run = runs.summary(arguments["run"])
    manifest = runs.manifest(run["run_id"])
    statements = failed(run, manifest, runs)
    folder = workspace.state / "replays" / run["run_id"]
    nodes = {**manifest.get("nodes", {}), **manifest.get("sources", {})}
    read = {one: nodes[one] for statement in statements for one in statement.reads}
    glue, s3 = there.client("glue"), there.client("s3")
    tables = [describe(glue, s3, table(node), node, inherited(one, nodes)) for one, node in read.items()]
    key = memory.key(workspace.state / KEY)
    Sampler(account(workspace, there, lake), question, tables, references(tables, {}), folder, key).run()
    os.environ.clear()
    os.environ.update(shell)
    here = places.enter(workspace, HERE)
    return again(here, outputs(workspace, here), statements, tables, nodes, folder)


def failed(run: Mapping[str, Any], manifest: Mapping[str, Any], runs: Runs) -> list[Statement]:
    """The statements of *run* that failed and whose SQL was kept.

    Raises:
        UserError: there is none.
    """
    found = []
    for node in run["failed"]:
        sql = runs.text(node["compiled_path"]) if node.get("compiled_path") else None
        if sql:
            reads = tuple(dict.fromkeys(_reads(node["unique_id"], manifest, sql)))
            found.append(Statement(node["unique_id"], node["message"], sql.strip().rstrip(";"), reads))
    if not found:
        others = ", ".join(node["name"] for node in run["failed"][:_SHOWN])
        why = f": no SQL was kept of {others}" if others else ""
        raise UserError(f"The run {run['run_id']} has nothing to replay, it ended with {run['status']}{why}.")
    return found


def _reads(unique_id: str, manifest: Mapping[str, Any], sql: str) -> Iterator[str]:
    """Ids of the relations that the node's *sql* names: its parents, through those that are no relations, and itself."""
    nodes = {**manifest.get("nodes", {}), **manifest.get("sources", {})}
    left, seen = [unique_id], set()
    while left:
        one = left.pop()
        node = nodes.get(one)
        if node is None or one in seen:
            continue
        seen.add(one)
        relation = node.get("relation_name")
        if relation and relation in sql:
            yield one
        if one == unique_id or not relation:
            left.extend((node.get("depends_on") or {}).get("nodes", ()))


def table(node: Mapping[str, Any]) -> SourceTable:
    """A relation of the run as one of a source, named as Glue has it."""
    schema = str(node["schema"])
    name = str(node.get("identifier") or node.get("alias") or node["name"])
    described = str(node.get("patch_path") or node.get("original_file_path") or "").rpartition("://")[2]
    return SourceTable(str(node["unique_id"]), schema, name, name, None, schema, Kind.GLUE, None, (), "", described)


def inherited(unique_id: str, nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Masks by column of all that a node is made of: a model that passes an address on needs none of its own."""
    found: dict[str, str] = {}
    left, seen = [unique_id], set()
    while left:
        one = left.pop()
        if one in seen or one not in nodes:
            continue
        seen.add(one)
        for name, mask in declared_masks(nodes[one]).items():
            found.setdefault(name.lower(), mask)
        left.extend((nodes[one].get("depends_on") or {}).get("nodes", ()))
    return found


def again(
    here: Place,
    lake: Outputs,
    statements: Sequence[Statement],
    tables: Sequence[Table],
    nodes: Mapping[str, Mapping[str, Any]],
    folder: Path,
) -> int:
    """Make the tables in the local AWS and run the *statements* on them; 1 if one fails."""
    glue, s3, client = here.client("glue"), here.client("s3"), here.client("athena")
    renamed = {}
    for one in tables:
        schema = _PREFIX + one.source.schema.lower()
        rows = sorted(landing.folder_of(folder, one).glob("*.parquet"))
        glue_sources.make(glue, s3, lake.raw_bucket, replace(one.source, schema=schema), {"parquet": rows}, ())
        renamed[str(nodes[one.source.unique_id]["relation_name"])] = f'"{schema}"."{one.source.identifier.lower()}"'
    code = 0
    for statement in statements:
        sql = statement.sql
        for before in sorted(renamed, key=len, reverse=True):
            sql = sql.replace(before, renamed[before])
        file = folder / f"{statement.name}.sql"
        files.write(file, sql + "\n")
        code |= _try(client, lake, statement, sql)
        shown = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
        print(f'  Once more: just query "$(cat {shown})" env={HERE}', flush=True)
    return code


def _try(client: Any, lake: Outputs, one: Statement, sql: str) -> int:
    try:
        done = athena.execute(client, sql, workgroup=lake.athena_workgroup, database=lake.glue_database)
    except UserError as error:
        same = "too" if _CODE.findall(one.message)[:1] == _CODE.findall(str(error))[:1] else "with another error"
        print(f"{one.name} fails here, {same} ({counted(len(one.reads), 'table')} sampled).")
        print(f"  There: {_line(one.message)}\n  Here: {_line(str(error))}")
        return 1
    rows = list(islice(athena.rows(client, done), _SHOWN))
    if one.is_test and rows:
        print(f"{one.name} finds rows here, too; the first of them:")
        print_rows("table" if sys.stdout.isatty() else "tsv", [column.name for column in done.columns], iter(rows))
        return 1
    print(
        f"{one.name} does not fail here: the rows that make it fail are not among those sampled. rows= takes more, since= later "
        f"ones.\n  There: {_line(one.message)}"
    )
    return 0


def _line(message: str) -> str:
    """A message in a line, without the macros that dbt came through."""
    return " ".join(" ".join(line for line in message.splitlines() if not line.lstrip().startswith(">")).split())[:500]
