"""Delimiters of LazySimpleSerDe inside nested values: which, how deep, and how escaped.

https://github.com/trinodb/trino/blob/476/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/encodings/text/TextEncodingOptions.java
"""

from __future__ import annotations

import gzip

import pytest

from .athena import Athena

_LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def _create(name: str, columns: str, rest: str) -> str:
    return f"create external table {name} ({columns}) {rest}".replace("HERE", f"location 's3://lake/{name}/'")


def test_an_escape_is_for_delimiters_of_nested_values_too(athena: Athena) -> None:
    delimited = "row format delimited fields terminated by ',' escaped by '\\\\' collection items terminated by '|' map keys terminated by ':' HERE"
    athena.put("t/f", rb"a\,b,x\|y|z,k\:1:v\|w|l:\N" + b"\n")
    athena.run(_create("t", "s string, a array<string>, m map<string,string>", delimited))
    assert athena.rows("select * from t") == [("a,b", ["x|y", "z"], [("k:1", "v|w"), ("l", None)])]


def test_what_is_written_with_an_escape_and_a_null_is_read_again(athena: Athena) -> None:
    delimited = (
        "row format delimited fields terminated by ',' escaped by '\\\\' collection items terminated by '|' "
        "map keys terminated by ':' null defined as 'NIL' HERE"
    )
    athena.run(_create("t", "s string, a array<string>, m map<string,int>, i int", delimited))
    athena.run(r"insert into t values ('a,b|c:d\e', array['x|y', null], map(array['k:1'], array[2]), null)")
    (key,) = athena.keys("t/")
    body = athena.aws.s3.get_object(Bucket="lake", Key=key)["Body"].read()
    assert gzip.decompress(body).decode() == r"a\,b\|c\:d\\e,x\|y|NIL,k\:1:2,NIL" + "\n"
    assert athena.rows("select * from t") == [(r"a,b|c:d\e", ["x|y", None], [("k:1", 2)], None)]


def test_doubles_that_are_no_numbers_are_spelled_as_java_does(athena: Athena) -> None:
    athena.run(_create("t", "a double, b float, c array<double>, d double", "HERE"))
    athena.run("insert into t values (nan(), cast(-infinity() as real), array[infinity(), 1.5e0, null], null)")
    assert athena.rows("select is_nan(a), b = cast(-infinity() as real), c, d from t") == [
        (True, True, [float("inf"), 1.5, None], None)
    ]


def test_nested_delimiters_may_be_numbers(athena: Athena) -> None:
    athena.put("t/f", b"1|2,k=v\n")
    properties = "'field.delim'='44', 'collection.delim'='124', 'mapkey.delim'='61'"
    athena.run(
        _create(
            "t",
            "a array<int>, m map<string,string>",
            f"row format serde '{_LAZY}' with serdeproperties ({properties}) HERE",
        )
    )
    assert athena.rows("select * from t") == [([1, 2], [("k", "v")])]


@pytest.mark.parametrize(
    ("levels", "extended", "deepest"),
    [
        (7, "", "\x08"),
        (8, "hive.serialization.extend.nesting.levels", "\x0b"),
        (9, "hive.serialization.extend.additional.nesting.levels", "\x0e"),
    ],
)
def test_each_level_has_its_own(athena: Athena, levels: int, extended: str, deepest: str) -> None:
    columns = f"a {'array<' * levels}int{'>' * levels}"
    athena.put("t/f", f"1{deepest}2\n".encode())
    athena.run(_create("t", columns, f"HERE tblproperties ('{extended}'='true')" if extended else "HERE"))
    expected: object = [1, 2]
    for _ in range(levels - 1):
        expected = [expected]
    assert athena.rows("select * from t") == [(expected,)]


def test_values_nested_deeper_than_there_are_delimiters_are_refused(athena: Athena) -> None:
    athena.put("t/f", b"1\n")
    athena.run(_create("t", f"a {'array<' * 8}int{'>' * 8}", "HERE"))
    athena.put("u/f", b"1\n")
    athena.run(_create("u", f"a {'map<string,' * 4}int{'>' * 4}", "HERE"))
    for sql in ("select * from t", "select * from u", f"insert into t select {'array[' * 8}1{']' * 8}"):
        assert "Number of levels of nesting supported for LazySimpleSerde is 7" in athena.error(sql)
