"""The runner's patches of dbt-athena change nothing but the cost: every materialization, built with and without.

Two schemas of one emulator, the same project in both: built, built again on changed rows, built with --full-refresh. Compared are
dbt's results, rows, what Glue says of each table with its versions and partitions, and every statement that Athena was sent.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from contextlib import nullcontext

import boto3
import pytest
from dbt.cli.main import dbtRunner
from dbt_runner.patches import athena

# Statements that the patches answer themselves: nothing else may be missing, nothing may be added.
SPARED = (
    re.compile(r"""select '\{"rowcount":-?\d+,"data_scanned_in_bytes":\d+\}';?""", re.IGNORECASE),
    re.compile(r"alter table `schema`\.`\w+` set tblproperties \('classification' = '\w+'\)"),
)
ROWS = """{{ config(materialized='view') }}
select id, cast(country as varchar) as country, amount, day from (values
    (1, 'de', cast(1.50 as decimal(8, 2)), date '2024-01-01'), (2, 'it', null, date '2024-01-02'),
    (3, 'fr', cast(3.25 as decimal(8, 2)), date '2024-02-29')
    {% if var('later', false) %}, (4, 'de', cast(4.00 as decimal(8, 2)), date '2024-03-01') {% endif %}
) as t (id, country, amount, day)
"""
FROM_ROWS = "select id, amount, day, country from {{ ref('rows') }}"


def model(sql=FROM_ROWS, **config):
    return f"{{{{ config(**{config!r}) }}}}\n{sql}\n"


MODELS = {
    "rows": ROWS,
    "inlined": model(materialized="ephemeral"),
    "hive": model(materialized="table", persist_docs={"relation": True, "columns": True}),
    "hive_json": model("select * from {{ ref('inlined') }}", materialized="table", format="json"),
    "hive_partitioned": model(materialized="table", partitioned_by=["country"]),
    "hive_swapped": model(materialized="table", ha=True, s3_data_naming="schema_table_unique"),
    "hive_of_many_partitions": model(
        "select n as id, n as part from unnest(sequence(1, 120)) as t(n)", materialized="table", partitioned_by=["part"]
    ),
    "iceberg": model(materialized="table", table_type="iceberg"),
    "iceberg_partitioned": model(materialized="table", table_type="iceberg", partitioned_by=["month(day)"]),
    "iceberg_of_contract": model(
        "select id, country from {{ ref('iceberg') }}",
        materialized="table",
        table_type="iceberg",
        contract={"enforced": True},
    ),
    "appended": model(materialized="incremental", incremental_strategy="append"),
    "overwritten": model(
        materialized="incremental", incremental_strategy="insert_overwrite", partitioned_by=["country"]
    ),
    "merged": model(materialized="incremental", incremental_strategy="merge", unique_key="id", table_type="iceberg"),
    "of_seeds": "select s.id, i.name from {{ ref('uploaded') }} s join {{ ref('inserted') }} i on s.id = i.id",
}
PROPERTIES = """
version: 2
models:
  - name: hive
    description: A hive table
    columns:
      - {name: id, description: The key, data_tests: [unique]}
      - name: country
        data_tests: [{accepted_values: {arguments: {values: [de]}, config: {severity: warn, store_failures: true}}}]
  - name: iceberg_of_contract
    columns: [{name: id, data_type: int}, {name: country, data_type: varchar}]
  - name: merged
    columns: [{name: id, data_tests: [unique, not_null]}]
unit_tests:
  - name: joins
    model: of_seeds
    given:
      - {input: ref('uploaded'), rows: [{id: 1, amount: 2}]}
      - {input: ref('inserted'), rows: [{id: 1, name: one}]}
    expect: {rows: [{id: 1, name: one}]}
"""
FILES = {
    "dbt_project.yml": """
