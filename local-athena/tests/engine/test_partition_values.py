"""Texts of partition values, as Glue holds them, read as their columns' types.

``parsePartitionValue`` of https://github.com/trinodb/trino/blob/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveUtil.java
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

from .athena import Athena

_DAY, _MOMENT = dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3, 4, 5)
_GOOD: dict[str, dict[str, Any]] = {
    "int": {"5": 5, "+5": 5, "007": 7, "-2147483648": -(2**31)},
    "boolean": {"TRUE": True, "false": False},
    "double": {"1.5": 1.5, "-Infinity": -math.inf, "1e400": math.inf, " 1f": 1.0, "5d": 5.0, ".5": 0.5},
    "decimal(5,2)": {"1.5": Decimal("1.50"), "1e2": Decimal("100.00"), "1BD": Decimal("1.00"), "-999.990": Decimal("-999.99"), "0e9": Decimal("0.00")},
    "date": {"2024-1-2": _DAY, "2024-01-02 00:00:00": _DAY, "0001-01-01": dt.date(1, 1, 1)},
    "timestamp": {"2024-01-02": dt.datetime(2024, 1, 2), "2024-1-2 3:4:5": _MOMENT, "2024-01-02 03:04:05.123999": _MOMENT.replace(microsecond=123000)},
    "varchar(2)": {"üü": "üü"},
    "char(3)": {"a    ": "a  "},
    "binary": {"\\x41ü": "\\x41ü".encode()},
}  # fmt: skip
_BAD: dict[str, tuple[str, tuple[str, ...]]] = {
    "int": ("INTEGER", (" 5", "5.0", "1e2", "0x10", "2147483648", "\u0663")),
    "tinyint": ("TINYINT", ("128",)),
    "boolean": ("BOOLEAN", ("t", "1", "yes")),
    "float": ("FLOAT", ("nan", "inf", "1.5.5")),
    "double": ("DOUBLE", ("Inf", ".", "1 2")),
    "decimal(5,2)": ("decimal(5,2)", ("1.505", "1000", " 1", "1e999999999", "1e-999999999", "NaN")),
    "date": ("DATE", ("2024/01/02", "epoch", "infinity", "2024-01-02 10:00:00", "2024-02-30", "2024-01")),
    "timestamp": ("TIMESTAMP", ("2024-01-02T03:04:05", "2024-01-02 03:04:05 UTC", "2024-01-02 24:00:00", "infinity")),
    "varchar(2)": ("varchar(2)", ("abc",)),
    "char(2)": ("char(2)", ("abc",)),
}


def _partitioned(athena: Athena, name: str, kind: str, value: str) -> None:
    athena.put(f"{name}/f", b"1\n")
    athena.run(f"create external table {name} (a int) partitioned by (k {kind}) location 's3://lake/{name}/'")
    described = {**athena.table(name)["StorageDescriptor"], "Location": f"s3://lake/{name}/"}
    athena.aws.glue.create_partition(
        DatabaseName="db", TableName=name, PartitionInput={"Values": [value], "StorageDescriptor": described}
    )


def test_values_are_those_that_java_reads(athena: Athena) -> None:
    wrong = []
    for number, (kind, value, expected) in enumerate(
        (k, v, e) for k, values in _GOOD.items() for v, e in values.items()
    ):
        _partitioned(athena, f"t{number}", kind, value)
        for sql in (f"select k from t{number}", f'select k from "t{number}$partitions" where k is not null'):
            found = athena.rows(sql)
            wrong += [] if found == [(expected,)] else [f"{kind} {value!r}: {found}, not {expected!r}"]
    assert not wrong, "\n".join(wrong)


def test_other_texts_are_invalid(athena: Athena) -> None:
    wrong = []
    for number, (kind, said, value) in enumerate((k, said, v) for k, (said, values) in _BAD.items() for v in values):
        _partitioned(athena, f"t{number}", kind, value)
        expected = f"HIVE_INVALID_PARTITION_VALUE: Invalid partition value '{value}' for {said} partition key: k"
        for sql in (f"select a from t{number}", f'select k from "t{number}$partitions" where k is not null'):
            found = athena.error(sql)
            wrong += [] if found == expected else [f"{kind} {value!r}: {found}"]
    assert not wrong, "\n".join(wrong)
