"""Iceberg tables: partition transforms, properties, the swap by renaming, drops, and a change of the table's type."""

import pytest
from dbt.tests.util import run_dbt

EVENTS = """
{{ config(materialized='table') }}
select
    n as id,
    'user-' || cast(n % 5 as varchar) as user_name,
    date_add('hour', n * 7, timestamp '2023-12-30 00:00:00') as happened_at,
    cast(date_add('day', n, date '2023-12-30') as date) as day,
    cast(n as decimal(10, 2)) / 3 as amount
from unnest(sequence(1, 40)) as s (n)
"""
# A Hive table's timestamps have three digits; an Iceberg table takes six only.
COLUMNS = "id, user_name, cast(happened_at as timestamp(6)) as happened_at, day, amount"
TRANSFORMS = {
    "by_identity": ["user_name"],
    "by_year": ["year(happened_at)"],
    "by_month": ["MONTH(happened_at)"],
    "by_day": ["day(happened_at)"],
    "by_day_of_a_date": ["DAY(day)"],
    "by_hour": ["hour(happened_at)"],
    "by_bucket": ["bucket(id, 4)"],
    "by_bucket_of_text": ["bucket(user_name, 3)"],
    "by_truncate": ["truncate(user_name, 3)"],
    "by_several": ["user_name", "month(happened_at)", "bucket(id, 2)"],
}
CHECKSUM = "select count(*), sum(id), min(happened_at), max(amount), count(distinct day) from {{{}}}"


def model(**config):
    config = {"materialized": "table", "table_type": "iceberg", **config}
    return f"{{{{ config(**{config!r}) }}}} select {COLUMNS} from {{{{ ref('events') }}}}"


class TestIcebergTables:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "events.sql": EVENTS,
            **{f"{name}.sql": model(partitioned_by=transforms) for name, transforms in TRANSFORMS.items()},
            "with_properties.sql": model(
                write_compression="zstd",
                table_properties={
                    "optimize_rewrite_delete_file_threshold": "2",
                    "vacuum_max_snapshot_age_seconds": "86400",
                },
            ),
            "dropped_natively.sql": model(native_drop=True),
            "by_schema.sql": model(s3_data_naming="schema_table_unique"),
            "nothing.sql": f"{model()} where false",
        }

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+materialized": "table"}}

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        """Twice: the second run swaps each table by two renames."""
        run_dbt(["run"])
        return run_dbt(["run"])

    @pytest.mark.parametrize("name", [*TRANSFORMS, "with_properties", "dropped_natively", "by_schema"])
    def test_rows_come_back(self, lake, name):
        assert lake.rows(CHECKSUM.format(name)) == lake.rows(CHECKSUM.format("events"))

    def test_nothing_is_left_over(self, lake):
        models = {"events", "with_properties", "dropped_natively", "by_schema", "nothing", *TRANSFORMS}
        assert lake.tables() == models

    def test_catalog(self, lake):
        table = lake.table("by_several")
        assert table["TableType"] == "EXTERNAL_TABLE"
        assert table["Parameters"]["table_type"].upper() == "ICEBERG"
        assert table["Parameters"]["metadata_location"].startswith(lake.location("by_several"))
        assert not table.get("PartitionKeys")
        assert lake.columns("by_several") == {
            "id": "bigint",
            "user_name": "string",
            "happened_at": "timestamp",
            "day": "date",
            "amount": lake.columns("events")["amount"],
        }

    @pytest.mark.parametrize(
        ("name", "count"),
        [("by_identity", 5), ("by_year", 2), ("by_month", 2), ("by_day", 12), ("by_hour", 40), ("by_truncate", 1)],
    )
    def test_partitions(self, lake, name, count):
        assert lake.rows(f'select count(*) from "{lake.schema}"."{name}$partitions"') == [(count,)]

    def test_history(self, lake):
        [(snapshots,)] = lake.rows(f'select count(*) from "{lake.schema}"."by_day$snapshots"')
        [(files,)] = lake.rows(f'select count(*) from "{lake.schema}"."by_day$files"')
        assert (snapshots, files) == (1, 12)

    def test_no_rows(self, lake):
        assert lake.rows("select * from {nothing}") == []
        assert lake.columns("nothing") == lake.columns("by_day")


class TestSwitchOfTableType:
    """One model is a view, a Hive table and an Iceberg table in turn."""

    @pytest.fixture(scope="class")
    def models(self):
        query = "select 1 as id, '{{ var(\"kind\") }}' as kind"
        return {
            "shape.sql": f"""
                {{{{ config(materialized=var('materialized'), table_type=var('table_type')) }}}} {query}
            """
        }

    def test_every_switch(self, lake):
        kinds = ("view", "hive", "iceberg", "hive", "view", "iceberg", "iceberg", "view", "hive", "hive")
        for kind in kinds:
            materialized, table_type = ("view", "hive") if kind == "view" else ("table", kind)
            run_dbt(["run", "--vars", f"{{kind: {kind}, materialized: {materialized}, table_type: {table_type}}}"])
            assert lake.rows("select id, kind from {shape}") == [(1, kind)]
            assert lake.tables() == {"shape"}
            is_iceberg = lake.table("shape")["Parameters"].get("table_type", "").lower() == "iceberg"
            assert is_iceberg == (kind == "iceberg")


class TestMaintenance:
    """OPTIMIZE and VACUUM as hooks, on a table of many small files."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "kept_tidy.sql": """
                {{ config(
                    materialized='incremental', table_type='iceberg', incremental_strategy='append',
                    table_properties={'vacuum_min_snapshots_to_keep': '1', 'vacuum_max_snapshot_age_seconds': '1'},
                    post_hook=[
                        "{% if var('tidy') %} optimize {{ this.render_pure() }} rewrite data using bin_pack {% endif %}",
                        "{% if var('tidy') %} vacuum {{ this.render_pure() }} {% endif %}",
                    ],
                ) }}
                select {{ var('n') }} as n
            """
        }

    def test_files_become_few(self, lake):
        files = f'select count(*) from "{lake.schema}"."kept_tidy$files"'
        for n in range(4):
            run_dbt(["run", "--vars", f"{{n: {n}, tidy: false}}"])
        assert lake.rows(files) == [(4,)]
        run_dbt(["run", "--vars", "{n: 4, tidy: true}"])
        assert lake.rows(files) == [(1,)]
        assert lake.rows("select n from {kept_tidy} order by n") == [(n,) for n in range(5)]
