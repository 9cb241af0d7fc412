"""dbt's artifacts are, byte for byte, what dbt itself writes."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import dbt.artifacts.schemas.base as artifacts
import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import ResourceMapping
from dbt.flags import set_from_args
from dbt_common.clients import system
from dbt_runner.patches import artifact_files, shortcuts

PROJECT = {
    "dbt_project.yml": "{name: kinds, profile: kinds, version: '1.0', vars: {word: ö}}",
    "profiles.yml": "kinds: {target: one, outputs: {one: {type: duckdb, path: ':memory:'}}}",
    "selectors.yml": "selectors: [{name: words, definition: {method: tag, value: word}}]",
    "models/words.sql": "{{ config(tags=['word'], meta={'since': '2026', 'much': 1.5}) }} select 'ö' as word, 1 as n",
    "models/off.sql": "{{ config(enabled=false) }} select 1",
    "models/_models.yml": """
groups: [{name: people, owner: {name: ö}}]
models:
  - name: words
    description: '{{ doc("words") }}'
    config: {group: people, contract: {enforced: true}}
    columns: [{name: word, data_type: varchar, data_tests: [not_null, {accepted_values: {arguments: {values: [ö]}}}]},
              {name: n, data_type: integer}]
exposures: [{name: board, type: dashboard, owner: {name: ö}, depends_on: [ref('words')]}]
sources: [{name: raw, tables: [{name: events, freshness: {warn_after: {count: 1, period: day}}, loaded_at_field: at}]}]
unit_tests: [{name: one, model: words, given: [], expect: {rows: [{word: ö, n: 1}]}}]
""",
    "models/words.md": "{% docs words %}Words, *ö*.{% enddocs %}",
    "analyses/count.sql": "select count(*) from {{ ref('words') }}",
    "seeds/letters.csv": "id,letter\n1,ö\n",
    "snapshots/kept.yml": """
snapshots: [{name: kept, relation: ref('words'), config: {unique_key: n, strategy: check, check_cols: all}}]
""",
    "tests/none.sql": "select 1 from {{ ref('words') }} where false",
    "macros/say.sql": "{% macro say(word) %}{{ word }}{% endmacro %}",
    "functions/twice.sql": "x * 2",
    "functions/_functions.yml": (
        "functions: [{name: twice, arguments: [{name: x, data_type: integer}], returns: {data_type: integer}}]"
    ),
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """Of a project with a resource of nearly every kind."""
    folder = tmp_path_factory.mktemp("kinds")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    words = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--no-send-anonymous-usage-stats", "--quiet"]
    parsed = dbtRunner().invoke(["parse", *words])
    assert parsed.success, parsed.exception
    return parsed.result


def test_a_manifest(manifest, tmp_path, monkeypatch):
    set_from_args(Namespace(SEND_ANONYMOUS_USAGE_STATS=False), None)
    monkeypatch.setattr(artifacts, "write_json", system.write_json)
    writable = manifest.writable_manifest()
    shortcuts.DBT_WRITE_MANIFEST(writable, str(tmp_path / "dbts.json"))
    artifact_files.write_manifest(writable, str(tmp_path / "new" / "ours.json"))
    assert (tmp_path / "new" / "ours.json").read_bytes() == (tmp_path / "dbts.json").read_bytes()
    written = json.loads((tmp_path / "dbts.json").read_text("utf-8"))
    there = {name for name, found in written.items() if found}
    kinds = {
        "nodes",
        "sources",
        "macros",
        "docs",
        "exposures",
        "groups",
        "selectors",
        "disabled",
        "unit_tests",
        "functions",
    }
    assert kinds <= there


def test_its_resources_are_made_one_by_one(manifest, tmp_path, monkeypatch):
    """The memory of a large project hangs on this: a resource is made when it is written, and no other then."""
    made = []
    make = ResourceMapping.__getitem__
    monkeypatch.setattr(ResourceMapping, "__getitem__", lambda self, name: made.append(name) or make(self, name))
    written = []
    encode = artifact_files._encode
    monkeypatch.setattr(artifact_files, "_encode", lambda value: written.append(len(made)) or encode(value))
    set_from_args(Namespace(SEND_ANONYMOUS_USAGE_STATS=False), None)
    artifact_files.write_manifest(manifest.writable_manifest(), str(tmp_path / "ours.json"))
    assert len(made) > 500
    assert max(now - before for before, now in pairwise(written)) == 1


def test_other_artifacts(tmp_path):
    data = {"ö": [1, None, 2.5], "when": datetime(2026, 11, 20, tzinfo=UTC), "much": Decimal("1.5"), "none": {}}
    system.write_json(str(tmp_path / "dbts.json"), data)
    artifact_files.write_json(str(tmp_path / "new" / "ours.json"), data)
    assert (tmp_path / "new" / "ours.json").read_bytes() == (tmp_path / "dbts.json").read_bytes()
    assert json.loads((tmp_path / "new" / "ours.json").read_text("utf-8"))["ö"] == [1, None, 2.5]
