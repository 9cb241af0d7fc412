"""Raw tables: what Glue is told, and what the caller. A bucket and a catalog in memory, with boto3's own calls."""

import json
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from dbt_runner import configuration, event
from dbt_runner.errors import TerminalError, TransientError
from dbt_runner.event import Request, Shape
from dbt_runner.raw import description, partitions, serve
from dbt_runner.raw.table_input import is_same, shape_of, table_input

SHAPE = Shape("csv", (("id", "string"),), (("dt", "date"),))


class Bucket:
    """The keys of a bucket, by pages of two."""

    def __init__(self, *keys, empty=()):
        self.keys, self.empty, self.pages = sorted(keys), empty, 0

    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return self

    def paginate(self, *, Bucket, Prefix):  # noqa: N803
        found = [key for key in self.keys if key.startswith(Prefix)]
        for at in range(0, max(len(found), 1), 2):
            self.pages += 1
            yield {"Contents": [{"Key": key, "Size": 0 if key in self.empty else 9} for key in found[at : at + 2]]}


def project(*keys, of, **bucket):
    return partitions.projection(Bucket(*keys, **bucket), "raw", "orders", of)


def test_days_begin_with_the_first_folder_and_one_page_tells_it():
    bucket = Bucket(
        *(f"orders/dt=2024-0{month}-01/a.csv" for month in range(2, 9)), "orders/_tmp/x", "orders/dt=2020-01-01/.x"
    )
    assert partitions.projection(bucket, "raw", "orders", [("dt", "date")]) == {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "2024-02-01,NOW+1DAYS",
    }
    assert bucket.pages == 1


def test_a_folder_marker_is_no_file():
    assert project("orders/dt=2024-01-01/", of=[("dt", "date")], empty=["orders/dt=2024-01-01/"]) is None
    assert project("orders/", of=[], empty=["orders/"]) is None


def test_a_table_without_partitions_has_no_projection():
    assert project("orders/a.csv", of=[]) == {}


def test_other_keys_are_enumerated_over_all_of_the_table():
    found = project(
        "orders/region=eu/year=2023/a", "orders/region=us/year=2025/b", "orders/region=eu/year=2024/c",
        of=[("region", "string"), ("year", "int")],
    )  # fmt: skip
    assert found["projection.region.values"] == "eu,us"
    assert (found["projection.year.type"], found["projection.year.range"]) == ("integer", "2023,2025")
    assert "projection.year.digits" not in found


def test_numbers_that_are_padded_are_projected_padded():
    found = project("orders/m=01/a", "orders/m=11/a", of=[("m", "int")])
    assert (found["projection.m.range"], found["projection.m.digits"]) == ("1,11", "2")


@pytest.mark.parametrize(
    ("keys", "of", "message"),
    [
        (["orders/a.csv"], [("region", "string")], "orders/a.csv: Athena does not find it"),
        (["orders/region=a,b/a.csv"], [("region", "string")], "with a value without a comma"),
        (["orders/m=01/a", "orders/m=1/a"], [("m", "int")], "to different lengths"),
        (["orders/m=soon/a"], [("m", "int")], "named by no number"),
    ],
)
def test_a_folder_that_no_projection_describes(keys, of, message):
    with pytest.raises(TerminalError, match=message):
        project(*keys, of=of)


def test_too_many_values(monkeypatch):
    monkeypatch.setattr(partitions, "_MOST_VALUES", 2)
    with pytest.raises(TerminalError, match="has 3 values, and Athena is told at most 2"):
        project(*(f"orders/u={user}/a" for user in "abc"), of=[("u", "string")])


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_a_definition_is_read_back(form):
    shape = Shape(form, (("id", "struct<a:int>"),), (("dt", "date"),))
    wanted = table_input("orders", shape, "s3://raw/orders/", {"projection.enabled": "true"})
    assert shape_of(wanted) == shape
    there = {**wanted, "CreateTime": 1, "Parameters": {**wanted["Parameters"], "transient_lastDdlTime": "1"}}
    assert is_same(there, wanted)
    assert not is_same(there, table_input("orders", shape, "s3://raw/orders/", {"projection.enabled": "false"}))
    assert not is_same(there, {**wanted, "PartitionKeys": []})


