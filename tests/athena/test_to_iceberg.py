"""``just to-iceberg``: a Hive table, and one of Delta, become Iceberg tables of the same rows and the same partitions."""

import json

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lakeloop.aws.athena import statements as athena
from lakeloop.aws.athena.to_iceberg import Move
from lakeloop.errors import UserError

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


class Lake:
    def __init__(self, bucket):
        self.bucket = bucket
        self.athena, self.glue, self.s3 = (boto3.client(name) for name in ("athena", "glue", "s3"))
        self.workgroup = "to_iceberg"
        self.said = []
        self.athena.create_work_group(
            Name=self.workgroup,
            Configuration={
                "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"},
                "EnforceWorkGroupConfiguration": False,
            },
        )

    def rows(self, sql):
        execution = athena.execute(self.athena, sql, workgroup=self.workgroup, database="moving")
        return list(athena.rows(self.athena, execution))

    def move(self, table):
        Move(self.athena, self.glue, self.s3, self.workgroup, "moving", table, self.said.append).run()

    def names(self):
        return sorted(table["Name"] for table in self.glue.get_tables(DatabaseName="moving")["TableList"])


@pytest.fixture(scope="module")
def lake(aws):
    made = Lake(aws.bucket)
    made.glue.create_database(DatabaseInput={"Name": "moving"})
    yield made
    for name in made.names():
        made.glue.delete_table(DatabaseName="moving", Name=name)
    made.glue.delete_database(Name="moving")


def test_a_hive_table_of_many_partitions(lake, monkeypatch):
    """Given more partitions than are written at once, when it is moved, then rows and partitions are the same."""
    monkeypatch.setattr("lakeloop.aws.athena.to_iceberg._PARTITIONS", 3)
    lake.rows(
        f"create table big with (external_location='s3://{lake.bucket}/moving/big/', partitioned_by=array['k']) as "
        "select cast(n as tinyint) n, n * 1.5e0 d, cast(n as decimal(9,2)) p, timestamp '2024-01-01 00:00:00.123' t, "
        "array[n, null] a, cast(null as varchar) x, nullif(n, 4) as k from unnest(sequence(0, 4)) s(n)"
    )
    # Iceberg's timestamps have six digits.
    all_of_it = "select n, d, p, cast(t as timestamp(3)) as t, a, x, k from {} order by n"
    before = lake.rows(all_of_it.format("big"))
    lake.move("big")
    assert lake.rows(all_of_it.format("big")) == before
    assert lake.names() == ["big", "big__hive"]
    assert (
        lake.glue.get_table(DatabaseName="moving", Name="big")["Table"]["Parameters"]["table_type"].upper() == "ICEBERG"
    )
    assert lake.rows('select count(*) from "big$partitions"') == [[5]]
    assert lake.rows("select count(*), count(distinct k) from big__hive") == [[5, 4]], (
        "the old one stays, with its partitions"
    )
    assert "Compared" in lake.said[0]
    assert "DROP TABLE moving.big__hive" in lake.said[2]
    with pytest.raises(UserError, match="Iceberg table already"):
        lake.move("big")


def test_a_delta_table_keeps_its_partitions(lake, tmp_path):
    fields = [
        {"name": name, "type": kind, "nullable": True, "metadata": {}}
        for name, kind in (("id", "long"), ("day", "date"))
    ]
    schema = json.dumps({"type": "struct", "fields": fields})
    actions = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": {"id": "1", "schemaString": schema, "partitionColumns": ["day"], "configuration": {}}},
    ]
    for number in (1, 2):
        pq.write_table(pa.table({"id": [number]}), tmp_path / f"{number}.parquet")
        lake.s3.upload_file(str(tmp_path / f"{number}.parquet"), lake.bucket, f"moving/delta/{number}.parquet")
        actions.append({"add": {"path": f"{number}.parquet", "partitionValues": {"day": f"2024-01-0{number}"}}})
    log = "\n".join(map(json.dumps, actions)).encode()
    lake.s3.put_object(Bucket=lake.bucket, Key=f"moving/delta/_delta_log/{0:020}.json", Body=log)
    lake.rows(
        f"create external table d location 's3://{lake.bucket}/moving/delta/' tblproperties ('table_type'='DELTA')"
    )
    lake.move("d")
    assert lake.rows("select id, day from d order by id") == [[1, "2024-01-01"], [2, "2024-01-02"]]
    assert lake.rows('select count(*) from "d$partitions"') == [[2]]


def test_a_copy_that_fails_leaves_the_table_as_it_was(lake, monkeypatch):
    lake.rows(f"create table small with (external_location='s3://{lake.bucket}/moving/small/') as select 1 as a")
    monkeypatch.setattr("lakeloop.aws.athena.to_iceberg._checks", lambda column: [("sum", "sum(a)", "sum(a) + 1")])
    before = lake.names()
    with pytest.raises(UserError, match="sum is 1 before and 2 after"):
        lake.move("small")
    assert lake.names() == before
    assert lake.rows("select a from small") == [[1]]
