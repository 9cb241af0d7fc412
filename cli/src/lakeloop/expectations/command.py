"""``just expectations``: run suites on DuckDB or on Athena, begin new ones, make dbt's tests of them."""

from __future__ import annotations

import json
import mimetypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from lakeloop_project.environments import environment
from lakeloop_project.sources import SourceTable
from lakeloop_raw.formats import endings_of

from lakeloop import files, parsed
from lakeloop.arguments import take
from lakeloop.aws.dbt.names import names
from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.errors import UserError
from lakeloop.expectations import dbt_tests, start, suites
from lakeloop.expectations.suites import Suite
from lakeloop.plural import counted
from lakeloop.raw import check_raw
from lakeloop.rows import print_rows, style
from lakeloop.sources import views
from lakeloop.workspace import Workspace

PROJECT = "quality"
DOCS_PREFIX = "expectations/docs/"
"""The folder of the Data Docs in the artifacts bucket."""
_USAGE = (
    "Usage: just expectations [SOURCE.TABLE ...] [env=dev] [on=aws] [raw=PATH] [format=table|tsv|json], just expectations new, "
    "just expectations tests"
)
_COLUMNS = ("table", "expectation", "column", "outcome", "rows", "unexpected", "examples")


def expectations(workspace: Workspace, words: Sequence[str]) -> int:
    """Run the suites of all tables, or of those that are named.

    Returns:
        0 if what failed is of suites that warn alone, 1 if one that stops has failed, 2 if they could not run.

    Raises:
        UserError: an unknown word or suite, a table that the project does not declare, an environment that is not applied.
    """
    arguments, rest = take(words, {"env", "on", "raw", "format"})
    if any(word.startswith("-") for word in rest):
        raise UserError(_USAGE)
    if rest and rest[0] in suites.WORDS:
        if rest[1:] or arguments:
            raise UserError(_USAGE)
        return _begin(workspace) if rest == ["new"] else _make_tests(workspace)
    shown = style(arguments.get("format"))
    found = suites.read(workspace, rest)
    if not found:
        raise UserError(
            "There are no suites yet: `just expectations new` makes one of each raw table that is declared."
        )
    if "on" in arguments and "env" not in arguments:
        raise UserError(f"on={arguments['on']} needs env=: without it the suites run on DuckDB.")
    if "env" in arguments:
        if "raw" in arguments:
            raise UserError("raw= is for DuckDB: an environment has its own raw files (`just load`).")
        return _on_athena(workspace, found, arguments, shown)
    return _on_duckdb(workspace, found, arguments.get("raw"), shown)


def _begin(workspace: Workspace) -> int:
    """Write a suite for each raw table that has none, into the folder that is the team's."""
    known = {suite.table for suite in suites.read(workspace)}
    tables = [table for table in _declared(workspace).raw_tables if table.full_name not in known]
    for table in tables:
        name = f"{suites.FOLDERS[0]}/{table.full_name}.yml"
        files.write(workspace.root / name, suites.written(table.full_name, start.expectations(table)))
        print(f"{name} is made. Edit it; it is yours.")
    if not tables:
        print("Each raw table that the project declares has a suite already.")
    return 0


