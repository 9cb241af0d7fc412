"""Raw tables of every shape, made as the function makes them, read by local Athena and by DuckDB's views: the same rows."""

import boto3
import duckdb
import pytest
from dbt_runner.event import Shape
from dbt_runner.raw import serve
from dbt_runner.raw.description import Description
from lakeloop.aws.athena.statements import execute
from lakeloop.aws.parity.compare import compare
from lakeloop.raw import check_raw
from lakeloop.sources import source_tables, views
from lakeloop_project.sources import describe
from lakeloop_raw.formats import endings_of

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

JSON = (
    '{"Id": 1, "who": {"name": "Ö", "tags": ["a", "b"]}, "counts": {"x": 2}, "at": "2024-01-01 10:00:00.5", "price": 1.25}\n'
    '{"Id": 2, "who": null, "counts": {}}\n'
)
COLUMNS = [
    ("Id", "bigint"),
    ("who", "row(name varchar, tags array(varchar))"),
    ("counts", "map(varchar, integer)"),
    ("at", "timestamp"),
    ("price", "decimal(10,2)"),
]
NESTED = (
    "select id, who.name as name, element_at(who.tags, 2) as tag, cast(cardinality(counts) as bigint) as size, price, {keys} "
    "from {table}"
)
DUCK = NESTED.replace("element_at(who.tags, 2)", "who.tags[2]")
PARQUET = """
copy (select 1::bigint as "Id", {'name': 'Ö', 'tags': ['a', 'b']} as who, map {'x': 2::integer} as counts,
timestamp '2024-01-01 10:00:00.5' as at, 1.25::decimal(10,2) as price
union all select 2, null, map {}, null, null) to '%s'
"""


def column(name, kind=None, **meta):
    return {"name": name, "data_type": kind, "meta": meta}


def table_of(form, *columns):
    node = {
        "unique_id": "source.p.s.things", "source_name": "s", "name": "things", "identifier": "Things", "schema": "shapes_raw",
        "meta": {"format": form}, "columns": {one["name"]: one for one in columns},
    }  # fmt: skip
    (table,) = source_tables({"sources": {"x": node}, "nodes": {}}, "shapes_raw")
    return table


def put(folder, path, text=None):
    file = folder / "things" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        duckdb.execute(PARQUET % file)
    else:
        file.write_text(text, "utf-8")


@pytest.fixture
def both(aws, tmp_path, monkeypatch):
    """Results of a query on both engines, compared, over the files in *tmp_path* that a table declares."""
    s3, glue = boto3.client("s3"), boto3.client("glue")
    workgroup = {"ResultConfiguration": {"OutputLocation": f"s3://{aws.bucket}/results/"}}
    boto3.client("athena").create_work_group(Name="shapes", Configuration=workgroup)
    glue.create_database(DatabaseInput={"Name": "shapes_raw"})
    monkeypatch.setattr(serve.client, "s3", lambda: s3)

    def run(declared, keys, ours, theirs):
        (one,) = check_raw(tmp_path, [declared], athena=True)
        for files in one.found.files.values():
            for file in files:
                s3.upload_file(str(file), aws.bucket, str(file.relative_to(tmp_path)))
        described = describe(one.table)
        shape = Shape.of(described)
        made = serve._make(Description("s.things", "shapes_raw", described["table"], "things", shape), aws.bucket)
        assert made == serve.CREATED
        assert serve._make(Description("s.things", "shapes_raw", "things", "things", None), aws.bucket) == serve.KEPT
        query = execute(
            boto3.client("athena"),
            theirs.format(keys=keys, table="shapes_raw.things"),
            workgroup="shapes",
            database="shapes_raw",
        )
        csv = tmp_path / "rows.csv"
        s3.download_file(aws.bucket, query.location.removeprefix(f"s3://{aws.bucket}/"), str(csv))
        with duckdb.connect() as duck:
            endings = {form: endings_of(files) for form, files in one.found.files.items()}
            views.create(duck, one.table, views.raw_view(one.table, tmp_path, endings))
            duck.execute(f"create view ours as {ours.format(keys=keys, table='shapes_raw.things')}")
            return compare(duck, "ours", query.columns, csv)

    yield run
    for key in s3.list_objects_v2(Bucket=aws.bucket, Prefix="things/").get("Contents", ()):
        s3.delete_object(Bucket=aws.bucket, Key=key["Key"])
    glue.delete_table(DatabaseName="shapes_raw", Name="things")
    glue.delete_database(Name="shapes_raw")
    boto3.client("athena").delete_work_group(WorkGroup="shapes", RecursiveDeleteOption=True)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "inferred"])
@pytest.mark.parametrize("form", ["json", "parquet"])
def test_nested_types_and_several_keys(both, tmp_path, form, declared):
    for path in ("region=eu/year=2024", "region=us/year=2025"):
        put(tmp_path, f"{path}/a.{form}", JSON if form == "json" else None)
    put(tmp_path, "region=us/_temporary/x", "nothing")
    keys = [column("region", "varchar", partition=True), column("year", "integer", partition=True)]
    columns = [column(*one) for one in COLUMNS]
    if declared:
        found = both(table_of(form, *columns, *keys), "region, year", DUCK, NESTED)
    else:
        # An empty map tells nothing of what it holds, and JSON none of decimals: those two are declared, the others are found.
        found = both(table_of(form, *columns[2:], column("Id"), *keys), "region, year", DUCK, NESTED)
    assert (found.columns, found.examples, found.here) == ([], [], 4)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_files_right_under_the_table(both, tmp_path, form):
    texts = {"json": '{"id": "1", "note": ""}\n{"id": "2"}\n', "csv": 'id,note\n1,\n2,"x, ""y"""\n'}
    put(tmp_path, f"a.{form}", texts[form])
    plain = "select id, note {keys} from {table}"
    found = both(table_of(form, column("id", "varchar"), column("note", "varchar")), "", plain, plain)
    assert (found.columns, found.examples, found.here) == ([], [], 2)


def test_days_and_text(both, tmp_path):
    for day in ("2024-02-28", "2024-03-01"):
        put(tmp_path, f"dt={day}/a.csv", "id,note\n1,\n")
    query = "select id, note, {keys} from {table} where dt >= date '2024-03-01'"
    found = both(table_of("csv", column("dt", "date", partition=True)), "dt", query, query)
    assert (found.columns, found.examples, found.here) == ([], [], 1)
