"""Seeds in both ways of loading, and snapshots: both strategies, all treatments of deleted rows, both table types."""

import pytest
from dbt.tests.util import run_dbt, write_file

PEOPLE = '''id,name,score,born,seen_at,active
1,Ann,1.5,1990-01-02,2024-01-01 10:00:00,true
2,"Bo, Jr.",2,1991-03-04,2024-01-02 11:30:00,false
3,O'Neil,,,,
4,"He said ""hi""",-3.25,2000-02-29,1999-12-31 23:59:59,true
'''
ROWS = [
    (1, "Ann", 1.5, "1990-01-02", "2024-01-01 10:00:00.000", True),
    (2, "Bo, Jr.", 2.0, "1991-03-04", "2024-01-02 11:30:00.000", False),
    (3, "O'Neil", None, None, None, None),
    (4, 'He said "hi"', -3.25, "2000-02-29", "1999-12-31 23:59:59.000", True),
]


class TestSeeds:
    @pytest.fixture(scope="class")
    def seeds(self):
        return {
            "uploaded.csv": PEOPLE,
            "inserted.csv": PEOPLE,
            "iceberg.csv": PEOPLE,
            "partitioned.csv": "id,country\n1,de\n2,fr\n3,de\n",
            "typed.csv": "id,code,amount,day\n1,007,1.10,2024-01-01\n2,008,2.25,2024-01-02\n",
            "pipes.csv": "a|b\n1|x\n",
            "schema.yml": {
                "seeds": [
                    {"name": "inserted", "config": {"seed_by_insert": True}},
                    {"name": "iceberg", "config": {"table_type": "iceberg", "column_types": {"seen_at": "varchar"}}},
                    {"name": "partitioned", "config": {"partitioned_by": ["country"]}},
                    {
                        "name": "typed",
                        "config": {
                            "column_types": {
                                "id": "bigint",
                                "code": "varchar",
                                "amount": "decimal(10, 2)",
                                "day": "varchar",
                            },
                            "seed_s3_upload_args": {"ContentType": "text/csv"},
                        },
                    },
                    {"name": "pipes", "config": {"delimiter": "|", "quote_columns": False}},
                ]
            },
        }

    @pytest.fixture(scope="class", autouse=True)
    def loaded(self, project):
        run_dbt(["seed"])
        return run_dbt(["seed"])

    @pytest.mark.parametrize("name", ["uploaded", "inserted"])
    def test_rows(self, lake, name):
        query = f"select id, name, score, cast(born as varchar), cast(seen_at as varchar), active from {{{name}}} order by id"
        assert lake.rows(query) == ROWS

    def test_types(self, lake):
        assert list(lake.columns("uploaded").values()) == ["int", "string", "double", "date", "timestamp", "boolean"]
        assert list(lake.columns("typed").values()) == ["bigint", "string", "decimal(10,2)", "string"]
        assert lake.rows("select id, code, cast(amount as varchar), day from {typed} order by id") == [
            (1, "007", "1.10", "2024-01-01"),
            (2, "008", "2.25", "2024-01-02"),
        ]

    def test_iceberg(self, lake):
        assert lake.rows("select id, name, seen_at from {iceberg} where id = 2") == [
            (2, "Bo, Jr.", "2024-01-02 11:30:00")
        ]
        assert lake.table("iceberg")["Parameters"]["table_type"].upper() == "ICEBERG"

    def test_partitions(self, lake):
        assert lake.partitions("partitioned") == [("de",), ("fr",)]

    def test_delimiter(self, lake):
        assert lake.rows("select a, b from {pipes}") == [(1, "x")]

    def test_no_temporary_table_is_left(self, lake):
        assert lake.tables() == {"uploaded", "inserted", "iceberg", "partitioned", "typed", "pipes"}


def snapshot(name, table_type, **config):
    config = {"unique_key": "id", "table_type": table_type, "target_schema": "{{ schema }}", **config}
    words = ", ".join(f"{key}={value!r}" for key, value in config.items() if key != "target_schema")
    columns = "id, name, cast(updated_at as timestamp(6)) as updated_at" if table_type == "iceberg" else "*"
    return (
        f"{{% snapshot {name} %}} {{{{ config({words}, target_schema=schema) }}}} "
        f"select {columns} from {{{{ ref('customers') }}}} {{% endsnapshot %}}"
    )


class TestSnapshots:
    """Customers change, go, and come back."""

    @pytest.fixture(scope="class")
    def snapshots(self):
        ways = {
            "by_timestamp": {"strategy": "timestamp", "updated_at": "updated_at"},
            "by_check": {"strategy": "check", "check_cols": ["name"]},
            "by_check_all": {"strategy": "check", "check_cols": "all"},
            "invalidating": {"strategy": "timestamp", "updated_at": "updated_at", "hard_deletes": "invalidate"},
            "recording": {"strategy": "check", "check_cols": ["name"], "hard_deletes": "new_record"},
        }
        return {
            f"{name}_{table_type}.sql": snapshot(f"{name}_{table_type}", table_type, **way)
            for name, way in ways.items()
            for table_type in ("hive", "iceberg")
        }

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"customers.csv": "id,name,updated_at\n1,Ann,2024-01-01 00:00:00\n2,Bo,2024-01-01 00:00:00\n"}

    @pytest.fixture(scope="class", autouse=True)
    def three_days(self, project):
        days = (
            None,
            "id,name,updated_at\n1,Anna,2024-01-02 00:00:00\n3,Cy,2024-01-02 00:00:00\n",
            "id,name,updated_at\n1,Anna,2024-01-02 00:00:00\n2,Bo,2024-01-03 00:00:00\n3,Cy,2024-01-02 00:00:00\n",
        )
        for day in days:
            if day:
                write_file(day, project.project_root, "seeds", "customers.csv")
            run_dbt(["seed"])
            run_dbt(["snapshot"])

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            # (id, name, current); Bo went on the second day and came back on the third.
            (
                "by_timestamp",
                [(1, "Ann", False), (1, "Anna", True), (2, "Bo", False), (2, "Bo", True), (3, "Cy", True)],
            ),
            ("by_check", [(1, "Ann", False), (1, "Anna", True), (2, "Bo", True), (3, "Cy", True)]),
            (
                "by_check_all",
                [(1, "Ann", False), (1, "Anna", True), (2, "Bo", False), (2, "Bo", True), (3, "Cy", True)],
            ),
            (
                "invalidating",
                [(1, "Ann", False), (1, "Anna", True), (2, "Bo", False), (2, "Bo", True), (3, "Cy", True)],
            ),
        ],
    )
    def test_versions(self, lake, name, table_type, expected):
        query = f"select id, name, dbt_valid_to is null from {{{name}_{table_type}}} order by id, name, 3"
        assert lake.rows(query) == expected

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    def test_deletions_are_recorded(self, lake, table_type):
        query = (
            f"select dbt_is_deleted, dbt_valid_to is null from {{recording_{table_type}}} where id = 2 order by 2, 1"
        )
        assert lake.rows(query) == [("False", False), ("True", False), ("False", True)]

    def test_no_temporary_table_is_left(self, lake):
        assert not [name for name in lake.tables() if "__dbt_tmp" in name]
