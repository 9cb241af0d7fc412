"""Incremental models: strategies, MERGE with all its conditions and update rules, and schema changes of both table types."""

import pytest
from dbt.tests.util import run_dbt


def run(**variables):
    return run_dbt(["run", "--vars", str(variables)])


class TestStrategies:
    """Day one has three rows; day two changes one of them and brings another."""

    @pytest.fixture(scope="class")
    def models(self):
        query = """
            select * from (values
            {% if var('day') == 1 %} (1, 'a', date '2024-01-01'), (2, 'b', date '2024-01-01'), (3, 'c', date '2024-01-02')
            {% else %} (3, 'C', date '2024-01-02'), (4, 'd', date '2024-01-03') {% endif %}
            ) as t (id, name, day)
        """
        configs = {
            "append_hive": "incremental_strategy='append'",
            "append_iceberg": "incremental_strategy='append', table_type='iceberg'",
            "overwrite": "incremental_strategy='insert_overwrite', partitioned_by=['day']",
            "overwrite_unique_suffix": (
                "incremental_strategy='insert_overwrite', partitioned_by=['day'], unique_tmp_table_suffix=true"
            ),
            "overwrite_in_temp_schema": (
                "incremental_strategy='insert_overwrite', partitioned_by=['day'], temp_schema=target.schema ~ '_temp'"
            ),
            "overwrite_without_partitions": "incremental_strategy='insert_overwrite'",
            "merge": "incremental_strategy='merge', table_type='iceberg', unique_key='id'",
            "merge_two_keys": (
                "incremental_strategy='merge', table_type='iceberg', unique_key=['id', 'day'], partitioned_by=['month(day)']"
            ),
            "merge_predicates": (
                "incremental_strategy='merge', table_type='iceberg', unique_key='id', "
                "incremental_predicates=[\"src.day > date '2024-01-02'\", 'target.id < 100']"
            ),
            "merge_force_batch": (
                "incremental_strategy='merge', table_type='iceberg', unique_key='id', "
                "partitioned_by=['day'], force_batch=true, partitions_limit=1"
            ),
        }
        models = {
            f"{name}.sql": f"{{{{ config(materialized='incremental', {config}) }}}} {query}"
            for name, config in configs.items()
        }
        # A literal's type has a length, and so has the type of the partition's key in Glue: varchar(3).
        by_text = (
            "{{ config(materialized='incremental', partitioned_by=['age'], on_schema_change='append_new_columns') }}"
        )
        columns = "id, name, {% if var('day') == 2 %} day, {% endif %} if(day = date '2024-01-01', 'old', 'new') as age"
        return {**models, "overwrite_by_text.sql": f"{by_text} select {columns} from ({query})"}

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        run(day=1)
        run(day=2)
        yield
        run_dbt(["run-operation", "drop_glue_database", "--args", f"{{database_name: {project.test_schema}_temp}}"])

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("append_hive", "abcCd"),
            ("append_iceberg", "abcCd"),
            ("overwrite", "abCd"),
            ("overwrite_by_text", "abCd"),
            ("overwrite_unique_suffix", "abCd"),
            ("overwrite_in_temp_schema", "abCd"),
            ("overwrite_without_partitions", "abcCd"),
            ("merge", "abCd"),
            ("merge_two_keys", "abCd"),
            ("merge_predicates", "abcCd"),
            ("merge_force_batch", "abCd"),
        ],
    )
    def test_names(self, lake, name, expected):
        found = [name for (name,) in lake.rows(f"select name from {{{name}}} order by id, name desc")]
        assert "".join(found) == expected

    def test_no_temporary_table_is_left(self, lake):
        assert not [name for name in lake.tables() if "__dbt_tmp" in name]

    def test_overwritten_partitions(self, lake):
        assert lake.partitions("overwrite") == [("2024-01-01",), ("2024-01-02",), ("2024-01-03",)]

    def test_full_refresh(self, lake):
        run_dbt(["run", "--full-refresh", "--vars", "day: 2", "--select", "merge", "append_hive", "overwrite"])
        for name in ("merge", "append_hive", "overwrite"):
            assert lake.rows(f"select id, name from {{{name}}} order by id") == [(3, "C"), (4, "d")]


