"""Columns of every table that ``*`` does not show: https://trino.io/docs/current/connector/hive.html#metadata-columns."""

from __future__ import annotations

import pytest

from .athena import Athena

CASES = [
    """select * from t where "$path" is not null""",
    """select t.* from t where "$path" like '%t%'""",
    """select * from (t) as x where "$path" is not null""",
    """select * from (select * from t where "$path" is not null)""",
    """with c as (select * from t where "$path" is not null) select * from c""",
    """select * from t order by "$file_size", "$file_modified_time" """,
    """select distinct * from t where "$path" is not null""",
    """select x.* from t x join t y on x."$path" = y."$path" """,
    """select * from t where exists (select 1 from t z where z."$path" = t."$path")""",
]


@pytest.mark.parametrize("properties", ["", "table_type='ICEBERG', is_external=false, location='s3://lake/t/'"])
def test_a_star_does_not_show_them(athena: Athena, properties: str) -> None:
    athena.run(f"create table t with ({properties or "external_location='s3://lake/t/'"}) as select 7 as a")
    for sql in CASES[:5] if properties else CASES:
        assert athena.rows(sql) == [(7,)], sql
    (((path, *rest),),) = [athena.rows('select "$path", *, a from t')]
    assert path.startswith("s3://lake/t/")
    assert rest == [7, 7]
    assert athena.rows('select * from (select "$path", a from t)') == [(path, 7)]
    # A list of names leaves none hidden: RelationType.withAlias of Trino's analyzer.
    assert "cannot be resolved" in athena.error('select x."$path" from t as x(b)')
    assert "has 2 entries but 'x' has 1 columns" in athena.error('select x."$path" from t as x(b, c)')


def test_nor_does_what_is_made_of_it(athena: Athena) -> None:
    athena.run("create table t with (external_location='s3://lake/t/') as select 7 as a")
    athena.run(
        """create table u with (external_location='s3://lake/u/') as select * from t where "$path" is not null"""
    )
    athena.run("""create view v as select * from t where "$path" is not null""")
    athena.run("""insert into u select * from t where "$path" is not null""")
    assert athena.rows("select * from u union all select * from v") == [(7,)] * 3
