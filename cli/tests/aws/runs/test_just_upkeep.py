"""``just upkeep``: what is printed of the plan, and what begins then."""

import pytest
from lakeloop.aws.runs import command, runner, upkeep
from lakeloop.errors import UserError

NEED = {
    "table": "lake_dev.fct_orders",
    "needs": ["OPTIMIZE", "VACUUM"],
    "why": ["200 files below 384 MB, of which OPTIMIZE spares 199", "190 of 200 snapshots are older than 5 days"],
    "before": {"files": 200, "delete_files": 0, "bytes": 2048, "snapshots": 200},
}


@pytest.fixture
def typed(monkeypatch):
    """``typed(plan, *words)``: the exit code, the function's command, and the words of the run that began, or None."""

    def by(tables, *words, failed=()):
        events, runs = [], [None]

        def invoke(place, lake, command, cli_args):
            events.append([*command, *cli_args])
            return {"status": "success", "tables": tables, "failed": list(failed), "counts": {"as they should be": 7}}

        def run(workspace, words):
            runs.append(words)
            return 0

        monkeypatch.setattr(upkeep, "environment", lambda root, name: name)
        monkeypatch.setattr(upkeep, "enter", lambda workspace, name, on: name)
        monkeypatch.setattr(upkeep, "outputs", lambda workspace, place: None)
        monkeypatch.setattr(runner, "invoke", invoke)
        monkeypatch.setattr(command, "run", run)
        code = upkeep.upkeep(type("Workspace", (), {"root": None}), [*words, "format=tsv"])
        return code, events[0], runs[-1]

    return by


def test_the_plan_is_printed_and_then_done(typed, capsys):
    code, asked, ran = typed([NEED], "env=prod", "wait=600", "table=fct_orders,lake_dev.x")
    tables = ["--table", "fct_orders", "--table", "lake_dev.x"]
    assert (code, asked, ran) == (0, ["upkeep", "plan", *tables], ["env=prod", "wait=600", "upkeep", *tables])
    assert "fct_orders\tOPTIMIZE, VACUUM\t200\t200\t2.0 kB\t200 files below" in capsys.readouterr().out


def test_a_plan_alone_begins_nothing(typed):
    assert typed([NEED], "plan")[2] is None


def test_where_nothing_is_needed_nothing_begins(typed, capsys):
    assert typed([]) == (0, ["upkeep", "plan"], None)
    assert capsys.readouterr().out == "7 tables looked at: nothing to do.\n"


def test_a_table_that_cannot_be_looked_at_is_told(typed, capsys):
    code, _, ran = typed([], failed=[{"name": "lake_dev.t", "status": "error", "message": "Cannot read s3://x"}])
    assert (code, ran) == (1, None)
    assert "error  lake_dev.t: Cannot read s3://x" in capsys.readouterr().out


def test_another_word_is_refused(typed):
    with pytest.raises(UserError, match=r"Unknown word 'plans'\. Did you mean plan\? Usage: just upkeep \[plan\]"):
        typed([], "plans")