class TestMergeConditions:
    """DELETE, UPDATE and INSERT, each with its condition, in one statement."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "accounts.sql": """
                {{ config(
                    materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id',
                    delete_condition="src.status = 'gone'",
                    update_condition="src.version > target.version",
                    insert_condition="src.status <> 'gone'",
                ) }}
                select * from (values
                {% if var('day') == 1 %} (1, 'new', 1), (2, 'new', 1), (3, 'new', 5)
                {% else %} (1, 'gone', 2), (2, 'paid', 2), (3, 'stale', 4), (4, 'new', 1), (5, 'gone', 1) {% endif %}
                ) as t (id, status, version)
            """,
            "some_columns.sql": """
                {{ config(
                    materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id',
                    merge_update_columns=['b'],
                ) }}
                select {{ var('day') }} * 10 as a, {{ var('day') }} as b, 1 as id
            """,
            "other_columns.sql": """
                {{ config(
                    materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id',
                    merge_exclude_columns=['b'],
                ) }}
                select {{ var('day') }} * 10 as a, {{ var('day') }} as b, 1 as id
            """,
        }

    def test_conditions(self, lake):
        run(day=1)
        run(day=2)
        rows = lake.rows("select id, status, version from {accounts} order by id")
        assert rows == [(2, "paid", 2), (3, "new", 5), (4, "new", 1)]
        assert lake.rows("select a, b from {some_columns}") == [(10, 2)]
        assert lake.rows("select a, b from {other_columns}") == [(20, 1)]


class TestUpdateRules:
    """Each column is updated in its own way; `default` goes by the default rule."""

    @pytest.fixture(scope="class")
    def models(self):
        rules = {
            "total": "sum",
            "latest": "coalesce",
            "tags": "append",
            "unique_tags": "append_distinct",
            "text": "append",
            "counts": "sum",
            "low": "least(_old_, _new_)",
            "plain": "replace",
        }
        return {
            "rules.sql": f"""
                {{{{ config(
                    materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id',
                    merge_update_columns_default_rule='replace', merge_update_columns_rules={rules!r},
                ) }}}}
                {{% if var('day') == 1 %}}
                select 1 as id, 10 as total, 'old' as latest, array[1, 2] as tags, array['x'] as unique_tags, 'ab' as text,
                    map(array['k', 'l'], array[1, 2]) as counts, 5 as low, 'p' as plain, 'd' as other
                {{% else %}}
                select 1 as id, 5 as total, cast(null as varchar) as latest, array[3] as tags, array['y', 'x'] as unique_tags,
                    'cd' as text, map(array['k', 'm'], array[10, 30]) as counts, 7 as low, 'q' as plain, 'e' as other
                {{% endif %}}
            """
        }

    def test_rules(self, lake):
        run(day=1)
        run(day=2)
        [row] = lake.rows(
            "select total, latest, cast(tags as json), cast(unique_tags as json), text, "
            "counts['k'], counts['l'], counts['m'], low, plain, other from {rules}"
        )
        assert row == (15, "old", [3, 1, 2], ["y", "x"], "cdab", 11, 2, 30, 5, "q", "e")


SCHEMA_CHANGE = """
{{ config(materialized='incremental', incremental_strategy='append', unique_key='id', **kwargs) }}
{% if is_incremental() %}
select 2 as id, cast(2.5 as double) as amount, 'new' as added, date '2024-01-01' as added_on
{% else %}
select 1 as id, cast(1.5 as double) as amount, 'old' as removed
{% endif %}
"""


class TestSchemaChange:
    """One model per mode and table type; the second run has two more columns and one less."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            f"{mode}_{table_type}.sql": SCHEMA_CHANGE.replace(
                "**kwargs", f"on_schema_change='{mode}', table_type='{table_type}'"
            )
            for mode in ("ignore", "append_new_columns", "sync_all_columns", "fail")
            for table_type in ("hive", "iceberg")
        }

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        run_dbt(["run"])
        return {result.node.name: result for result in run_dbt(["run"], expect_pass=False)}

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    def test_append_new_columns(self, lake, table_type):
        query = f"select id, amount, removed, added, cast(added_on as varchar) from {{append_new_columns_{table_type}}} order by id"
        assert lake.rows(query) == [(1, 1.5, "old", None, None), (2, 2.5, None, "new", "2024-01-01")]

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    def test_sync_all_columns(self, lake, table_type):
        assert list(lake.columns(f"sync_all_columns_{table_type}")) == ["id", "amount", "added", "added_on"]
        query = f"select * from {{sync_all_columns_{table_type}}} order by id"
        assert [row[:3] for row in lake.rows(query)] == [(1, 1.5, None), (2, 2.5, "new")]

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    def test_fail(self, lake, built, table_type):
        assert "out of sync" in built[f"fail_{table_type}"].message
        assert lake.rows(f"select id from {{fail_{table_type}}}") == [(1,)]

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    def test_ignore_selects_what_it_knows(self, built, table_type):
        """The adapter inserts the target's columns, and one of them is not there any more: Athena's error."""
        assert "Column 'removed' cannot be resolved" in built[f"ignore_{table_type}"].message


