"""The rows about cost at the end of ``just invoke`` and ``just run``."""

from lakeloop.aws.invoke import print_answer
from lakeloop.report.table import cost_rows, name

NODE = {"unique_id": "model.lakeloop.fct_orders", "seconds": 9.1, "bytes_scanned": 70_210, "dollars": 0.0001}
COST = {
    "dollars": 0.0031,
    "athena_dollars": 0.0018,
    "lambda_dollars": 0.0013,
    "at_least": [],
    "queries": 37,
    "slowest": [NODE, {**NODE, "unique_id": "test.lakeloop.unique_fct_orders_id.0da5c037db", "seconds": 0.5}],
    "dearest": [],
}


def test_the_rows():
    rows = dict(cost_rows(COST))
    assert rows["cost"] == "$0.0031 (Athena $0.0018, function $0.0013; 37 queries)"
    assert rows["slowest"].splitlines() == ["    9.10 s  fct_orders", "    0.50 s  unique_fct_orders_id"]
    assert rows["dearest"] == "nothing"
    assert dict(cost_rows({**COST, "at_least": ["invocation 1 was killed"]}))["cost"].startswith("at least $0.0031")
    assert list(cost_rows({})) == []


def test_names_of_every_kind_of_node():
    assert [name(one) for one in ("unit_test.p.m.says_so", "operation.p.p-on-run-end-0", "source", "model.p.m.v2")] == [
        "m.says_so",
        "p-on-run-end-0",
        "source",
        "m.v2",
    ]


def test_an_answer_is_printed_with_them(capsys):
    print_answer({"status": "success", "command": ["build"], "cost": COST})
    printed = capsys.readouterr().out
    assert "9.10 s  fct_orders" in printed
    print_answer({"status": "success", "command": ["build"]})  # of a function that keeps no account
    assert "cost" not in capsys.readouterr().out
