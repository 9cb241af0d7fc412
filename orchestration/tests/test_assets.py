"""A manifest in Dagster: assets, checks, what a run of each choice asks of dbt, and what it tells."""

from datetime import date

import dagster as dg
import pytest
from lakeloop_dagster import definitions
from lakeloop_dagster.assets import ARRIVED, ARRIVED_FROM
from lakeloop_dagster.given import Given
from lakeloop_dagster.manifest import Project
from lakeloop_dagster.outcome import Outcome, nodes


def node(kind: str, name: str, reads=(), **more) -> dict:
    return {
        "resource_type": kind,
        "package_name": "shop",
        "name": name,
        "fqn": ["shop", "marts", name],
        "depends_on": {"nodes": list(reads)},
        "config": {"materialized": "table"},
        **more,
    }


MANIFEST = {
    "metadata": {"project_name": "shop"},
    "sources": {
        "source.shop.raw.orders": {
            "resource_type": "source",
            "source_name": "raw",
            "name": "orders",
            "description": "Raw.",
            "freshness": {"warn_after": {"count": 2, "period": "day"}, "error_after": {"count": None, "period": None}},
        }
    },
    "macros": {
        "macro.shop.first": {"name": "first", "macro_sql": "{{ env_var('DBT_ARRIVED_FROM', '') }}"},
        "macro.shop.since": {"name": "since", "macro_sql": "{{ first() }}"},
        "macro.shop.since_when": {"name": "since_when", "macro_sql": "of something else"},
    },
    "exposures": {
        "exposure.shop.weekly": {
            "name": "weekly",
            "depends_on": {"nodes": ["model.shop.orders"]},
            "config": {"meta": {"export": {"format": "csv"}}},
        },
        "exposure.shop.board": {"name": "board", "depends_on": {"nodes": ["model.shop.orders"]}, "meta": {}},
    },
    "nodes": {
        "seed.shop.countries": node("seed", "countries"),
        "model.shop.between": node(
            "model", "between", ["source.shop.raw.orders", "seed.shop.countries"], config={"materialized": "ephemeral"}
        ),
        "model.shop.orders": node("model", "orders", ["model.shop.between"], description="Orders."),
        "snapshot.shop.history": node("snapshot", "history", ["model.shop.orders"]),
        "model.utils.days": node("model", "days", package_name="utils", fqn=["utils", "days"]),
        "test.shop.unique_orders.1": node(
            "test", "unique_orders", ["model.shop.orders"], attached_node="model.shop.orders"
        ),
        "test.shop.totals": node("test", "totals agree", ["snapshot.shop.history", "model.shop.orders"]),
        "test.shop.raw": node(
            "test", "raw_not_null", ["source.shop.raw.orders"], attached_node="source.shop.raw.orders"
        ),
    },
    "unit_tests": {
        "unit_test.shop.orders.sums": node(
            "unit_test", "sums", ["model.shop.orders"], fqn=["shop", "marts", "orders", "sums"]
        )
    },
}
KEYS = {"countries", "orders", "history"}
EXPORT = dg.AssetKey(["exports", "weekly"])
GIVEN = Given("/nowhere", "manifest.json", "/raw", {"raw.orders": "orders"})


class Told:
    """A place that answers with the statuses that it is given, success by default, of whatever is asked for."""

    def __init__(self, **statuses: str) -> None:
        self.asks = []
        self.statuses = statuses
        self.early = []

    @property
    def asked(self):
        return [(ask.command[0], list(ask.selected)) for ask in self.asks]

    def run(self, ask, say):
        self.asks.append(ask)
        command = ask.command[0]
        say("dbt's words")
        found = []
        for unique_id in [*MANIFEST["nodes"], *MANIFEST["unit_tests"]]:
            name = unique_id.split(".")[2]
            good = "pass" if "test." in unique_id else "success"
            if command == "build" or "test." in unique_id:
                status = self.statuses.get(name, good)
                found.append(
                    {"unique_id": unique_id, "status": status, "message": f"{name} {status}", "execution_time": 1.5}
                )
        bad = set(self.statuses.values()) & {"error", "fail"}
        summary = {"nodes": [{"unique_id": "model.shop.orders", "dollars": 0.5, "bytes_scanned": 10, "thread": "x"}]}
        told = nodes({"results": found}, summary, "run-1")
        # As a journal that is listed: a node may be seen before one that it reads.
        yield from sorted(
            told, key=lambda node: self.early.index(node.unique_id) if node.unique_id in self.early else 99
        )
        exports = [{"name": "weekly", "uri": "s3://x/y.csv", "files": 1, "bytes": 7, "notify": False}]
        return Outcome(not bad, told, "the last lines", "run-1", [] if bad else exports)


