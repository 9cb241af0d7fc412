"""Databases that the project builds in and reads from, by its manifest."""

import pytest
from lakeloop.aws.terraform import catalog
from lakeloop.errors import UserError
from lakeloop.parsed import Parsed
from lakeloop_project import Settings


class Workspace:
    settings = Settings("acme-shop", "eu-west-1", "data/raw")


def node(unique_id, schema, *parents, materialized="table", database="awsdatacatalog", store_failures=False):
    return {
        "unique_id": unique_id,
        "resource_type": unique_id.split(".")[0],
        "name": unique_id.split(".")[-1],
        "alias": unique_id.split(".")[-1],
        "schema": schema,
        "database": database,
        "depends_on": list(parents),
        "config": {"materialized": materialized, "store_failures": store_failures},
    }


def source(name, schema, database="awsdatacatalog", **more):
    return {
        "unique_id": f"source.p.{name}",
        "source_name": "s",
        "name": name,
        "schema": schema,
        "database": database,
        **more,
    }


@pytest.fixture
def databases(monkeypatch):
    def ask(nodes, sources=()):
        manifest = {
            "nodes": {one["unique_id"]: one for one in nodes},
            "sources": {one["unique_id"]: one for one in sources},
        }

        def parse(workspace, target, names):
            assert (target, names["GLUE_DATABASE_NAME"], names["DBT_RAW_SCHEMA"]) == (
                "dev",
                "acme_shop_dev",
                "acme_shop_dev_raw",
            )
            return Parsed(manifest, names["DBT_RAW_SCHEMA"])

        monkeypatch.setattr(catalog, "parse", parse)
        return catalog.databases(Workspace(), "dev")

    return ask


def test_an_environments_own_two_are_not_named(databases):
    raw = source("orders", "acme_shop_dev_raw")
    assert databases([node("model.p.a", "acme_shop_dev", "source.p.orders")], [raw]) == ([], [])


def test_what_is_built_elsewhere_and_what_others_have(databases):
    nodes = [
        node("model.p.a", "acme_shop_dev", "source.p.people"),
        node("model.p.b", "Acme_Shop_Dev_Marketing"),
        node("model.p.c", "acme_shop_dev_views", materialized="ephemeral"),
        node("seed.p.d", "acme_shop_dev_seeds", "source.p.seeded"),
        node("test.p.e", "acme_shop_dev_audit"),
        node("test.p.f", "acme_shop_dev_failures", store_failures=True),
        node("model.p.g", "elsewhere", database="federated"),
    ]
    sources = [
        source("people", "crm"),
        source("unused", "nobody"),
        source("remote", "postgres", database="federated"),
        source("seeded", "acme_shop_dev_seeds", identifier="d"),
        source("files", "acme_shop_dev_files", meta={"format": "csv"}),
    ]
    own = ["acme_shop_dev_failures", "acme_shop_dev_files", "acme_shop_dev_marketing", "acme_shop_dev_seeds"]
    assert databases(nodes, sources) == (own, ["crm"])


@pytest.mark.parametrize(
    ("nodes", "sources", "what"),
    [
        ([node("model.p.a", "marketing")], [], "model a would be built in the database marketing"),
        (
            [],
            [source("orders", "raw", meta={"format": "csv"})],
            r"the raw table s\.orders would be built in the database raw",
        ),
    ],
)
def test_a_database_of_another_name_is_refused(databases, nodes, sources, what):
    with pytest.raises(UserError, match=f"{what}.*begin with acme_shop_dev_"):
        databases(nodes, sources)
