"""The ``.metadata`` file: its size on AWS, https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/metadata.md."""

from __future__ import annotations

import pytest

from local_athena.dialect.values.types import parse_type, to_datatype
from local_athena.model import Column, trino_type
from local_athena.results.columns import ROWS_COLUMN, column_infos
from local_athena.results.metadata import encode

ENGINE, ATHENA = 27, 36
"""Characters of the two kinds of ids that AWS writes."""
STRING = {"Type": "string", "Precision": 0, "CaseSensitive": False}


@pytest.mark.parametrize(("kind", "size"), [("CREATE TABLE", 81), ("INSERT", 75), ("UPDATE", 75), ("MERGE", 74)])
def test_a_statement_that_writes(kind: str, size: int) -> None:
    assert len(encode("0" * ENGINE, column_infos((ROWS_COLUMN,)), kind, 0)) == size


@pytest.mark.parametrize(("names", "size"), [(["col_name", "data_type", "comment"], 152), (["createtab_stmt"], 88)])
def test_a_utility_of_hive(names: list[str], size: int) -> None:
    columns = column_infos(Column(name, trino_type("varchar")) for name in names)
    assert len(encode("0" * ATHENA, [{**column, **STRING} for column in columns])) == size


@pytest.mark.parametrize(
    ("types", "size"),
    [
        ({"v": "varbinary"}, 66),
        ({"v": "array(varbinary)"}, 52),
        ({"v": "map(varchar, varbinary)"}, 50),
        ({"v": "row(b varbinary)"}, 50),
        ({"n": "integer", "s": "varchar"}, 95),
        ({"_col0": "integer"}, 68),
        ({
            "ts": "timestamp(3)", "tstz": "timestamp(3) with time zone", "t": "time(3)", "ttz": "time(3) with time zone",
            "iv_ds": "interval day to second", "iv_ym": "interval year to month", "u": "uuid", "ip": "ipaddress",
        }, 344),
    ],
)  # fmt: skip
def test_a_query(types: dict[str, str], size: int) -> None:
    columns = column_infos([Column(name, trino_type(kind)) for name, kind in types.items()])
    assert len(encode("0" * ENGINE, columns)) == size


def test_types_that_have_no_word_in_sqlglot_are_named_as_in_trino() -> None:
    columns = [
        Column("c", to_datatype(parse_type(t))) for t in ("color", "BingTile", "SphericalGeography", "array(color)")
    ]
    assert [info["Type"] for info in column_infos(columns)] == ["color", "bingtile", "sphericalgeography", "array"]