def made(
    place: Told, select: str | None = None, instance=None, manifest=MANIFEST, given=GIVEN, **more
) -> dg.ExecuteInProcessResult:
    defs = definitions.of(Project(manifest), given, place)
    chosen = dg.AssetSelection.all() if select is None else dg.AssetSelection.from_string(select)
    job = dg.define_asset_job("job", selection=chosen)
    whole = dg.Definitions.merge(defs, dg.Definitions(jobs=[job]))
    return whole.resolve_job_def("job").execute_in_process(
        raise_on_error=False, instance=instance or dg.DagsterInstance.ephemeral(), **more
    )


def materialized(result: dg.ExecuteInProcessResult) -> list[tuple[str, str | None]]:
    return [(one.asset_key.to_user_string(), one.partition) for one in result.all_events if one.is_step_materialization]


def test_nodes_are_assets_and_read_through_ephemeral_models():
    project = Project(MANIFEST)
    assert {key.to_user_string() for key in project.assets} == {*KEYS, "utils/days"}
    orders = project.assets[dg.AssetKey("orders")]
    assert set(orders.deps) == {dg.AssetKey(["raw", "orders"]), dg.AssetKey("countries")}
    assert {asset.group for asset in project.assets.values()} == {"marts", "seeds", "snapshots", "models"}
    checks = {check.name: check for check in project.checks.values()}
    assert set(checks) == {"unique_orders", "totals_agree", "raw_not_null", "sums"}
    assert checks["totals_agree"].asset == dg.AssetKey("history")
    assert checks["totals_agree"].others == (dg.AssetKey("orders"),)
    graph = definitions.of(project, GIVEN, Told()).resolve_asset_graph()
    assert len(graph.get_all_asset_keys()) == 6 and len(graph.asset_check_keys) == 5
    assert set(project.exports) == {EXPORT}
    assert [check.select for check in project.freshness.values()] == ["source:raw.orders"]


def test_all_of_it_is_a_whole_build_with_its_figures():
    place = Told()
    result = made(place)
    assert result.success and ("build", []) in place.asked
    events = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in result.all_events
        if event.is_step_materialization
    }
    assert set(events) == {*KEYS, "utils/days", "exports/weekly"}
    assert events["exports/weekly"]["uri"].value == "s3://x/y.csv"
    assert (
        events["orders"]["dollars"].value == 0.5
        and events["orders"]["bytes"].value == 10
        and events["orders"]["run"].value == "run-1"
    )
    assert "thread" not in events["orders"]
    checks = {one.check_name: one.passed for one in result.get_asset_check_evaluations()}
    assert checks == {"unique_orders": True, "totals_agree": True, "sums": True}


def test_a_part_asks_for_that_part_alone():
    place = Told()
    assert made(place, "key:orders").success
    assert place.asked == [("build", ["fqn:shop.marts.orders"])]


def test_a_test_that_fails_is_a_check_that_fails_and_what_was_built_is_told():
    result = made(Told(unique_orders="fail", history="skipped"))
    assert not result.success
    built = {event.asset_key.to_user_string() for event in result.all_events if event.is_step_materialization}
    assert built == {"countries", "orders", "utils/days"}
    failed = [one.check_name for one in result.get_asset_check_evaluations() if not one.passed]
    assert failed == ["unique_orders"]


def test_a_model_that_fails_says_why():
    result = made(Told(orders="error", history="skipped"))
    assert not result.success
    reasons = [str(event.event_specific_data.error) for event in result.all_events if event.is_step_failure]
    failure = [str(event.event_specific_data) for event in result.all_events if event.is_step_failure]
    assert "orders error" in "".join(reasons + failure)


def test_a_warning_passes_nothing_and_stops_nothing():
    result = made(Told(unique_orders="warn"))
    assert result.success
    (warned,) = [one for one in result.get_asset_check_evaluations() if not one.passed]
    assert warned.severity == dg.AssetCheckSeverity.WARN


def test_a_run_that_says_nothing_is_no_success():
    class Silent(Told):
        def run(self, ask, say):
            yield from ()
            return Outcome(True, [], "the last lines")

    assert not made(Silent()).success


@pytest.mark.parametrize("manifest", [{**MANIFEST, "nodes": {}, "unit_tests": {}}])
def test_a_project_without_models_loads(manifest):
    assert not Project(manifest).assets
    definitions.of(Project(manifest), GIVEN, Told())


