"""Hive tables: formats, partitions, buckets, places, and the swap of a table that is read meanwhile."""

import pytest
from dbt.tests.util import run_dbt

ORDERS = """
{{ config(materialized='table') }}
select * from (values
    (1, 'de', 1.5e0, date '2024-01-01', timestamp '2024-01-01 10:00:00', array[1, 2], true),
    (2, 'de', 2.5e0, date '2024-01-02', timestamp '2024-01-02 11:30:00.123', array[3], false),
    (3, 'fr', null, date '2024-01-02', null, null, null),
    (4, 'it''s', 4.0e0, date '2024-02-29', timestamp '2024-02-29 23:59:59', array[], true)
) as orders (id, country, amount, ordered_on, ordered_at, items, paid)
"""
CONTENT = [
    (1, "de", 1.5, "2024-01-01"),
    (2, "de", 2.5, "2024-01-02"),
    (3, "fr", None, "2024-01-02"),
    (4, "it's", 4.0, "2024-02-29"),
]


def model(columns="*", **config):
    """A table over ``orders`` with this configuration."""
    return f"{{{{ config(materialized='table', **{config!r}) }}}} select {columns} from {{{{ ref('orders') }}}}"


PLAIN = "id, country, amount, ordered_on"
FORMATS = {
    "as_parquet_snappy": {"format": "parquet", "write_compression": "snappy"},
    "as_parquet_zstd": {"format": "parquet", "write_compression": "zstd"},
    "as_json": {"format": "json"},
    "as_textfile": {"format": "textfile", "field_delimiter": "|"},
    "as_textfile_gzip": {"format": "textfile", "write_compression": "gzip"},
    "as_avro": {"format": "avro"},
}


class TestHiveTables:
    @pytest.fixture(scope="class")
    def models(self, aws, unique_schema):
        return {
            "orders.sql": ORDERS,
            **{f"{name}.sql": model(PLAIN, **config) for name, config in FORMATS.items()},
            "partitioned.sql": model("id, amount, country, ordered_on", partitioned_by=["country", "ordered_on"]),
            "bucketed.sql": model(PLAIN, bucketed_by=["id"], bucket_count=4),
            "partitioned_and_bucketed.sql": model(
                "id, amount, country", partitioned_by=["country"], bucketed_by=["id"], bucket_count=2
            ),
            "elsewhere.sql": model(PLAIN, external_location=f"s3://{aws.bucket}/elsewhere/{unique_schema}/"),
            "by_table.sql": model(PLAIN, s3_data_naming="schema_table"),
            "own_folder.sql": model(PLAIN, s3_data_dir=f"s3://{aws.bucket}/own/", s3_data_naming="table_unique"),
            "with_properties.sql": model(PLAIN, table_properties={"parquet_compression": "'gzip'"}),
            "nothing.sql": "{{ config(materialized='table') }} select * from {{ ref('orders') }} where false",
            "readers.sql": "select count(*) as n from {{ ref('partitioned') }}",
        }

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        return run_dbt(["run", "--threads", "4"])

    @pytest.mark.parametrize("name", [*FORMATS, "bucketed", "elsewhere", "by_table", "own_folder", "with_properties"])
    def test_rows_come_back(self, lake, name):
        query = f"select id, country, amount, cast(ordered_on as varchar) from {{{name}}} order by id"
        assert lake.rows(query) == CONTENT

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("as_parquet_snappy", ("Parquet", "Parquet")),
            ("as_json", ("Text", "Json")),
            ("as_textfile", ("Text", "LazySimple")),
            ("as_avro", ("Avro", "Avro")),
        ],
    )
    def test_catalog_names_the_format(self, lake, name, words):
        storage = lake.table(name)["StorageDescriptor"]
        assert words[0] in storage["InputFormat"]
        assert words[1].lower() in storage["SerdeInfo"]["SerializationLibrary"].lower()

    def test_catalog_has_hive_types(self, lake):
        assert lake.columns("orders") == {
            "id": "int",
            "country": lake.columns("orders")["country"],
            "amount": "double",
            "ordered_on": "date",
            "ordered_at": "timestamp",
            "items": "array<int>",
            "paid": "boolean",
        }
        assert lake.columns("orders")["country"] in ("string", "varchar(4)")
        assert lake.table("orders")["TableType"] == "EXTERNAL_TABLE"
        assert lake.table("orders")["Parameters"]["classification"] == "parquet"

    def test_partitions(self, lake):
        days = [("de", "2024-01-01"), ("de", "2024-01-02"), ("fr", "2024-01-02"), ("it's", "2024-02-29")]
        assert lake.partitions("partitioned") == days
        assert list(lake.columns("partitioned"))[-2:] == ["country", "ordered_on"]
        assert lake.rows("select id from {partitioned} where ordered_on = date '2024-01-02' order by id") == [
            (2,),
            (3,),
        ]
        assert lake.rows("select n from {readers}") == [(4,)]

    def test_partitions_are_a_table_of_their_own(self, lake):
        query = f'select country from "{lake.schema}"."partitioned$partitions" order by 1'
        assert lake.rows(query) == [("de",), ("de",), ("fr",), ("it's",)]

    def test_buckets(self, lake):
        storage = lake.table("bucketed")["StorageDescriptor"]
        assert storage["BucketColumns"] == ["id"]
        assert storage["NumberOfBuckets"] == 4
        assert 1 <= len(lake.objects(lake.location("bucketed"))) <= 4
        assert lake.rows("select count(*) from {partitioned_and_bucketed}") == [(4,)]

    def test_places(self, lake, aws):
        assert lake.location("elsewhere") == f"s3://{aws.bucket}/elsewhere/{lake.schema}"
        assert lake.location("by_table") == f"s3://{aws.bucket}/tables/{lake.schema}/by_table"
        assert lake.location("own_folder").startswith(f"s3://{aws.bucket}/own/own_folder/")

    def test_no_rows(self, lake):
        assert lake.columns("nothing") == lake.columns("orders")
        assert lake.rows("select * from {nothing}") == []

    def test_compression_is_in_the_files(self, lake):
        [key] = lake.objects(lake.location("as_textfile_gzip"))
        assert key.endswith(".gz")


