"""Sources, and pipelines of batch ingestion that fill them."""

import json

import dagster as dg
import pytest
from lakeloop_dagster import around, definitions
from lakeloop_dagster.given import Given
from lakeloop_dagster.manifest import Project
from lakeloop_dagster.places import Environment, Local

from tests.test_assets import MANIFEST, Told

GIVEN = Given(
    "/nowhere",
    "m",
    "/raw",
    {"raw.orders": "shop_orders"},
    pipelines={"shop": {"orders": "shop_orders", "items": "shop_items"}},
)


class Ingesting(Told):
    def ingest(self, pipeline):
        return ["ingest", pipeline]


def made(monkeypatch, lines: list[str], code: int = 0) -> dg.ExecuteInProcessResult:
    def typed(root, words):
        yield from lines
        return code

    monkeypatch.setattr(around, "typed", typed)
    defs = definitions.of(Project(MANIFEST), GIVEN, Ingesting())
    job = defs.resolve_job_def("ingest_shop_job")
    return job.execute_in_process(raise_on_error=False, instance=dg.DagsterInstance.ephemeral())


def test_a_pipeline_makes_the_sources_whose_folders_it_fills(monkeypatch):
    table = {"rows": 3, "bytes": 10, "key": "k", "cursor": None, "first": True, "new_columns": {}}
    report = {
        "pipeline": "shop",
        "load": "shop-1",
        "tables": {"orders": table, "items": {**table, "rows": 0, "key": None}},
    }
    result = made(monkeypatch, ["dev at http://there", *json.dumps(report, indent=1).splitlines()])
    told = {
        one.asset_key.to_user_string(): one.step_materialization_data.materialization.metadata["rows"].value
        for one in result.all_events
        if one.is_step_materialization
    }
    assert result.success and told == {"raw/orders": 3, "ingest/items": 0}
    defs = definitions.of(Project(MANIFEST), GIVEN, Ingesting())
    assert dg.AssetKey(["raw", "orders"]) in defs.resolve_asset_graph().materializable_asset_keys


@pytest.mark.parametrize(("lines", "code"), [(["error: no"], 2), (["no JSON"], 0)])
def test_a_pipeline_that_brings_nothing_fails_with_its_words(monkeypatch, lines, code):
    result = made(monkeypatch, lines, code)
    failure = [str(one.event_specific_data) for one in result.all_events if one.is_step_failure]
    assert not result.success and lines[0] in failure[0]


def test_pipelines_go_where_runs_go(tmp_path):
    assert Local(tmp_path, "/raw").ingest("shop") == ["ingest", "shop", "raw=/raw", "json=true"]
    there = Environment(tmp_path, "dev", "artifacts", "aws")
    assert there.ingest("shop") == ["ingest", "shop", "env=dev", "on=aws", "json=true"]


def test_sources_say_what_they_are():
    project = Project(MANIFEST)
    kinds = [
        around.sources(project, Given("/", "m", "/raw", *more))[0].kinds for more in (({"raw.orders": "orders"},), ())
    ]
    assert kinds == [{"raw"}, {"glue"}]
    assert around.sources(project, Given("/", "m", "/raw", changelogs=("raw.orders",)))[0].kinds == {"changelog"}
