"""Files as each SerDe reads them: the cases with their sources are in ``hive_cases``."""

from __future__ import annotations

from collections.abc import Iterable

from .athena import Athena
from .hive_cases import CASES, LOGS, Case


def _list(properties: Iterable[tuple[str, str]]) -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "\\'") + "'"

    return ", ".join(f"{quoted(key)}={quoted(value)}" for key, value in properties)


def statement(case: Case, name: str, location: str) -> str:
    serde = f" with serdeproperties ({_list(case.properties)})" if case.properties else ""
    stored = (
        f" stored as inputformat '{case.input}' outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"
        if case.input
        else ""
    )
    table = f" tblproperties ({_list(case.table_properties)})" if case.table_properties else ""
    return f"create external table {name} ({case.columns}) row format serde '{case.serde}'{serde}{stored} location '{location}'{table}"


def test_values_are_those_of_the_serde(athena: Athena) -> None:
    wrong = []
    for number, case in enumerate(CASES):
        athena.put(f"c{number}/file", case.file.encode())
        athena.run(statement(case, f"c{number}", f"s3://lake/c{number}/"))
        sql = f"select * from c{number}"
        if isinstance(case.expected, str):
            found: object = athena.error(sql)
            same = str(found).startswith(case.expected)
        else:
            found = athena.rows(sql)
            same = found == case.expected
        if not same:
            wrong.append(f"{case.name} ({case.source}):\n  expected {case.expected}\n  found    {found}")
    assert not wrong, "\n".join(wrong)


def test_tables_of_awss_own_logs(athena: Athena) -> None:
    for source, create, line, query, expected in LOGS:
        athena.put("t/log", line.encode())
        athena.run(create)
        assert athena.rows(query) == expected, source
        athena.run("drop table t")
