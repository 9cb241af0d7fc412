"""Lines as CTAS, INSERT and UNLOAD write them into text and JSON files."""

from __future__ import annotations

import gzip

import pytest

from .athena import Athena

WRITTEN = """create table t with (format = '{}', external_location = 's3://lake/t') as select 1e7 d, real '1e-20' r,
 decimal '0.1234567890123456789' p, array[decimal '-.5'] ps, cast(null as double) n, to_utf8('é') b,
 array[to_utf8('x'), null] bs, map(array['k'], array[1.5e-5]) m, cast(row(nan(), to_utf8('y')) as row(f double, b varbinary)) s"""


# Java's Double.toString, and Decimals.toString: https://github.com/trinodb/trino/tree/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats
# (line/json/JsonSerializer, encodings/DoubleEncoding, encodings/DecimalEncoding)
@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (
            "json",
            '{"d":10000000.0,"r":1e-20,"p":0.1234567890123456789,"ps":[-0.5],"n":null,"b":"é","bs":["x",null],"m":{"k":0.000015},"s":{"f":"NaN","b":"y"}}',
        ),
        ("textfile", "1.0E7 1.0E-20 0.1234567890123456789 -0.5 \\N w6k= eA==,\\N k:1.5E-5 NaN,eQ=="),
    ],
)
def test_what_the_lines_of_a_file_show(athena: Athena, kind: str, line: str) -> None:
    athena.run(WRITTEN.format(kind))
    ((path,),) = athena.rows('select distinct "$path" from t')
    body = athena.aws.s3.get_object(Bucket="lake", Key=path.removeprefix("s3://lake/"))["Body"].read()
    shown = gzip.decompress(body).decode().rstrip("\n")
    assert shown.translate({1: " ", 2: ",", 3: ":"}) == line


@pytest.mark.parametrize(
    "value",
    [
        "nan()",
        "-infinity()",
        "cast(infinity() as real)",
        "array[nan(), null]",
        "1e300",
        "decimal '0.123456789012345678'",
    ],
)
def test_floats_and_decimals_of_a_text_file_are_read_back(athena: Athena, value: str) -> None:
    athena.run(f"create table t with (format = 'textfile', external_location = 's3://lake/t') as select {value} a")
    assert athena.rows(f"select count(*) from t where cast(a as json) is not distinct from cast({value} as json)") == [
        (1,)
    ]