class TestTypeChange:
    """A wider type: an Iceberg column is added, filled, and takes the other's name; a partitioned Hive table keeps its key."""

    @pytest.fixture(scope="class")
    def models(self):
        query = """
            select {{ var('n') }} as id, cast({{ var('n') }} as {{ var('type') }}) as amount, 'x' as part
        """
        config = "materialized='incremental', incremental_strategy='append', on_schema_change='sync_all_columns'"
        return {
            "widened.sql": f"{{{{ config({config}, table_type='iceberg') }}}} {query}",
            "retyped.sql": f"{{{{ config({config}, table_type='iceberg') }}}} {query}",
            "hive_partitioned.sql": f"""
                {{{{ config({config}, partitioned_by=['part']) }}}}
                select {{{{ var('n') }}}} as id {{% if var('n') > 1 %}}, 'more' as extra {{% endif %}}, 'x' as part
            """,
        }

    def test_types(self, lake):
        run_dbt(["run", "--vars", "{n: 1, type: integer}"])
        assert lake.columns("widened")["amount"] == "int"
        run_dbt(["run", "--vars", "{n: 2, type: double}"])
        assert lake.columns("widened")["amount"] == "double"
        assert lake.rows("select id, amount from {widened} order by id") == [(1, 1.0), (2, 2.0)]
        run_dbt(["run", "--vars", "{n: 3, type: varchar}", "--select", "retyped"])
        assert lake.columns("retyped")["amount"] == "string"
        assert lake.rows("select amount from {retyped} order by id") == [("1.0E0",), ("2.0E0",), ("3",)]
        rows = lake.rows("select id, extra, part from {hive_partitioned} order by id")
        assert rows == [(1, None, "x"), (2, "more", "x")]


class TestOddColumnNames:
    """Reserved words, dashes and capitals, through a merge and a schema change."""

    @pytest.fixture(scope="class")
    def models(self):
        columns = '1 as id, {{ var("day") }} as "select", \'v\' as "field-with-dash", true as "From"'
        more = "{% if var('day') > 1 %}, 'w' as \"another-dash\", date '2024-01-01' as \"order\" {% endif %}"
        config = "materialized='incremental', on_schema_change='append_new_columns'"
        return {
            "odd_iceberg.sql": f"""
                {{{{ config({config}, table_type='iceberg', incremental_strategy='merge', unique_key='id') }}}}
                select {columns} {more}
            """,
            "odd_hive.sql": f"{{{{ config({config}, incremental_strategy='append') }}}} select {columns} {more}",
        }

    def test_names(self, lake):
        run(day=1)
        run(day=2)
        names = 'id, "select", "field-with-dash", "from", "another-dash", cast("order" as varchar)'
        new = (1, 2, "v", True, "w", "2024-01-01")
        assert lake.rows(f"select {names} from {{odd_iceberg}}") == [new]
        assert lake.rows(f"select {names} from {{odd_hive}} order by 2") == [(1, 1, "v", True, None, None), new]
        assert set(lake.columns("odd_hive")) == {"id", "select", "field-with-dash", "from", "another-dash", "order"}
