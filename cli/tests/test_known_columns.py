"""Columns of tables in Glue, kept for machines that have no rows of them."""

import duckdb
import pytest
from lakeloop.errors import UserError
from lakeloop.sources import Column, Kind, SourceTable, known


def table(*columns):
    return SourceTable(
        "source.x.crm.people", "crm", "people", "people", None, "crm", Kind.GLUE, None, columns, "people", "s.yml"
    )


def test_what_is_written_is_read(tmp_path):
    nested = "array(row(id bigint, tags map(varchar, double)))"
    tables = {"crm.people": {"id": "bigint", "on": "decimal(12,2)", "deep": nested}, "crm.none": {}}
    known.write(tmp_path, tables, {"crm.people": ["on"]})
    assert "  'on': decimal(12,2)  # a guess\n" in (tmp_path / known.FILE).read_text()
    found = known.read(tmp_path)
    assert {column.name: str(column.type) for column in found["crm.people"]} == tables["crm.people"]
    rows = duckdb.sql(known.empty_query(found["crm.people"]))
    assert (rows.columns, rows.fetchall()) == (["id", "on", "deep"], [])
    assert known.with_columns(table(), found) == found["crm.people"]


def test_declared_columns_will_do_if_all_have_types(tmp_path):
    assert known.read(tmp_path) == {}
    typed = Column("id", known.parse_type("bigint"))
    assert known.with_columns(table(typed), {}) == (typed,)
    assert known.with_columns(table(typed, Column("name")), {}) == ()


@pytest.mark.parametrize("text", ["[", "- a", "crm.people: [id]", "crm.people: {id: nonsense}"])
def test_a_bad_file_is_one_message(tmp_path, text):
    (tmp_path / known.FILE).write_text(text)
    with pytest.raises(UserError, match=r"source_columns\.yml"):
        known.read(tmp_path)
