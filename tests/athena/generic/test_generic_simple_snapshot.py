"""dbt.tests.adapter.simple_snapshot: on Iceberg, where a test can delete what it wrote."""

import re

import pytest
from dbt.tests.adapter.simple_snapshot import common, new_record_timestamp_mode, seeds, snapshots
from dbt.tests.adapter.simple_snapshot import test_ephemeral_snapshot_hard_deletes as hard_deletes
from dbt.tests.adapter.simple_snapshot.new_record_check_mode import BaseSnapshotNewRecordCheckMode
from dbt.tests.adapter.simple_snapshot.new_record_timestamp_mode import BaseSnapshotNewRecordTimestampMode
from dbt.tests.adapter.simple_snapshot.test_snapshot import BaseSimpleSnapshot, BaseSnapshotCheck

COLUMNS = "id, first_name, last_name, email, gender, ip_address, cast(updated_at as timestamp(6)) as updated_at"


def with_units(sql):
    """Trino's text of an interval, whose unit is outside the quotes, for PostgreSQL's in *sql*."""
    return re.sub(r"interval '(\d+) (\w+)'", r"interval '\1' \2", sql)


class IcebergSnapshot:
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "snapshots": {"+table_type": "iceberg"},
            "seeds": {"+column_types": {"updated_at": "timestamp"}},
        }


class Fact(IcebergSnapshot):
    """The table under the snapshot: Iceberg's, whose timestamps have six digits; a seed's have three."""

    @pytest.fixture(scope="class")
    def seeds(self):
        days = seeds.SEED_CSV.splitlines()
        return {"seed.csv": "\n".join([days[0], *(f"{day} 00:00:00" for day in days[1:])]) + "\n"}

    @pytest.fixture(scope="class")
    def models(self):
        return {"fact.sql": f"{{{{ config(materialized='table') }}}} select {COLUMNS} from {{{{ ref('seed') }}}}"}

    def create_fact_from_seed(self, where=None):
        common.clone_table(self.project, "fact", "seed", COLUMNS, where)

    def update_fact_records(self, updates, where=None):
        super().update_fact_records({name: with_units(value) for name, value in updates.items()}, where)

    def insert_fact_records(self, where=None):
        common.insert_records(self.project, "fact", "seed", COLUMNS, where)


class TestSnapshot(Fact, BaseSimpleSnapshot):
    @pytest.fixture(scope="class")
    def snapshots(self):
        return {"snapshot.sql": snapshots.SNAPSHOT_TIMESTAMP_SQL}


class TestSnapshotCheck(Fact, BaseSnapshotCheck):
    @pytest.fixture(scope="class")
    def snapshots(self):
        return {"snapshot.sql": snapshots.SNAPSHOT_CHECK_SQL}


class TextKey(IcebergSnapshot):
    """Trino concatenates strings only; the suite's key begins with a number."""

    @pytest.fixture(scope="class")
    def snapshots(self):
        key = "unique_key=\"cast(id as varchar) || '-' || first_name\""
        query = "select * from {{ target.schema }}.seed"
        return {"snapshot.sql": f"{{% snapshot snapshot_actual %}} {{{{ config({key}) }}}} {query} {{% endsnapshot %}}"}

    @pytest.fixture(scope="class")
    def invalidate_sql_statements(self):
        return [with_units(sql) for sql in new_record_timestamp_mode._invalidate_sql_statements]


class TestSnapshotNewRecordTimestampMode(TextKey, BaseSnapshotNewRecordTimestampMode):
    pass


class TestSnapshotNewRecordCheckMode(TextKey, BaseSnapshotNewRecordCheckMode):
    pass


class TestSnapshotEphemeralHardDeletes(IcebergSnapshot, hard_deletes.BaseSnapshotEphemeralHardDeletes):
    pass


class TestSnapshotNewColumnTimestampStrategy(IcebergSnapshot, hard_deletes.BaseSnapshotNewColumnTimestampStrategy):
    pass


class TestSnapshotNewColumnSpecificCheckCols(IcebergSnapshot, hard_deletes.BaseSnapshotNewColumnSpecificCheckCols):
    pass


class TestSnapshotNewColumnWithDeletes(IcebergSnapshot, hard_deletes.BaseSnapshotNewColumnWithDeletes):
    pass