def test_a_table_of_another_reader_has_no_shape():
    assert (
        shape_of(
            {"StorageDescriptor": {"SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.orc.OrcSerde"}}}
        )
        is None
    )


def described(*tables):
    defaults = {"database": "lakestandin_raw", "folder": "orders", "table": "orders"}
    shape = {"format": "csv", "columns": [["id", "string"]], "partitions": [["dt", "date"]]}
    return [{**defaults, **shape, **table} for table in tables]


def written(tmp_path, *tables):
    file = description.file_of(tmp_path / "dbt", "dev")
    file.parent.mkdir(exist_ok=True)
    description.write(file, described(*tables), {"DBT_RAW_SCHEMA": "lakestandin"})
    return file


OPEN = {"source": "shop.open", "format": None, "columns": [], "partitions": []}


def test_names_of_the_environment_come_in_when_it_is_read(tmp_path):
    file = written(tmp_path, {"source": "shop.orders"}, OPEN)
    assert "lakestandin" not in file.read_text()
    orders, left_open = description.read(file, {"DBT_RAW_SCHEMA": "lake_dev"}, {"shop.open": SHAPE})
    assert (orders.database, orders.shape) == ("lake_dev_raw", SHAPE)
    assert left_open.shape == SHAPE


def test_what_is_sent_for_a_table_that_the_project_declares_is_refused(tmp_path):
    with pytest.raises(TerminalError, match=r"declares all of shop\.orders itself"):
        description.read(written(tmp_path, {"source": "shop.orders"}), {}, {"shop.orders": SHAPE})


def test_a_zip_without_raw_tables_has_none(tmp_path):
    assert description.read(tmp_path / "none.json", {}, {"shop.new": SHAPE}) == []


SENT = {"format": "csv", "columns": [["id", "string"]], "partitions": []}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"raw_tables": {}, "command": ["build"]}, None),
        ({"raw_tables": {"a.b": SENT}}, None),
        ({"raw_tables": {"a.b": SENT}, "command": ["build"]}, "is for the command create-raw-tables alone"),
        ({"raw_tables": []}, "`raw_tables` must be an object"),
        ({"raw_tables": {"a.b": {"format": "csv"}}}, "an object of format, columns and partitions"),
        ({"raw_tables": {"a.b": {**SENT, "format": "orc"}}}, "the format is one of parquet, csv, json, not text"),
        ({"raw_tables": {"a.b": {**SENT, "format": ["csv"]}}}, "the format is one of"),
        ({"raw_tables": {"a.b": {**SENT, "columns": [["id"]]}}}, "columns must be a list of a name and a type each"),
        ({"raw_tables": {"a.b": {**SENT, "columns": [["id", 1]]}}}, "columns must be a list of a name and a type each"),
        ({"raw_tables": {"a.b": {**SENT, "columns": []}}}, "there are no columns"),
        ({"raw_tables": {"a.b": {**SENT, "partitions": "dt"}}}, "partitions must be a list"),
    ],
)
def test_what_the_loader_sends_is_checked(fields, named):
    raw = {"command": ["create-raw-tables"], **fields}
    if named is None:
        assert event.parse(raw).command == tuple(raw["command"])
    else:
        with pytest.raises(TerminalError, match=named):
            event.parse(raw)


@pytest.mark.parametrize("words", [("create-raw-tables", "orders"), ("create-raw-tables", "--full-refresh")])
def test_the_command_takes_no_words(words):
    with pytest.raises(TerminalError, match="takes no words and no options"):
        serve.check(Request(words[:1], words[1:]))