def _make_tests(workspace: Workspace) -> int:
    """Write dbt's tests of all suites anew."""
    tables = {table.full_name: table for table in _declared(workspace).sources}
    made: dict[str, str] = {}
    for suite in suites.read(workspace):
        tests, without = dbt_tests.tests(suite, _of(suite, tables))
        made |= tests
        for kind in without:
            print(f"{suite.file}: {kind} has no test of dbt's: `just expectations` alone checks it.", file=sys.stderr)
    folder = workspace.dbt_project / dbt_tests.FOLDER
    for old in folder.glob("*.sql"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        files.write(folder / name, text)
    print(
        f"{len(made)} tests are in dbt/{dbt_tests.FOLDER}: every build runs them before the models that read the tables."
    )
    return 0


def _on_duckdb(workspace: Workspace, found: Sequence[Suite], raw: str | None, shown: str) -> int:
    folder = Path(raw).expanduser().resolve() if raw else workspace.raw
    tables = {table.full_name: table for table in _declared(workspace).raw_tables}
    wanted = [_of(suite, tables) for suite in found]
    home = workspace.state / "expectations"
    home.mkdir(parents=True, exist_ok=True)
    database = home / "lake.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        for one in check_raw(folder, wanted):
            endings = {form: endings_of(listed) for form, listed in one.found.files.items()}
            views.create(connection, one.table, views.raw_view(one.table, folder, endings))
    docs = home / "docs"
    code = _run(workspace, found, tables, {"duckdb": str(database)}, docs, shown, os.environ)
    if code != 2:
        print(f"Data Docs: {(docs / 'index.html').as_uri()}", file=sys.stderr)
    return code


def _on_athena(workspace: Workspace, found: Sequence[Suite], arguments: Mapping[str, str], shown: str) -> int:
    place = enter(workspace, environment(workspace.root, arguments["env"]), arguments.get("on"))
    lake = outputs(workspace, place)
    target = workspace.settings.dbt.target(place.environment)
    tables = {
        table.full_name: table for table in parsed.parse(workspace, target, names(workspace, place, lake)).sources
    }
    athena = {
        "region": place.region,
        "schema": lake.raw_database,
        "workgroup": lake.athena_workgroup,
        "results": f"s3://{lake.athena_results_bucket}/expectations/",
    }
    docs = workspace.state / "expectations" / place.environment
    code = _run(workspace, found, tables, {"athena": athena}, docs, shown, place.variables)
    if code != 2:
        _publish(place, lake, docs)
        uri = f"s3://{lake.artifacts_bucket}/{DOCS_PREFIX}index.html"
        print(f"Data Docs: {(docs / 'index.html').as_uri()}, also at {uri}", file=sys.stderr)
    return code


def _run(
    workspace: Workspace,
    found: Sequence[Suite],
    tables: Mapping[str, SourceTable],
    engine: Mapping[str, Any],
    docs: Path,
    shown: str,
    shell: Mapping[str, str],
) -> int:
    """Run the suites in the environment of Great Expectations, and print what they came to."""
    shutil.rmtree(docs, ignore_errors=True)
    given, result = docs.parent / "given.json", docs.parent / "result.json"
    asked = [
        {"table": suite.table, "expectations": suite.expectations, **_relation(_of(suite, tables))} for suite in found
    ]
    files.write(given, json.dumps({"suites": asked, "docs": str(docs), **engine}))
    result.unlink(missing_ok=True)
    command = ["uv", "run", "--quiet", "--locked", "--no-dev", "--project", PROJECT]
    command += ["lakeloop-quality", str(given), str(result)]
    variables = {name: value for name, value in shell.items() if name != "VIRTUAL_ENV"}
    try:
        code = subprocess.run(command, cwd=workspace.root, env=variables, check=False).returncode
    except FileNotFoundError as error:
        raise UserError("`uv` is not on the PATH: `make tools` brings it, `just` puts it there.") from error
    if code:
        return 2
    return _tell(found, json.loads(result.read_text("utf-8")), shown)


def _tell(found: Sequence[Suite], outcomes: Sequence[Mapping[str, Any]], shown: str) -> int:
    stops = {suite.table: suite.stops for suite in found}
    bad = [one for one in outcomes if not one["passed"]]
    told = outcomes if shown != "table" else bad  # a person looks for what is wrong among hundreds
    if told or shown != "table":
        print_rows(shown, _COLUMNS, [_row(one, stops[one["table"]]) for one in told])
    failed = sum(stops[one["table"]] for one in bad)
    total = (
        f"{counted(len(outcomes), 'expectation')} of {counted(len(found), 'table')}: {len(outcomes) - len(bad)} passed"
    )
    warned = f", {len(bad) - failed} failed with a warning" if len(bad) > failed else ""
    print(f"{total}, {failed} failed{warned}.", file=sys.stderr)
    return 1 if failed else 0


def _row(one: Mapping[str, Any], stops: bool) -> tuple[object, ...]:
    outcome = "pass" if one["passed"] else "fail" if stops else "warn"
    about = one["error"] or ", ".join(one["examples"])
    return (one["table"], one["expectation"], one["column"], outcome, one["rows"], one["unexpected"], about)


def _publish(place: Place, lake: Outputs, docs: Path) -> None:
    s3 = place.client("s3")
    for file in sorted(docs.rglob("*")):
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            key = f"{DOCS_PREFIX}{file.relative_to(docs).as_posix()}"
            s3.upload_file(str(file), lake.artifacts_bucket, key, ExtraArgs={"ContentType": kind})


def _declared(workspace: Workspace) -> parsed.Parsed:
    return parsed.parse(workspace, "local", {"LAKELOOP_DATABASE": ":memory:"})


def _of(suite: Suite, tables: Mapping[str, SourceTable]) -> SourceTable:
    if suite.table not in tables:
        known = ", ".join(sorted(tables)) or "none"
        raise UserError(f"{suite.file} is of {suite.table}, which the project does not declare here. Known: {known}.")
    return tables[suite.table]


def _relation(table: SourceTable) -> dict[str, str]:
    return {"schema": table.schema, "name": table.identifier}
