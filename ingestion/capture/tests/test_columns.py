"""Types and values, upon what Debezium gave for a row of every type."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_capture.columns import Field, shape
from lakeloop_changes import MalformedRecord
from lakeloop_changes.types import is_word, python_value
from recorded import FIELDS, RECORDS

ROWS = [shape(FIELDS).row(json.loads(value)["after"]) for _, value in RECORDS]
WORDS = {column.name: column.type for column in shape(FIELDS).columns}
FULL = {
    "id": ("varchar", "7e0e8a0c-6a5f-4a3f-8a53-3c1f0cf3f6b1"),
    "b": ("boolean", True),
    "i2": ("int", 7),
    "i4": ("int", 8),
    "i8": ("bigint", 9007199254740993),
    "f4": ("float", 1.5),
    "f8": ("double", 0.1),
    "n": ("varchar", "12345678901234567890.123456789"),
    "n2": ("decimal(12,2)", "12.50"),
    "nbig": ("varchar", "12345678901234567890123456789012345678901234.500"),
    "n0": ("decimal(10,0)", "42"),
    "nneg": ("decimal(7,0)", "12300"),
    "t": ("varchar", 'te"xt\n é'),
    "c": ("varchar", "c    "),
    "d": ("date", "2026-11-30"),
    "tm": ("varchar", "12:34:56.123456"),
    "tmz": ("varchar", "10:34:56.5Z"),
    "ts": ("timestamp", "2026-11-30T01:02:03.123456"),
    "ts0": ("timestamp", "2026-11-30T01:02:03"),
    "ts3": ("timestamp", "2026-11-30T01:02:03.123000"),
    "tz": ("timestamptz", "2026-11-29T23:02:03.123456Z"),
    "iv": ("varchar", "P1Y2M3DT4H5M6.789S"),
    "by": ("varbinary", base64.b64encode(b"\xde\xad\xbe\xef").decode()),
    "j": ("varchar", '{"a": 1.0}'),
    "jb": ("varchar", '{"b": [1, 2]}'),
    "mo": ("varchar", "ok"),
    "po": ("int", 5),
    "ai": ("varchar", "{1,NULL,3}"),
    "at": ("varchar", '{a,"b c","NULL",NULL,"q\\"x",""}'),
    "ad": ("varchar", "{2026-01-01}"),
    "an": ("varchar", "{1.50,2.00}"),
    "ats": ("varchar", '{"2026-11-30 01:02:03+00"}'),
    "ab": ("varchar", '{"\\\\xdead"}'),
    "ab2": ("varchar", "{t,f}"),
    "af": ("varchar", "{1.5,NaN}"),
    "aj": ("varchar", '{"{\\"a\\": 1}"}'),
    "amo": ("varchar", "{ok,bad}"),
    "ip": ("varchar", "10.0.0.1/8"),
    "mac": ("varchar", "08:00:2b:01:02:03"),
    "bit1": ("varchar", "1"),
    "bit5": ("varchar", "10101"),
    "mny": ("varchar", "1234.50"),
    "pt": ("varchar", "(1,2)"),
    "rng": ("varchar", "[1,5)"),
    "mr": ("varchar", "{[1,3),[5,7)}"),
    "o": ("bigint", 99),
    "lsn": ("varchar", "0/16B3748"),
}


@pytest.mark.parametrize("name", FULL)
def test_a_value_of_each_type(name):
    assert (WORDS[name], ROWS[0][name]) == FULL[name]
    python_value(WORDS[name], ROWS[0][name])


def test_every_column_is_there_with_a_type_of_the_wire_format():
    assert [name for name, word in WORDS.items() if not is_word(word)] == []
    assert [column.name for column in shape(FIELDS).columns if not column.nullable] == ["id", "i4"]
    assert all(set(row) == set(WORDS) for row in ROWS if row)


def test_a_row_that_an_update_read_is_as_the_snapshot_read_it():
    for read, updated in zip(ROWS[:3], ROWS[3:6], strict=True):
        assert {**updated, "i8": 0} == {**read, "i8": 0}


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [
        *(("d", 1, "infinity"), ("d", 2, "-infinity"), ("ts", 1, "infinity"), ("ts", 2, "-infinity")),
        *(("tz", 1, "infinity"), ("n2", 1, "NaN")),
    ],
)
def test_what_iceberg_lacks_goes_on_as_it_is_and_is_no_value_of_its_type(name, row, value):
    assert ROWS[row][name] == value
    with pytest.raises(MalformedRecord):
        python_value(WORDS[name], value)


def test_numbers_that_are_none_are_text_where_the_column_is_text():
    assert [row["n"] for row in ROWS[:3]] == ["12345678901234567890.123456789", "NaN", "Infinity"]


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(1, 38), st.integers(0, 38))
def test_a_decimal_is_exact_whatever_java_writes(value, precision, scale):
    made = shape([Field("a", "STRING", source="NUMERIC", length=precision, scale=min(scale, precision))])
    text = made.row({"a": str(value)})["a"]
    assert "E" not in text
    if scale:
        assert Decimal(text) == value


@given(st.integers(-(2**62), 2**62))
def test_a_timestamp_is_itself_or_says_that_it_is_none(micros):
    text = shape([Field("a", "INT64", "io.debezium.time.MicroTimestamp")]).row({"a": micros})["a"]
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    except OverflowError:
        assert str(micros) in text
    else:
        assert datetime.fromisoformat(text).replace(tzinfo=UTC) == moment


@given(st.integers(1, 63).flatmap(lambda length: st.tuples(st.just(length), st.integers(0, 2**length - 1))))
def test_bits_keep_their_zeros(case):
    length, number = case
    field = Field("a", "BYTES", "io.debezium.data.Bits", source="BIT", length=length)
    text = base64.b64encode(number.to_bytes((length + 7) // 8, "little")).decode()
    bits = shape([field]).row({"a": text})["a"]
    assert (len(bits), int(bits, 2)) == (length, number)


def _parsed(text):
    """The elements of a text array: the grammar of PostgreSQL's manual, by hand."""
    found, current, quoted, was_quoted, position = [], "", False, False, 1
    while position < len(text):
        character = text[position]
        if quoted and character == "\\":
            position += 1
            current += text[position]
        elif character == '"':
            quoted, was_quoted = not quoted, True
        elif not quoted and character in ",}":
            if current or was_quoted or character == ",":
                found.append(None if current.upper() == "NULL" and not was_quoted else current)
            current, was_quoted = "", False
        else:
            current += character
        position += 1
    return found


@given(st.lists(st.none() | st.text(st.sampled_from('ab,"\\{} \nNULnul'), max_size=5), max_size=4))
def test_an_array_reads_as_postgresql_reads_it(values):
    field = Field("a", "ARRAY", source="_TEXT", element=Field("", "STRING"))
    assert _parsed(shape([field]).row({"a": values})["a"]) == values
