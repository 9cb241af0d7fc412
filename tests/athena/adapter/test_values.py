"""Values of each type through the adapter's cursor, and its report of each kind of statement."""

import datetime
import ipaddress
import uuid
from zoneinfo import ZoneInfo

import pytest
from dbt.tests.util import run_dbt

UTC = datetime.UTC
VALUES = [
    ("1", 1),
    ("cast(1 as bigint)", 1),
    ("cast(-1 as smallint)", -1),
    ("cast(127 as tinyint)", 127),
    ("true", True),
    ("1 = 2", False),
    ("cast(1.5 as double)", 1.5),
    ("cast(3.1415927 as real)", 3.1415927),
    ("1e0 / 0", float("inf")),
    ("decimal '1.50'", "1.50"),
    ("'it''s'", "it's"),
    ("''", ""),
    ("cast('ab' as char(4))", "ab  "),
    ("null", None),
    ("cast(null as date)", None),
    ("date '2024-07-05'", datetime.date(2024, 7, 5)),
    ("timestamp '2024-07-05 12:34:56'", datetime.datetime(2024, 7, 5, 12, 34, 56)),
    ("timestamp '2024-07-05 12:34:56.789'", datetime.datetime(2024, 7, 5, 12, 34, 56, 789000)),
    ("timestamp '2024-07-05 12:34:56.789123'", datetime.datetime(2024, 7, 5, 12, 34, 56, 789123)),
    ("timestamp '2024-07-05 12:34:56.789 UTC'", datetime.datetime(2024, 7, 5, 12, 34, 56, 789000, UTC)),
    (
        "timestamp '2024-07-05 12:34:56 America/New_York'",
        datetime.datetime(2024, 7, 5, 12, 34, 56, tzinfo=ZoneInfo("America/New_York")),
    ),
    ("time '12:34:56.789'", datetime.time(12, 34, 56, 789000)),
    ("to_utf8('hello')", b"hello"),
    ("json '{\"a\": [1, null]}'", {"a": [1, None]}),
    ("array[1, 2, 3]", ["1", "2", "3"]),
    ("array[array['a'], array['b', 'c']]", [["a"], ["b", "c"]]),
    ("cast(array[] as array(integer))", []),
    ("map(array['a', 'b'], array[1, 2])", {"a": "1", "b": "2"}),
    ("cast(row(1, 'x') as row(n integer, t varchar))", {"n": "1", "t": "x"}),
    (
        "uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'",
        uuid.UUID("12151fd2-7586-11e9-8f9e-2a86e4085a59"),
    ),
    ("ipaddress '10.0.0.1'", ipaddress.ip_address("10.0.0.1")),
    ("ipaddress '2001:db8:0:0::1'", ipaddress.ip_address("2001:db8::1")),
]


class TestCursor:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "constant.sql": "{{ config(materialized='table') }} select 1 as id, 'x' as name",
            "read.sql": "{{ config(materialized='table') }} select * from {{ ref('constant') }}",
            "parted.sql": "{{ config(materialized='table', partitioned_by=['p']) }} select 1 as id, 'x' as p",
        }

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        return {result.node.name: result for result in run_dbt(["run"])}

    @pytest.mark.parametrize(("expression", "value"), VALUES, ids=[expression for expression, _ in VALUES])
    def test_value(self, lake, expression, value):
        assert (
            lake.project.run_sql(f"select {expression.replace('{', '{{').replace('}', '}}')}", fetch="one")[0] == value
        )

    def test_a_constant_scans_nothing_and_a_table_scans_something(self, built):
        scanned = {name: result.adapter_response["data_scanned_in_bytes"] for name, result in built.items()}
        assert scanned["constant"] == 0
        assert scanned["read"] > 0

    def test_show_columns(self, lake):
        """Without a schema: the connection's. One row per column, padded, no header; partition keys last."""
        assert [name.strip() for (name,) in lake.rows("show columns from parted")] == ["id", "p"]

    def test_explain(self, project):
        assert project.run_sql("explain select 1", fetch="all")[0] == ("Query Plan",)

    def test_information_schema(self, lake):
        tables = f"select table_name, table_type from information_schema.tables where table_schema = '{lake.schema}'"
        assert set(lake.rows(tables)) == {(name, "BASE TABLE") for name in ("constant", "read", "parted")}
        query = (
            'select column_name, data_type from "awsdatacatalog".information_schema.columns '
            f"where table_schema = '{lake.schema}' and table_name = 'constant' order by ordinal_position"
        )
        assert lake.rows(query) == [("id", "integer"), ("name", lake.rows(query)[1][1])]

    def test_unload(self, lake, aws):
        place = f"s3://{aws.bucket}/unloaded/{lake.schema}/"
        lake.execute(
            f"unload (select * from {{constant}}) to '{place}' with (format = 'PARQUET', compression = 'SNAPPY')"
        )
        assert lake.objects(place)

    def test_a_page_is_not_the_end(self, lake):
        """Pages have 1,000 rows, the first with the header among them."""
        rows = lake.rows("select n from unnest(sequence(1, 2500)) as s (n) order by n")
        assert rows == [(n,) for n in range(1, 2501)]


class TestQueryCommentAtTheEnd:
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"query-comment": {"comment": 'it\'s "the" {end}', "append": True}}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "a_table.sql": "{{ config(materialized='table') }} select 1 as id",
            "a_view.sql": "select * from {{ ref('a_table') }}",
            "merged.sql": """
                {{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id') }}
                select * from {{ ref('a_view') }}
            """,
        }

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"a_seed.csv": "id,name\n1,x\n"}

    def test_every_statement_takes_it(self, lake):
        run_dbt(["build"])
        run_dbt(["build"])
        assert lake.rows("select id from {merged}") == [(1,)]
