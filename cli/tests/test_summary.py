"""The table at the end of an offline build counts as dbt does, and names each node once."""

import json

import duckdb
from lakeloop.summary import name_of, print_summary
from lakeloop.workspace import Workspace


def result(unique_id, status="success", seconds=0.1):
    return {"unique_id": unique_id, "status": status, "execution_time": seconds, "relation_name": None}


def test_counts_are_by_kind_and_what_is_not_built_is_not_counted(tmp_path, capsys):
    workspace = Workspace(tmp_path)
    workspace.target.mkdir(parents=True)
    results = [
        *(result(f"model.shop.m{number}") for number in range(17)),
        result("snapshot.shop.s"),
        result("exposure.shop.e", "no-op"),
        result("operation.shop.hook", seconds=9.0),
        result("test.shop.not_null_m1_id.abc", "pass"),
        result("unit_test.shop.m1.adds_up", "pass", 0.9),
        result("model.shop.bad", "error"),
    ]
    (workspace.target / "run_results.json").write_text(json.dumps({"results": results}))
    duckdb.connect(str(tmp_path / "built.duckdb")).close()
    print_summary(workspace, tmp_path / "built.duckdb", since=0, seconds=1.0)
    rows = [
        [cell.strip() for cell in line.strip("\u2502").split("\u2502")] for line in capsys.readouterr().out.splitlines()
    ]
    assert [row for row in rows if row[0] in ("models", "snapshots", "seeds", "tests")] == [
        ["models", "17, 1 error"],
        ["snapshots", "1"],
        ["tests", "2"],
    ]
    assert ["slowest", "0.90 s  m1.adds_up"] in rows and not any("hook" in row[-1] for row in rows)


def test_a_unit_test_is_not_called_as_its_model():
    assert name_of(result("unit_test.shop.m1.adds_up")) != name_of(result("model.shop.m1"))
