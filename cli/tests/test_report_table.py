"""The rows about cost at the end of ``just invoke`` and ``just run``."""

from lakeloop.aws.runs.answer import print_answer
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
    shown = [[*column.cells] for column in rows["slowest"].columns]
    assert shown == [["9.10 s", "0.50 s"], ["fct_orders", "unique_fct_orders_id"]]
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


def test_a_name_that_is_too_wide_goes_on_below_itself(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    long = {**NODE, "unique_id": "model.lakeloop.a_name_that_no_terminal_of_forty_columns_has_room_for"}
    print_answer({"status": "success", "command": ["build"], "cost": {**COST, "slowest": [long]}})
    lines = capsys.readouterr().out.splitlines()
    first = next(line for line in lines if "9.10 s" in line)
    after = lines[lines.index(first) + 1]
    assert first.index("a_name") == len(after) - len(after.lstrip("\u2502 "))
