"""A project tried: compiled, seeded, run without rows and with rows on local Athena, in the Lambda, and on DuckDB."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from lakeloop_project.sources import Kind, SourceTable, source_tables

from lakeloop.adopt import child, columns, source_columns, verdict
from lakeloop.adopt.child import Done
from lakeloop.adopt.lake import Lake
from lakeloop.adopt.reasons import ATHENA, DUCKDB, LAMBDA, Reason
from lakeloop.adopt.verdict import Obstacle, Verdict
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.load import glue_sources
from lakeloop.aws.parity import tables as parity
from lakeloop.dbt_command import Offline, offline_command, offline_variables
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.skip import leave_out
from lakeloop.sources import known, local
from lakeloop.workspace import Workspace

_RUN = re.compile(r"The run (\S+) has begun")


@dataclass
class Trial:
    """All that is learned on the way; ``tell`` says how far it is."""

    workspace: Workspace
    tell: Callable[[str], None]
    manifest: dict[str, Any]
    """As the first environment has it, before anything is made."""
    raw_schema: str
    glue: Any = None
    """A client of the Glue that has the sources' tables; None if nobody may be asked."""
    compiled: int | None = None
    empty: int | None = None
    compared: int | None = None
    differing: dict[str, str] = field(default_factory=dict)
    """By model: what is not the same on DuckDB and on Athena."""
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)
    without_rows: set[str] = field(default_factory=set)

    def on_athena(self, lake: Lake, environment: str) -> None:
        """Compile, seed, run ``--empty`` and build with rows from here; then build in the function what was built."""
        names = dbt_names.names(self.workspace, lake.place, lake.names)
        target = ["--target", names["DBT_TARGET"]]
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lay(lake)
        self._stand_in(lake, {})
        done = self._dbt("compile", ["compile", *target], names)
        self.manifest = done.manifest
        self.compiled = sum(one.kind == "model" and one.status == "success" for one in done.results.values())
        reading = columns.read(self._sql(done))
        self._stand_in(lake, reading.columns)
        self._note_hard_coded(reading)
        self._dbt("seed", ["seed", *target], names)
        empty = self._dbt("empty", ["run", "--empty", *target], names)
        self.empty = sum(one.kind == "model" and one.status == "success" for one in empty.results.values())
        built = self._dbt("build", ["build", *target], names)
        self._judge(ATHENA, built)
        self._in_lambda(lake, environment, built)

    def on_duckdb(self) -> None:
        """Build offline, aside from the checkout's own database."""
        began = time.monotonic()
        folder = self.workspace.state / "adopt" / "duckdb"
        folder.mkdir(parents=True, exist_ok=True)
        places = Offline(self.workspace.raw, folder / "lakeloop.duckdb", folder / "target")
        places.database.unlink(missing_ok=True)
        words = ["--log-format", "json", "build"]
        done = child.run_program(
            self.workspace,
            "duckdb",
            offline_command(self.workspace, words, places),
            offline_variables(self.workspace, places),
            places.target,
        )
        if done.code and not done.results:
            raise UserError(f"Nothing was tried on DuckDB: {done.said}")
        self._judge(DUCKDB, done)
        self.tell(
            f"DuckDB: {counted(self.verdicts[DUCKDB].built('model'), 'model')} built ({time.monotonic() - began:.0f} s)"
        )

    def compare(self, lake: Lake) -> None:
        """Compare the tables that both engines have built, with the Athena of *lake*."""
        if not {ATHENA, DUCKDB} <= self.verdicts.keys():
            return
        folder = self.workspace.state / "adopt" / "duckdb"
        database = folder / "lakeloop.duckdb"
        built = {one for one, result in self.verdicts[ATHENA].results.items() if result.status == "success"}
        there = {one: found for one, found in parity.relations(self.manifest).items() if one in built}
        pairs, _ = parity.paired(parity.built_here(folder / "target" / "manifest.json", database), there)
        self.compared = len(pairs)
        for here, other in pairs:
            try:
                found = parity.compared(lake.place, lake.names, database, here, other)
            except UserError as error:
                self.differing[here.name] = f"cannot be compared: {error}"
                continue
            if not found.same:
                more = found.only_here + found.only_there
                self.differing[here.name] = "; ".join(found.columns) or f"{more} rows, such as {found.examples[0]}"
        self.tell(
            f"Parity: {self.compared - len(self.differing)} of {counted(self.compared, 'table')} are the same on both"
        )

    @property
    def obstacles(self) -> list[Obstacle]:
        return [one for found in self.verdicts.values() for one in found.obstacles]

    @property
    def sources(self) -> list[SourceTable]:
        """The source tables that anything reads."""
        found = source_tables(self.manifest, self.raw_schema)
        return [one for one in found if self.manifest.get("child_map", {}).get(one.unique_id)]

    def skipped(self, *engines: str) -> list[str]:
        """Selections that are left out on *engines* from now on."""
        found = [one for engine in engines if engine in self.verdicts for one in self.verdicts[engine].obstacles]
        return verdict.selections(found, self.manifest)

    def _dbt(self, name: str, words: Sequence[str], names: Mapping[str, str]) -> Done:
        began = time.monotonic()
        done = child.run(self.workspace, name, words, names, self._folder)
        if done.code and not done.results:
            raise UserError(f"dbt {name}: {done.said}")
        good = sum(one.status in ("success", "pass") for one in done.results.values())
        bad = len(done.results) - good
        shown = "run --empty" if name == "empty" else name
        self.tell(f"local Athena, dbt {shown}: {good} done, {bad} not ({time.monotonic() - began:.0f} s)")
        return done

    @property
    def _folder(self) -> Path:
        return self.workspace.state / "adopt" / "athena"

    def _lay(self, lake: Lake) -> None:
        """Have what the project expects to be there: raw tables, and buckets that models name."""
        if any(one.kind is Kind.RAW for one in self.sources):
            done = lake.lakeloop("load", f"env={lake.place.environment}")
            if done.returncode:
                self.lasting.append(f"Raw files could not be loaded: {(done.stderr or done.stdout).strip()[-300:]}")
        if buckets := external_buckets(self.manifest):
            s3, region = lake.place.client("s3"), lake.place.region
            elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}}
            for bucket in buckets:
                with suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
                    s3.create_bucket(Bucket=bucket, **({} if region in ("", "us-east-1") else elsewhere))
            self.lasting.append(
                f"Models name buckets of their own ({', '.join(buckets)}): stand-ins for this trial. On AWS the function may not "
                "write there; take external_location and s3_data_dir out of the models."
            )

    def _stand_in(self, lake: Lake, read: Mapping[str, set[str]]) -> None:
        """Write the columns of the sources in Glue, and have tables in the lake that have them."""
        tables = self.sources
        project = self.workspace.dbt_project
        found = source_columns.gather(tables, read, self.glue, known.read(project))
        if found.columns:
            known.write(project, found.columns, found.guessed)
        glue_sources.provide(lake.place, lake.names, project, tables)
        by_name = {one.full_name: one for one in tables}
        self.guessed = {by_name[name].unique_id for name, guesses in found.guessed.items() if guesses}
        folder = self.workspace.local_sources
        self.without_rows = {
            one.unique_id
            for one in tables
            if one.kind is Kind.GLUE and not local.files_under(local.folder_of(folder, one))
        }
        self._note_sources(found, tables)

    def _sql(self, done: Done) -> list[tuple[str, str, str]]:
        """Name, relation and SQL of the models, those that are read first."""
        nodes = self.manifest.get("nodes", {})
        return [
            (
                nodes[one.unique_id]["name"],
                f"{nodes[one.unique_id]['schema']}.{nodes[one.unique_id]['alias']}",
                one.compiled,
            )
            for one in done.results.values()
            if one.compiled and one.unique_id in nodes and one.kind in ("model", "snapshot")
        ]

    def _judge(self, engine: str, done: Done) -> None:
        compiled = done.results
        self.verdicts[engine] = verdict.judge(engine, compiled, self.manifest, self.guessed, self.without_rows)
        self._judge_federated(engine)

    def _judge_federated(self, engine: str) -> None:
        """Models on tables of a connector say many things; the cause is one."""
        foreign = {one.unique_id: one for one in source_columns.federated(self.sources)}
        found = self.verdicts[engine]
        parents = self.manifest.get("parent_map", {})
        for place, one in enumerate(found.obstacles):
            for parent in parents.get(one.node, ()):
                if parent in foreign:
                    table = foreign[parent]
                    reason = Reason(
                        f"{table.full_name} is in the federated catalog {table.database}",
                        "runs on AWS, with its connector",
                    )
                    found.obstacles[place] = Obstacle(one.node, one.name, engine, reason, one.below)

    def _in_lambda(self, lake: Lake, environment: str, built: Done) -> None:
        began = time.monotonic()
        words = leave_out(self.workspace, ["build"], self.skipped(ATHENA))
        done = lake.lakeloop("run", f"env={environment}", *words)
        (self.workspace.state / "adopt" / "lambda.log").write_text(done.stdout + done.stderr, "utf-8")
        run_id = _RUN.search(done.stdout)
        try:
            if run_id is None:
                raise UserError((done.stderr or done.stdout).strip()[-400:])
            key = f"runs/{run_id[1]}/run_results.json"
            stored = lake.place.client("s3").get_object(Bucket=lake.names.artifacts_bucket, Key=key)
            results = child.results_of(json.loads(stored["Body"].read()))
        except (UserError, ClientError) as error:
            said = (done.stderr or done.stdout).strip()[-400:] if isinstance(error, ClientError) else error
            self.notes.append(f"In the Lambda nothing was built: {said}")
            return
        self._judge(LAMBDA, Done(done.returncode, [], built.target, results))
        self.tell(
            f"Lambda: {counted(self.verdicts[LAMBDA].built('model'), 'model')} built ({time.monotonic() - began:.0f} s)"
        )

    def _note_hard_coded(self, reading: columns.Reading) -> None:
        nodes = [*self.manifest.get("nodes", {}).values(), *self.manifest.get("sources", {}).values()]
        own = {f"{one.get('schema')}.{one.get('alias') or one.get('identifier')}".lower(): "" for one in nodes}
        if found := columns.hard_coded(reading, own):
            self.notes.append(
                f"Tables that SQL names without source() or ref(): {', '.join(found[:8])}{', ...' if len(found) > 8 else ''}. dbt "
                "does not know that they are read; declare them as sources."
            )
        if reading.unread:
            self.notes.append(f"SQL that could not be read for columns: {', '.join(reading.unread[:8])}.")

    def _note_sources(self, found: source_columns.Known, tables: Sequence[SourceTable]) -> None:
        self.notes = list(self.lasting)
        in_glue = [one for one in tables if one.kind is Kind.GLUE]
        if not in_glue:
            return
        empty = len(self.without_rows)
        self.notes.append(
            f"{counted(len(in_glue), 'table of sources is', 'tables of sources are')} in Glue; "
            f"{empty} have no files under data/sources/ and are empty here. Their "
            "columns are in dbt/source_columns.yml."
        )
        if guesses := sum(map(len, found.guessed.values())):
            self.notes.append(
                f"{guesses} of their columns have a guessed type (text), marked there: `just adopt ... on=aws` reads Glue's."
            )
        if found.absent:
            self.notes.append(f"Glue has no {', '.join(found.absent[:5])}{', ...' if len(found.absent) > 5 else ''}.")
        locations = found.locations | external_locations(self.manifest)
        if locations:
            places = ", ".join(f'"{one}"' for one in sorted(locations)[:20])
            self.notes.append(
                f"For the function to read them on AWS, in terraform/envs/*.tfvars: source_locations = [{places}]"
            )


def external_buckets(manifest: Mapping[str, Any]) -> list[str]:
    """Buckets that models name themselves (``external_location``, ``s3_data_dir``), which are not the environment's."""
    found = set()
    for node in manifest.get("nodes", {}).values():
        for key in ("external_location", "s3_data_dir"):
            value = str(node.get("config", {}).get(key) or "")
            if value.startswith("s3://"):
                found.add(value.removeprefix("s3://").partition("/")[0])
    return sorted(found)


def external_locations(manifest: Mapping[str, Any]) -> set[str]:
    """Keys by which sources name the place of their files: https://docs.getdbt.com/reference/resource-properties/external"""
    found = {str((node.get("external") or {}).get("location") or "") for node in manifest.get("sources", {}).values()}
    return {f"{place.rstrip('/')}/" for place in found if place.startswith("s3://")}
