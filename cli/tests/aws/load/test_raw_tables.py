"""``just load`` and the function's answer: what is sent for tables that are not declared whole, and what is said."""

import pytest
from lakeloop.aws.load import raw_tables
from lakeloop.aws.place import Place
from lakeloop.aws.runs import runner
from lakeloop.errors import UserError
from lakeloop.raw import check_raw

from tests.declared_sources import tables_of

PLACE = Place("dev", "http://127.0.0.1:1", "x", {})
DECLARED = "sources: [{name: s, schema: lake_raw, tables: [{name: a, meta: {format: csv}, columns: [{name: id, data_type: varchar}]}, {name: b}]}]"  # noqa: E501


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """Have the tables ``s.a`` (declared) and ``s.b`` (not) made by a function that gives an answer; the events it got."""
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text("id\n1\n", "utf-8")
    tables = check_raw(tmp_path, tables_of(DECLARED))
    events = []

    def by(answer):
        def invoke(place, lake, command, more):
            events.append({"command": command, **more})
            return {"status": "success", "seconds": 1, "failed": [], **answer}

        monkeypatch.setattr(runner, "invoke", invoke)
        raw_tables.create(PLACE, None, tables)
        return events

    return by


def made(*names):
    return {"raw_tables": [{"source": name, "table": "x.y", "did": "created"} for name in names]}


def test_what_is_not_declared_whole_is_sent(answered, capsys):
    assert answered(made("s.a", "s.b")) == [
        {
            "command": ["create-raw-tables"],
            "raw_tables": {"s.b": {"format": "csv", "columns": [["id", "string"]], "partitions": []}},
        }
    ]
    assert capsys.readouterr().out == "The raw tables are made: 2 created (1.0 s).\n"


def test_a_table_that_the_deployed_function_does_not_know_is_said(answered):
    with pytest.raises(UserError, match=r"does not know s\.b yet.*`just tf-apply env=dev`.*then load again"):
        answered(made("s.a"))


def test_what_could_not_be_made_is_said(answered):
    failed = [{"name": "s.a", "status": "error", "message": "no files"}]
    with pytest.raises(UserError, match=r"Not all raw tables could be made\.\nerror  s\.a: no files"):
        answered({"status": "error", "raw_tables": [], "failed": failed})
