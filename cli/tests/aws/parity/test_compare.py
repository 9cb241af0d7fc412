"""Tables against the CSV that Athena would write of them: https://docs.aws.amazon.com/athena/latest/ug/querying-output.html"""

import datetime as dt
import re
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lakeloop.aws.athena.statements import Column
from lakeloop.aws.parity.compare import compare

COLUMNS = (
    Column("number", "bigint", 19, 0),
    Column("amount", "decimal", 18, 2),
    Column("ratio", "double", 17, 0),
    Column("text", "varchar", 0, 0),
    Column("moment", "timestamp", 6, 0),
    Column("day", "date", 0, 0),
    Column("flag", "boolean", 0, 0),
)
DDL = "number bigint, amount decimal(18,2), ratio double, text varchar, moment timestamp, day date, flag boolean"
ROW = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.decimals(-(10**15), 10**15, places=2),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
    st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    st.none() | st.booleans(),
)


def athena_csv(names, rows):
    """Every value in quotes, null as nothing at all."""
    lines = [names, *([None if value is None else spelled(value) for value in row] for row in rows)]
    return "".join(
        ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in line) + "\n"
        for line in lines
    )


def spelled(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, float):
        return repr(value).replace("inf", "Infinity")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def compared(folder, here, there, ddl=DDL, columns=COLUMNS):
    csv = folder / "rows.csv"
    csv.write_text(athena_csv([column.name for column in columns], there), "utf-8", newline="")
    with duckdb.connect() as duck:
        duck.execute(f"create table mart ({ddl})")
        if here:
            duck.executemany(f"insert into mart values ({', '.join('?' * len(columns))})", here)
        return compare(duck, "mart", columns, csv)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(ROW, max_size=6), st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_do_not_differ(tmp_path, rows, random):
    there = random.sample(rows, len(rows))
    found = compared(tmp_path, rows, there)
    assert found.same, found.examples
    assert found.here == found.there == len(rows)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("", None),
        ("a", "a "),
        ('say "a,b"', "say a,b"),
        ("line\nbreak", "line break"),
    ],
)
def test_texts_that_look_alike_differ(tmp_path, here, there):
    columns = (Column("text", "varchar", 0, 0),)
    assert compared(tmp_path, [(here,)], [(here,)], "text varchar", columns).same
    found = compared(tmp_path, [(here,)], [(there,)], "text varchar", columns)
    assert (found.only_here, found.only_there) == (1, 1)
    assert len(found.examples) == 2


def test_a_row_counts_as_often_as_it_occurs(tmp_path):
    row = (1, Decimal("1.00"), 0.1, "a", None, None, True)
    found = compared(tmp_path, [row, row], [row])
    assert (found.here, found.there, found.only_here, found.only_there) == (2, 1, 1, 0)


def test_the_last_digit_of_a_number_counts(tmp_path):
    row = (1, Decimal("1.00"), 0.1, "a", None, None, True)
    for position, other in ((1, Decimal("1.01")), (2, 0.10000000000000002), (4, dt.datetime(2020, 1, 1, 0, 0, 0, 1))):
        changed = (*row[:position], other, *row[position + 1 :])
        assert not compared(tmp_path, [row], [changed]).same


@pytest.mark.parametrize(
    ("theirs", "message"),
    [
        (Column("amount", "decimal", 18, 4), r"amount: DECIMAL\(18,2\) on DuckDB, DECIMAL\(18,4\) on Athena"),
        (Column("total", "decimal", 18, 2), "no such column"),
    ],
)
def test_other_columns_are_a_difference_and_nothing_is_rounded(tmp_path, theirs, message):
    found = compared(tmp_path, [(Decimal("1.00"),)], [(Decimal("1.00"),)], "amount decimal(18,2)", (theirs,))
    assert not found.same
    assert re.search(message, "\n".join(found.columns))