name: compared
version: "1.0"
profile: compared
flags: {send_anonymous_usage_stats: false}
seeds: {compared: {inserted: {+seed_by_insert: true}}}
""",
    "seeds/uploaded.csv": "id,amount\n1,1.5\n2,\n",
    "seeds/inserted.csv": "id,name\n1,one\n2,it's\n",
    "models/models.yml": PROPERTIES,
    "snapshots/history.sql": "{% snapshot history %}"
    + model(
        "select * from {{ ref('merged') }}", unique_key="id", strategy="check", check_cols="all", table_type="iceberg"
    )
    + "{% endsnapshot %}",
    **{f"models/{name}.sql": sql for name, sql in MODELS.items()},
}
BUILDS = ([], ["--vars", "{later: true}"], ["--vars", "{later: true}", "--full-refresh"])


class Built:
    """The project, built in a schema of its own."""

    def __init__(self, schema, folder, target, patches):
        self.schema = schema
        profile = {"compared": {"target": "dev", "outputs": {"dev": {**target, "schema": schema, "threads": 4}}}}
        for name, content in {**FILES, "profiles.yml": json.dumps(profile)}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
        self.results, self.tables = [], []
        for options in BUILDS:
            words = ["build", "--quiet", "--project-dir", str(folder), "--profiles-dir", str(folder), *options]
            with patches():
                done = dbtRunner().invoke(words)
            assert done.success, done.exception or [
                result.message for result in done.result if result.status == "error"
            ]
            self.results.append({result.node.unique_id: self._result(result) for result in done.result})
            self.tables.append(self._catalog())

    def plain(self, text):
        """*text* without what differs between any two builds: schema, ids of tables, moments."""
        text = text.replace(self.schema, "schema")
        text = re.sub(r"[0-9a-f]{8}([-_])[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", "<id>", text)
        return re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?", "<moment>", text)

    def _result(self, result):
        response = dict(result.adapter_response)
        if result.node.resource_type == "snapshot":
            # Its files hold the moments of the build, and other moments are compressed to other sizes.
            del response["data_scanned_in_bytes"]
        told = (str(result.status), result.failures, result.message, sorted(response.items()))
        return self.plain(repr(told))

    def _catalog(self):
        """Glue's definition of each table, and its rows."""
        glue = boto3.client("glue")
        found = {}
        for table in glue.get_tables(DatabaseName=self.schema)["TableList"]:
            place = {"DatabaseName": self.schema, "TableName": table["Name"]}
            kept = {
                "type": table["TableType"],
                "version": table["VersionId"],
                "description": table.get("Description"),
                "parameters": {
                    key: value
                    for key, value in table["Parameters"].items()
                    if "metadata_location" not in key and key != "transient_lastDdlTime"  # a time
                },
                "columns": table["StorageDescriptor"]["Columns"],
                "partition keys": table.get("PartitionKeys"),
                "location": table["StorageDescriptor"].get("Location"),
                "versions": len(glue.get_table_versions(**place)["TableVersions"]),
                "partitions": sorted(partition["Values"] for partition in glue.get_partitions(**place)["Partitions"]),
            }
            found[table["Name"]] = self.plain(json.dumps(kept, sort_keys=True, default=str)), self._rows(table["Name"])
        return found

    def _rows(self, name):
        client = boto3.client("athena")
        query = client.start_query_execution(
            QueryString=f'select * from "{self.schema}"."{name}"',
            ResultConfiguration={"OutputLocation": "s3://compared-results/"},
        )["QueryExecutionId"]
        deadline = time.monotonic() + 60
        while client.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] != "SUCCEEDED":
            assert time.monotonic() < deadline, name
        rows = client.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        values = [[value.get("VarCharValue") for value in row["Data"]] for row in rows]
        # dbt_scd_id is a hash of the moment.
        return sorted(self.plain(re.sub(r"\b[0-9A-F]{32}\b", "<hash>", repr(row))) for row in values)

    def statements(self):
        """Every statement that dbt sent for the schema, without its comment."""
        client = boto3.client("athena")
        ids = [
            query
            for page in client.get_paginator("list_query_executions").paginate()
            for query in page["QueryExecutionIds"]
        ]
        sent = Counter()
        for start in range(0, len(ids), 50):
            for query in client.batch_get_query_execution(QueryExecutionIds=ids[start : start + 50])["QueryExecutions"]:
                if query["QueryExecutionContext"].get("Database") == self.schema:
                    sent[self.plain(re.sub(r"^--[^\n]*\n", "", query["Query"]).strip())] += 1
        return sent


@pytest.fixture(scope="module")
def built(aws, tmp_path_factory):
    boto3.client("s3").create_bucket(Bucket="compared-results")
    target = {
        "type": "athena",
        "region_name": aws.region,
        "database": "awsdatacatalog",
        "work_group": "primary",
        "s3_staging_dir": f"s3://{aws.bucket}/results/",
        "s3_data_dir": f"s3://{aws.bucket}/tables/",
        "poll_interval": 0.05,
    }
    shipped = Built("compared_as_shipped", tmp_path_factory.mktemp("shipped"), target, nullcontext)
    patched = Built("compared_as_patched", tmp_path_factory.mktemp("patched"), target, athena.applied)
    return shipped, patched


@pytest.mark.parametrize("build", range(len(BUILDS)), ids=["first", "again", "full-refresh"])
def test_results_are_the_same(built, build):
    shipped, patched = built
    assert len(shipped.results[build]) > 20
    assert patched.results[build] == shipped.results[build]


@pytest.mark.parametrize("build", range(len(BUILDS)), ids=["first", "again", "full-refresh"])
def test_tables_are_the_same(built, build):
    shipped, patched = built
    assert set(shipped.tables[build]) >= {"merged", "history", "hive_swapped", "rows", "uploaded"}
    for name, table in shipped.tables[build].items():
        assert patched.tables[build][name] == table, name
    assert set(patched.tables[build]) == set(shipped.tables[build])


def test_what_is_not_sent_is_what_needs_no_query(built):
    shipped, patched = (schema.statements() for schema in built)
    spared = shipped - patched
    assert not patched - shipped
    assert {sql for sql in spared if not any(kind.fullmatch(sql) for kind in SPARED)} == set()
    # All of them, in three builds of five tables and three incremental models, of which one or two are merges.
    assert not [sql for sql in patched if any(kind.fullmatch(sql) for kind in SPARED)]
    counts = [sum(count for sql, count in spared.items() if kind.fullmatch(sql)) for kind in SPARED]
    assert all(count > 10 for count in counts), counts
