"""The ways to connect: both connection managers, a workgroup that decides where output goes, and eight threads."""

import boto3
import pytest
from dbt.tests.util import run_dbt


class TestPyAthena:
    """The older connection manager, over PyAthena."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target):
        return {**athena_target, "connection_manager": "pyathena"}

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"raw.csv": "id,at,name\n1,2024-01-01 10:00:00,x\n2,2024-01-02 11:00:00,\n"}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "plain.sql": "{{ config(materialized='table') }} select * from {{ ref('raw') }}",
            "merged.sql": """
                {{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id') }}
                select id, name from {{ ref('raw') }}
            """,
            "seen.sql": "select id, at, cast(at as date) as day, array[id] as ids from {{ ref('plain') }}",
            "schema.yml": {
                "models": [{"name": "plain", "columns": [{"name": "id", "data_tests": ["unique", "not_null"]}]}]
            },
        }

    @pytest.fixture(scope="class")
    def snapshots(self):
        return {
            "kept.sql": """
                {% snapshot kept %} {{ config(unique_key='id', strategy='check', check_cols='all') }}
                select id, name from {{ ref('raw') }} {% endsnapshot %}
            """
        }

    def test_build(self, lake):
        run_dbt(["build"])
        results = run_dbt(["build"])
        affected = {result.node.name: result.adapter_response.get("rows_affected") for result in results}
        assert affected["plain"] == 2
        assert lake.rows("select id, name from {merged} order by id") == [(1, "x"), (2, None)]
        assert [str(at) for (at,) in lake.rows("select at from {seen} order by id")] == [
            "2024-01-01 10:00:00",
            "2024-01-02 11:00:00",
        ]

    def test_error(self, lake):
        with pytest.raises(Exception, match="Column 'nothing' cannot be resolved"):
            lake.execute("select nothing from {plain}")


class TestEnforcedWorkgroup:
    """The workgroup's output location beats the profile's, for results and for tables."""

    @pytest.fixture(scope="class")
    def workgroup(self, aws, unique_schema):
        athena = boto3.client("athena")
        name = f"enforced-{unique_schema[:40]}"
        place = f"s3://{aws.bucket}/enforced/{unique_schema}/"
        athena.create_work_group(
            Name=name,
            Configuration={
                "ResultConfiguration": {"OutputLocation": place},
                "EnforceWorkGroupConfiguration": True,
            },
        )
        yield name, place
        athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target, workgroup):
        return {**athena_target, "work_group": workgroup[0]}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "plain.sql": "{{ config(materialized='table') }} select 1 as id",
            "parted.sql": "{{ config(materialized='table', partitioned_by=['p']) }} select 1 as id, 'x' as p",
            "iced.sql": "{{ config(materialized='table', table_type='iceberg') }} select 1 as id",
            "grown.sql": "{{ config(materialized='incremental', incremental_strategy='append') }} select 1 as id",
        }

    def test_places(self, lake, workgroup):
        run_dbt(["run"])
        run_dbt(["run"])
        _, place = workgroup
        for name, count in {"plain": 1, "parted": 1, "iced": 1, "grown": 2}.items():
            assert lake.rows(f"select count(*) from {{{name}}}") == [(count,)]
        for name in ("plain", "parted", "grown"):
            assert lake.location(name).startswith(f"{place}tables/")
        assert not lake.location("iced").startswith(place)
        assert lake.objects(place)


class TestThreads:
    """Eight models at a time, and ten writers of one Iceberg table."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target):
        return {**athena_target, "threads": 8}

    @pytest.fixture(scope="class")
    def models(self):
        writers = {
            f"writer_{n}.sql": f"""
                {{{{ config(materialized='view', post_hook='insert into {{{{ ref("shared") }}}} values ({n})') }}}}
                select {n} as n
            """
            for n in range(10)
        }
        return {
            "shared.sql": "{{ config(materialized='table', table_type='iceberg') }} select -1 as n",
            **writers,
            **{
                f"wide_{n}.sql": f"{{{{ config(materialized='table') }}}} select {n} as n, count(*) as c "
                "from unnest(sequence(1, 10000)) as s (i)"
                for n in range(8)
            },
        }

    def test_all_at_once(self, lake):
        assert len(run_dbt(["run"])) == 19
        assert lake.rows("select n from {shared} order by n") == [(n,) for n in range(-1, 10)]
        counts = " union all ".join(f"select c from {{wide_{n}}}" for n in range(8))
        assert lake.rows(f"select count(*), min(c), max(c) from ({counts})") == [(8, 10000, 10000)]
