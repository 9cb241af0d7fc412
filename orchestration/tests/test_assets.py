"""A manifest in Dagster: assets, checks, what a run of each choice asks of dbt, and what it tells."""

import dagster as dg
import pytest
from lakeloop_dagster import assets
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
        }
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


class Told:
    """A place that answers with the statuses that it is given, success by default, of whatever is asked for."""

    def __init__(self, **statuses: str) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self.statuses = statuses

    def run(self, command, selected, say):
        self.asked.append((command, list(selected)))
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
        summary = {"nodes": [{"unique_id": "model.shop.orders", "dollars": 0.5, "bytes": 10, "thread": "x"}]}
        return Outcome(not bad, nodes({"results": found}, summary), "the last lines", "run-1")


def made(place: Told, select: str | None = None, instance=None) -> dg.ExecuteInProcessResult:
    defs = assets.definitions(Project(MANIFEST), place)
    chosen = dg.AssetSelection.all() if select is None else dg.AssetSelection.from_string(select)
    job = dg.define_asset_job("job", selection=chosen)
    whole = dg.Definitions.merge(defs, dg.Definitions(jobs=[job]))
    return whole.resolve_job_def("job").execute_in_process(
        raise_on_error=False, instance=instance or dg.DagsterInstance.ephemeral()
    )


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
    graph = assets.definitions(project, Told()).resolve_asset_graph()
    assert len(graph.get_all_asset_keys()) == 5 and len(graph.asset_check_keys) == 4


def test_all_of_it_is_a_whole_build_with_its_figures():
    place = Told()
    result = made(place)
    assert result.success and ("build", []) in place.asked
    events = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in result.all_events
        if event.is_step_materialization
    }
    assert set(events) == {*KEYS, "utils/days"}
    assert events["orders"]["dollars"].value == 0.5 and events["orders"]["run"].value == "run-1"
    assert "thread" not in events["orders"]
    assert (
        all(one.passed for one in result.get_asset_check_evaluations())
        and len(result.get_asset_check_evaluations()) == 3
    )


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
        def run(self, command, selected, say):
            return Outcome(True, [], "the last lines")

    assert not made(Silent()).success


@pytest.mark.parametrize("manifest", [{**MANIFEST, "nodes": {}, "unit_tests": {}}])
def test_a_project_without_models_loads(manifest):
    assert not Project(manifest).assets
    assets.definitions(Project(manifest), Told())
