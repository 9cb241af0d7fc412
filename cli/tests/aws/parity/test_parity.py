"""Which tables are compared: all that are tables on both sides, by the manifests."""

from lakeloop.aws.parity.tables import Relation, paired, relations


def node(name, materialized="table", resource_type="model", **meta):
    return {
        "name": name,
        "alias": f"{name}_v1",
        "schema": "main_marts",
        "resource_type": resource_type,
        "config": {"materialized": materialized, "meta": meta},
    }


def test_models_that_hold_rows_are_tables():
    nodes = {
        "model.p.orders": node("orders", "incremental"),
        "model.p.people": node("people", parity=False),
        "model.p.latest": node("latest", "view"),
        "model.p.parts": node("parts", "ephemeral"),
        "seed.p.letters": node("letters", "seed", "seed"),
    }
    assert relations({"nodes": nodes}) == {
        "model.p.orders": Relation("orders", "main_marts", "orders_v1", True),
        "model.p.people": Relation("people", "main_marts", "people_v1", False),
    }


def test_what_is_left_out_is_named():
    def side(schema, **compared):
        return {name: Relation(name, schema, name, wanted) for name, wanted in compared.items()}

    pairs, said = paired(side("main", a=True, b=False, c=True), side("lake_dev", a=True, b=False, d=True))
    assert [(here.schema, there.schema, here.name) for here, there in pairs] == [("main", "lake_dev", "a")]
    assert said == [
        "Left out, for they say `parity: false`: b.",
        "On DuckDB alone: c.",
        "Skipped, or on Athena alone: d.",
    ]
    pairs, said = paired(side("main", a=True, b=True), side("lake_dev", a=True, b=True), ["a"])
    assert ([here.name for here, _ in pairs], said) == (["b"], ["Left out ([skip] in lakeloop.toml): a."])
