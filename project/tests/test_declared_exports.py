"""Exposures with ``meta.export``: what is taken, and what is refused by name."""

import pytest
from lakeloop_project import UserError
from lakeloop_project.exports import exports

NODES = {
    "model.a.m": {"resource_type": "model", "schema": "s", "alias": "m", "config": {"materialized": "table"}},
    "model.a.e": {"resource_type": "model", "schema": "s", "alias": "e", "config": {"materialized": "ephemeral"}},
    "seed.a.z": {"resource_type": "seed", "schema": "s", "alias": "z", "config": {"materialized": "seed"}},
    "test.a.t": {"resource_type": "test", "schema": "s", "alias": "t", "config": {"materialized": "test"}},
}


def exposure(export, name="weekly", nodes=("model.a.m",), **more):
    return {
        "unique_id": f"exposure.a.{name}",
        "name": name,
        "meta": {"export": export},
        "depends_on": {"nodes": list(nodes)},
        **more,
    }


def of(*exposures):
    return exports({"exposures": {one["unique_id"]: one for one in exposures}, "nodes": NODES})


def test_an_export_has_defaults():
    assert of(exposure({"format": "csv"})) == [
        {
            "unique_id": "exposure.a.weekly",
            "name": "weekly",
            "format": "csv",
            "when": "each_run",
            "notify": False,
            "tables": [{"unique_id": "model.a.m", "schema": "s", "table": "m"}],
        }
    ]


def test_meta_may_stand_under_config_and_exposures_without_are_none():
    under = exposure(None, config={"meta": {"export": {"format": "parquet", "name": "x-1", "notify": True}}})
    under["meta"] = {}
    plain = {**exposure(None, "plain"), "meta": {"owner": "me"}}
    (one,) = of(under, plain)
    assert (one["name"], one["format"], one["notify"]) == ("x-1", "parquet", True)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (exposure("csv"), "'csv', and must be like"),
        (exposure(None), "format is None. Known: csv, parquet"),
        (exposure({"format": "xlsx"}), "format is 'xlsx'"),
        (
            exposure({"format": "csv", "location": "s3://x/"}),
            "has location, which means nothing here. Known: format, name",
        ),
        (exposure({"format": "csv", "when": "daily"}), "when is 'daily'. Known: each_run, whole_build"),
        (exposure({"format": "csv", "notify": "yes"}), "notify is 'yes'"),
        (exposure({"format": "csv", "name": "../x"}), "name is '../x'"),
        (exposure({"format": "csv", "name": "Weekly"}), "name is 'Weekly'"),
        (exposure({"format": "csv"}, nodes=()), "depends on nothing"),
        (exposure({"format": "csv"}, nodes=("model.a.e",)), "model.a.e is no table"),
        (exposure({"format": "csv"}, nodes=("test.a.t",)), "test.a.t is no table"),
        (exposure({"format": "csv"}, nodes=("source.a.s.t",)), "source.a.s.t is no table"),
    ],
)
def test_what_could_not_be_written_is_refused_by_name(made, said):
    with pytest.raises(UserError) as refused:
        of(made)
    assert said in str(refused.value) and "exposure weekly" in str(refused.value)


def test_two_exports_of_one_name_are_refused():
    with pytest.raises(UserError, match=r"exposure\.a\.weekly and exposure\.a\.other would be exported under one name"):
        of(exposure({"format": "csv"}), exposure({"format": "csv", "name": "weekly"}, "other"))