class TestHighAvailability:
    """The name of a table keeps pointing at whole data; older versions go."""

    @pytest.fixture(scope="class")
    def models(self):
        config = "materialized='table', ha=true, versions_to_keep=2"
        rows = "select n, n % 2 as half from unnest(sequence(1, {{ var('rows') }})) as s (n)"
        return {
            "plain.sql": f"{{{{ config({config}) }}}} {rows}",
            "partitioned.sql": f"{{{{ config({config}, partitioned_by=['half']) }}}} {rows}",
        }

    def test_swap(self, lake):
        places = []
        for count in (4, 6, 1):
            run_dbt(["run", "--vars", f"rows: {count}"])
            places.append(lake.location("plain"))
            for name in ("plain", "partitioned"):
                assert lake.rows(f"select count(*) from {{{name}}}") == [(count,)]
            assert lake.tables() == {"plain", "partitioned"}
        assert len(set(places)) == 3
        assert lake.partitions("partitioned") == [("1",)]
        assert not lake.objects(places[0])
        assert lake.objects(places[2])


class TestTooManyPartitions:
    """More than 100 partitions: Athena refuses, the adapter goes on in batches."""

    @pytest.fixture(scope="class")
    def models(self):
        days = "date_add('day', n, date '2024-01-01')"
        query = f"select n, cast({days} as date) as day from unnest(sequence(1, {{{{ var('days') }}}})) as s (n)"
        return {
            "days.sql": f"{{{{ config(materialized='table', partitioned_by=['day']) }}}} {query}",
            "days_batched.sql": f"{{{{ config(materialized='table', partitioned_by=['day'], force_batch=true) }}}} {query}",
            "days_added.sql": f"""
                {{{{ config(materialized='incremental', incremental_strategy='append', partitioned_by=['day']) }}}} {query}
            """,
            "days_overwritten.sql": f"""
                {{{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['day'],
                            force_batch=true, partitions_limit=60) }}}} {query}
            """,
            "iceberg_days.sql": f"""
                {{{{ config(materialized='table', table_type='iceberg', partitioned_by=['day']) }}}} {query}
            """,
            "iceberg_merged.sql": f"""
                {{{{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='n',
                            partitioned_by=['month(day)', 'bucket(n, 60)']) }}}} {query}
            """,
        }

    def test_batches(self, lake):
        run_dbt(["run", "--vars", "days: 205"])
        for name in ("days", "days_batched", "days_added", "days_overwritten", "iceberg_days", "iceberg_merged"):
            assert lake.rows(f"select count(*), count(distinct n), max(n) from {{{name}}}") == [(205, 205, 205)], name
        assert len(lake.partitions("days")) == 205
        run_dbt(["run", "--vars", "days: 210", "--select", "days_added", "days_overwritten", "iceberg_merged"])
        counts = {"days_added": 415, "days_overwritten": 210, "iceberg_merged": 210}
        for name, count in counts.items():
            assert lake.rows(f"select count(*) from {{{name}}}") == [(count,)], name

    def test_the_limit_is_a_limit(self, project, lake):
        with pytest.raises(Exception, match="HIVE_TOO_MANY_OPEN_PARTITIONS"):
            lake.execute(
                "create table {too_many} with (partitioned_by = array['p'], "
                "external_location = 's3://lakeloop-athena-tests/too-many/') as "
                "select n, n as p from unnest(sequence(1, 101)) as s (n)"
            )
        assert "too_many" not in lake.tables()