def test_nodes_are_told_while_they_run_each_after_those_that_it_reads():
    place = Told()
    place.early = ["unit_test.shop.orders.sums", "snapshot.shop.history", "model.shop.orders"]
    result = made(place)
    told = [one.event_specific_data.output_name for one in result.all_events if one.is_successful_output]
    assert result.success and told.index("countries") < told.index("orders") < told.index("history")
    # dbt ran its unit test first.
    assert told.index("orders") < told.index("orders_sums") < told.index("history_totals_agree")


DAYS = {
    **MANIFEST,
    "nodes": {
        **MANIFEST["nodes"],
        "model.shop.orders": node(
            "model",
            "orders",
            ["model.shop.between"],
            raw_code="where {{ since('x') }}",
            config={"materialized": "incremental"},
        ),
        "model.utils.days": node(
            "model",
            "days",
            package_name="utils",
            fqn=["utils", "days"],
            config={
                "materialized": "incremental",
                "incremental_strategy": "microbatch",
                "batch_size": "day",
                "begin": "2026-03-01",
            },
        ),
    },
}
BY_DAY = Given("/nowhere", "manifest.json", "/raw", {"raw.orders": "orders"}, "2026-04-01")


def test_models_that_read_by_day_have_days():
    days = {asset.key.to_user_string(): asset.days for asset in Project(DAYS).assets.values()}
    assert days == {"countries": "", "orders": "arrival", "history": "", "utils/days": "event_time"}
    other = {
        **DAYS["nodes"],
        "model.shop.orders": {**DAYS["nodes"]["model.shop.orders"], "raw_code": "{{ since_when() }}"},
    }
    assert not Project({**DAYS, "nodes": other}).assets[dg.AssetKey("orders")].days


def test_ten_days_are_one_run_from_the_first_of_them():
    place = Told()
    tags = {"dagster/asset_partition_range_start": "2026-04-01", "dagster/asset_partition_range_end": "2026-04-10"}
    result = made(place, "key:orders or key:utils/days", manifest=DAYS, given=BY_DAY, tags=tags)
    assert result.success and len(place.asks) == 1
    assert place.asks[0].first_day == "2026-04-01"
    assert place.asks[0].words[-4:] == ["--event-time-start", "2026-04-01", "--event-time-end", "2026-04-11"]
    assert len([day for key, day in materialized(result) if key == "orders"]) == 10


def test_the_newest_day_is_an_ordinary_run():
    place = Told()
    job = dg.Definitions.merge(definitions.of(Project(DAYS), BY_DAY, place)).resolve_job_def("build")
    newest = job.partitions_def.get_last_partition_key()
    result = job.execute_in_process(instance=dg.DagsterInstance.ephemeral(), partition_key=newest)
    assert result.success and ("orders", newest) in materialized(result)
    assert [ask.words for ask in place.asks] == [["build"]] and not place.asks[0].first_day


def test_a_model_by_days_without_a_day_is_refused_before_anything_runs():
    place = Told()
    refused = made(place, "key:orders", manifest=DAYS, given=BY_DAY)
    assert not refused.success and not place.asks
    assert "newest partition" in refused.failure_data_for_node("dbt").user_failure_data.description
    assert made(place, "key:countries", manifest=DAYS, given=BY_DAY).success, "one without days needs none"


def test_files_that_arrived_are_named_with_their_first_day():
    place = Told()
    tags = {ARRIVED: "raw.orders", ARRIVED_FROM: "2026-04-03"}
    newest = date.today().isoformat()
    result = made(place, "key:orders", manifest=DAYS, given=BY_DAY, tags=tags, partition_key=newest)
    assert result.success and place.asks[0].arrived == ("raw.orders",) and place.asks[0].first_day == "2026-04-03"
    assert place.asks[0].words == ["build", "--select", "fqn:shop.marts.orders"]


def test_an_export_alone_is_refused():
    place = Told()
    result = made(place, "key:exports/weekly")
    assert not result.success and not place.asks


def test_any_command_is_told_as_events_of_assets():
    place = Told()
    job = definitions.of(Project(MANIFEST), GIVEN, place).resolve_job_def("command")
    config = {"ops": {"words": {"config": {"words": ["build", "--select", "orders+"]}}}}
    result = job.execute_in_process(run_config=config, instance=dg.DagsterInstance.ephemeral())
    assert place.asks[0].words == ["build", "--select", "orders+"]
    assert {key for key, _ in materialized(result)} == {*KEYS, "utils/days"}
    told = [
        one.asset_check_evaluation_data for one in result.all_events if one.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    assert {one.check_name for one in told} == {"unique_orders", "totals_agree", "raw_not_null", "sums"}