class Glue:
    """One database; what is asked for by way of boto3's own checks of parameters."""

    def __init__(self, *tables):
        self.tables = {table["Name"]: table for table in tables}
        self.exceptions = SimpleNamespace(
            EntityNotFoundException=boto3.client("glue", "us-east-1").exceptions.EntityNotFoundException
        )
        self.calls = []

    def get_table(self, DatabaseName, Name):  # noqa: N803
        if Name not in self.tables:
            raise self.exceptions.EntityNotFoundException({"Error": {"Code": "EntityNotFoundException"}}, "GetTable")
        return {"Table": self.tables[Name]}

    def get_paginator(self, name):
        assert name == "get_tables"
        return SimpleNamespace(paginate=lambda DatabaseName: [{"TableList": list(self.tables.values())}])  # noqa: N803

    def create_table(self, **call):
        self._call("create_table", call)

    def update_table(self, **call):
        self._call("update_table", call)

    def _call(self, name, call):
        with Stubber(client := boto3.client("glue", "us-east-1")) as stub:
            stub.add_response(name, {})
            getattr(client, name)(**call)
        self.calls.append(name)
        self.tables[call["TableInput"]["Name"]] = call["TableInput"]


@pytest.fixture
def lake(tmp_path, variables, monkeypatch):
    """A function with a project in *tmp_path*, a catalog and a raw bucket that can be changed."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "dbt_project.yml").touch()
    settings = configuration.read({**variables, "AWS_REGION": "us-east-1", "LAMBDA_TASK_ROOT": str(tmp_path)})
    lake = SimpleNamespace(
        settings=settings, glue=Glue(), bucket=Bucket("orders/dt=2024-01-01/a.csv"), files={}, lost=None
    )

    class Lease:
        def __init__(self, store, environment, *, lost, **_):
            lake.lost = lost

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    class Artifacts:
        uri = "s3://artifacts/runs/r/"

        def __init__(self, *_):
            pass

        def open(self, request):
            lake.files["event.json"] = request.words

        def close(self, answer):
            lake.files["summary.json"] = answer

    monkeypatch.setattr(serve.ready, "manifests", lambda settings: SimpleNamespace(unfit=""))
    monkeypatch.setattr(serve, "boto3", SimpleNamespace(client=lambda service: lake.glue))
    monkeypatch.setattr(serve.client, "s3", lambda: lake.bucket)
    monkeypatch.setattr(serve, "Store", lambda bucket: SimpleNamespace(get=lambda key: None))
    monkeypatch.setattr(serve, "Lease", Lease)
    monkeypatch.setattr(serve, "Artifacts", Artifacts)
    return lake


def serve_(lake, **sent):
    request = Request(("create-raw-tables",), (), None, sent)
    context = SimpleNamespace(aws_request_id="request")
    return serve.serve(SimpleNamespace(run_id="r"), request, lake.settings, context)


def test_a_table_is_made_changed_and_left_as_it_is(lake, tmp_path):
    written(tmp_path, {"source": "shop.orders"})
    for did in ("created", "as they were"):
        answer = serve_(lake)
        assert answer["raw_tables"] == [{"source": "shop.orders", "table": "_raw.orders", "did": did}]
    lake.bucket = Bucket("orders/dt=2023-12-31/a.csv")
    assert serve_(lake)["raw_tables"][0]["did"] == "changed"
    assert lake.glue.calls == ["create_table", "update_table"]
    summary = json.loads(json.dumps(lake.files["summary.json"]))
    assert (summary["status"], summary["counts"], summary["output"]) == (
        "success", {"changed": 1}, "shop.orders: _raw.orders, changed"
    )  # fmt: skip


def test_what_was_looked_at_once_stays_known(lake, tmp_path):
    written(tmp_path, {**OPEN, "table": "orders"})
    answer = serve_(lake)
    assert (answer["status"], answer["raw_tables"]) == ("error", [])
    assert "does not declare its format, columns and types" in answer["failed"][0]["message"]
    assert serve_(lake, **{"shop.open": SHAPE})["raw_tables"][0]["did"] == "created"
    lake.bucket = Bucket("orders/dt=2023-12-31/a.csv")
    assert serve_(lake)["raw_tables"][0]["did"] == "changed"


def test_one_that_cannot_be_made_keeps_none_of_the_others(lake, tmp_path):
    written(tmp_path, {"source": "shop.empty", "table": "empty", "folder": "empty"}, {"source": "shop.orders"})
    answer = serve_(lake)
    assert answer["status"] == "error"
    assert [table["source"] for table in answer["raw_tables"]] == ["shop.orders"]
    assert [(one["name"], one["status"]) for one in answer["failed"]] == [("shop.empty", "error")]
    assert "no files in s3://lakeloop-runner-tests-raw/empty/" in answer["failed"][0]["message"]


@pytest.mark.parametrize(
    "there",
    [
        {"TableType": "VIRTUAL_VIEW"},
        {"TableType": "EXTERNAL_TABLE", "StorageDescriptor": {"Location": "s3://somebodys/orders/"}},
        {
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"table_type": "ICEBERG"},
            "StorageDescriptor": {"Location": "s3://lakeloop-runner-tests-raw/orders/"},
        },
    ],
    ids=["a view", "elsewhere", "iceberg"],
)
def test_a_table_of_somebody_elses_is_left_alone(lake, tmp_path, there):
    lake.glue = Glue({"Name": "orders", **there})
    written(tmp_path, {"source": "shop.orders"})
    answer = serve_(lake)
    assert "exists already and is no raw table" in answer["failed"][0]["message"]
    assert lake.glue.calls == []


def failing(code):
    def get_table(**_):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetTable")

    return get_table


def test_what_glue_refuses_is_an_answer_and_what_may_pass_is_raised(lake, tmp_path):
    written(tmp_path, {"source": "shop.orders"})
    lake.glue.get_table = failing("AccessDeniedException")
    assert "terraform/modules/runner" in serve_(lake)["failed"][0]["message"]
    lake.glue.get_table = failing("ThrottlingException")
    with pytest.raises(TransientError):
        serve_(lake)


def test_another_environment_than_the_zip_was_made_for(lake, monkeypatch):
    monkeypatch.setattr(
        serve.ready, "manifests", lambda settings: SimpleNamespace(unfit="it was made by other versions")
    )
    with pytest.raises(TerminalError, match="not those of what runs: it was made by other versions"):
        serve_(lake)


def test_a_run_of_what_has_arrived_makes_the_tables_of_that_alone(lake, tmp_path):
    written(tmp_path, {"source": "shop.orders"})
    serve.refresh((), lake.settings)
    assert lake.glue.calls == []
    serve.refresh(("shop.orders", "shop.gone"), lake.settings)
    lake.bucket = Bucket("orders/dt=2023-12-31/a.csv")
    serve.refresh(("shop.orders",), lake.settings)
    assert lake.glue.calls == ["create_table", "update_table"]
    written(tmp_path, {"source": "shop.empty", "table": "empty", "folder": "empty"})
    with pytest.raises(TerminalError, match=r"raw table of shop\.empty could not be made: no files in s3://"):
        serve.refresh(("shop.empty",), lake.settings)


def test_a_table_of_which_no_file_has_come_is_there_without_rows_until_one_does(lake, tmp_path):
    late = {"source": "shop.late", "table": "late", "folder": "late"}
    written(tmp_path, late, {"source": "shop.orders"}, {**OPEN, "table": "open"})
    serve.refresh(("shop.orders",), lake.settings)
    made = lake.glue.tables["late"]
    assert not any(name.startswith("projection") for name in made["Parameters"]), "Glue is asked for partitions: none"
    serve.refresh(("shop.orders",), lake.settings)
    assert lake.glue.calls == ["create_table", "create_table"], "what is there is left as it is"
    lake.bucket = Bucket("orders/dt=2024-01-01/a.csv", "late/dt=2024-01-02/a.csv")
    serve.refresh(("shop.late",), lake.settings)
    assert lake.glue.tables["late"]["Parameters"]["projection.dt.range"] == "2024-01-02,NOW+1DAYS"
    assert "open" not in lake.glue.tables, "nobody has said of what shape it is"
