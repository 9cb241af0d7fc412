"""Local files in the place of tables in Glue, where a place does not have them, and nowhere else."""

from dataclasses import replace
from types import SimpleNamespace

import duckdb
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError
from lakeloop.aws.load import glue_sources
from lakeloop.aws.place import Place
from lakeloop.sources import Column, Kind, SourceTable, known, parse_type

LAKE = SimpleNamespace(raw_bucket="acme-dev-raw", changes_database="acme_dev_changes")


class Exists(Exception):
    pass


class Glue:
    """A catalog that has *tables* already, by ``database.table``."""

    exceptions = SimpleNamespace(AlreadyExistsException=Exists)

    def __init__(self, **tables):
        self.tables = {name.replace("__", "."): table for name, table in tables.items()}
        self.databases = {}

    def get_table(self, DatabaseName, Name):  # noqa: N803 - boto3's names, here and below
        if f"{DatabaseName}.{Name}" not in self.tables:
            raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, "GetTable")
        return {"Table": self.tables[f"{DatabaseName}.{Name}"]}

    def create_database(self, DatabaseInput):  # noqa: N803
        if DatabaseInput["Name"] in self.databases:
            raise Exists
        self.databases[DatabaseInput["Name"]] = DatabaseInput

    def get_database(self, Name):  # noqa: N803
        if Name not in self.databases:
            raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, "GetDatabase")
        return {"Database": self.databases[Name]}

    def create_table(self, DatabaseName, TableInput):  # noqa: N803
        name = f"{DatabaseName}.{TableInput['Name']}"
        if name in self.tables:
            raise Exists
        self.tables[name] = TableInput

    def update_table(self, DatabaseName, TableInput):  # noqa: N803
        self.tables[f"{DatabaseName}.{TableInput['Name']}"] = TableInput


class S3(dict):
    def put_object(self, Bucket, Key, Body):  # noqa: N803
        self[f"{Bucket}/{Key}"] = Body


@pytest.fixture
def lay(tmp_path, monkeypatch):
    """Provides *tables* in a place with *glue*; the tables that were made, and the objects."""

    def provide(glue, *tables, local=True):
        s3 = S3()
        monkeypatch.setattr(Place, "client", lambda _, service, **__: {"glue": glue, "s3": s3}[service])
        place = Place("dev", "x", "x", {}, local_sources=tmp_path / "sources" if local else None)
        return glue_sources.provide(place, LAKE, tmp_path / "dbt", tables), s3

    (tmp_path / "dbt").mkdir()
    return provide


def table(name, *columns, **more):
    made = SourceTable(f"source.p.crm.{name}", "crm", name, name, None, "CRM", Kind.GLUE, None, columns, name, "s.yml")
    return replace(made, **more)


def types(glue, name):
    return {one["Name"]: one["Type"] for one in glue.tables[name]["StorageDescriptor"]["Columns"]}


def test_files_become_a_table_of_parquet(lay, tmp_path):
    folder = tmp_path / "sources" / "crm" / "people"
    folder.mkdir(parents=True)
    duckdb.sql("select '1' as Id, [{'a': 1::bigint}] as deep, timestamp '2026-01-01' as at").write_parquet(
        str(folder / "a.parquet")
    )
    glue = Glue()
    for _ in range(2):  # a second time brings the files as they are then
        made, objects = lay(glue, table("people", Column("id", parse_type("bigint"))))
        assert [one.full_name for one in made] == ["crm.people"]
        assert types(glue, "crm.people") == {"id": "bigint", "deep": "array<struct<a:bigint>>", "at": "timestamp"}
        ((key, body),) = objects.items()
        assert f"s3://{key.rpartition('/')[0]}/" == glue.tables["crm.people"]["StorageDescriptor"]["Location"]
        (tmp_path / "read.parquet").write_bytes(body)
        assert pq.read_table(tmp_path / "read.parquet").num_rows == 1


def test_known_columns_become_an_empty_table(lay, tmp_path):
    known.write(tmp_path / "dbt", {"crm.people": {"id": "bigint", "tags": "array(varchar)"}}, {})
    glue = Glue()
    made, _ = lay(
        glue, table("people"), table("typed", Column("n", parse_type("double"))), table("unknown", Column("x"))
    )
    assert [one.name for one in made] == ["people", "typed"]
    assert types(glue, "crm.people") == {"id": "bigint", "tags": "array<string>"}
    assert "crm.unknown" not in glue.tables


def test_what_is_there_is_never_touched(lay):
    theirs = {"Name": "people", "Parameters": {}}
    glue = Glue(crm__people=theirs)
    typed = Column("n", parse_type("double"))
    assert lay(glue, table("people", typed))[0] == []
    assert glue.tables["crm.people"] is theirs
    others = [table("raw", typed, kind=Kind.RAW), table("far", typed, database="lambda_catalog")]
    assert lay(Glue(), *others)[0] == []
    assert lay(Glue(), table("people", typed), local=False)[0] == [], "a place that has the tables itself"


def test_no_table_is_made_among_changelogs_where_changes_are_captured(lay):
    orders = table("orders", Column("n", parse_type("double")), schema="acme_dev_changes")
    glue = Glue()
    for _ in range(2):  # nothing captures: the database is one of stand-ins, the second time as well
        assert lay(glue, orders)[0] == [orders]
    glue = Glue()
    glue.create_database({"Name": "acme_dev_changes"})
    assert lay(glue, orders)[0] == []
    assert lay(glue, table("people", Column("n", parse_type("double"))))[0], "tables elsewhere"
