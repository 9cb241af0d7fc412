"""A sample of one AWS, read by another one: masked, joins whole, only what is new a second time; a run's error replayed there."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import boto3
import duckdb
import pytest
from lakeloop.aws.athena import statements as athena
from lakeloop.aws.load import glue_sources
from lakeloop.errors import UserError
from lakeloop.report.store import Runs
from lakeloop.sampling import masks, replay
from lakeloop.sampling.ask import Account, Question, Sampler
from lakeloop.sampling.references import references
from lakeloop.sampling.tables import describe
from lakeloop_project.sources import Kind, SourceTable, parse_type

from tests import local_aws
from tests.rounds.conftest import BUCKETS, WORKGROUP, aws, function, lake  # noqa: F401 - fixtures

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

KEY = "ab" * 32
GB = 1024**3
LAPTOP = SimpleNamespace(
    raw_bucket="laptop", athena_workgroup="laptop", glue_database="laptop", changes_database="laptop_changes"
)
FROM = "from unnest(sequence(1, {n})) t (n)"
TABLES = {
    "customers": "select n as customer_id, 'Ann' || cast(n as varchar) || '@mail.test' as email, "
    "'+49 30 ' || cast(1000000 + n as varchar) as phone, 'Smith' || cast(n as varchar) as last_name, "
    f"date '2024-01-01' as joined_on {FROM}",
    "orders": "select n as order_id, if(mod(n, 9) = 0, null, 1 + mod(n, 300)) as customer_id, "
    "timestamp '2024-05-01 00:00:00.123456' + interval '1' hour * n as ordered_at, cast(n as decimal(12, 2)) as amount, "
    f"date '2024-05-01' + interval '1' day * mod(n, 20) as dt {FROM}",
    "items": f"select 1 + mod(n, 1000) as order_id, n as line, 'note ' || cast(n as varchar) as note {FROM}",
}
MASKS = {"email": "hash", "phone": "fake", "last_name": "null"}


def rows_of(place: dict, sql: str) -> list[list[object]]:
    """The rows of *sql* there."""
    with local_aws.pointed_at(place["aws"]):
        client = boto3.client("athena")
        done = athena.execute(client, sql, workgroup=place["workgroup"], database="default")
        return list(athena.rows(client, done)) if sql.lstrip().startswith("select") else []


@pytest.fixture(scope="module")
def there(aws):  # noqa: F811
    """The account: customers, their orders and the lines of those."""
    place = {"aws": aws, "workgroup": WORKGROUP}
    boto3.client("glue").create_database(DatabaseInput={"Name": "crm"})
    for name, sql in TABLES.items():
        fill(place, name, sql.format(n={"customers": 300, "orders": 1000, "items": 3000}[name]))
    return place


def fill(place: dict, name: str, sql: str) -> None:
    """Make the Iceberg table crm.*name* anew, of the rows of *sql*."""
    rows_of(place, f"drop table if exists crm.{name}")
    location = f"s3://{BUCKETS['PROCESSED_BUCKET_NAME']}/crm/{name}/{id(sql)}"
    rows_of(
        place,
        f"create table crm.{name} with (table_type = 'ICEBERG', is_external = false, location = '{location}') as {sql}",
    )


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """The laptop's local AWS."""
    with local_aws.running(tmp_path_factory.mktemp("laptop")) as running:
        with local_aws.pointed_at(running):
            boto3.client("s3").create_bucket(Bucket="laptop")
            location = {"ResultConfiguration": {"OutputLocation": "s3://laptop/results/"}}
            boto3.client("athena").create_work_group(Name="laptop", Configuration=location)
        yield {"aws": running, "workgroup": "laptop", "place": Laptop(None)}


class Laptop:
    """As ``Place``: clients of the emulator that the test points at; *files* stand in for tables in Glue."""

    def __init__(self, files: Path | None):
        self.local_sources = files

    def client(self, service: str):
        return boto3.client(service)


def source(name: str) -> SourceTable:
    return SourceTable(f"source.shop.crm.{name}", "crm", name, name, None, "crm", Kind.GLUE, None, (), "", "crm.yml")


def sampler(place: dict, folder: Path, masks: dict[str, str], rows: int = 100, since: str | None = None, cap: int = GB):
    """A sample of all three tables."""
    with local_aws.pointed_at(place["aws"]):
        columns = {"customers": masks, "orders": {}, "items": {}}
        tables = [
            describe(
                boto3.client("glue"),
                boto3.client("s3"),
                source(name),
                {
                    "columns": {column: {"meta": {"mask": mask}} for column, mask in columns[name].items()},
                    "loaded_at_field": "dt" if name == "orders" else None,
                },
            )
            for name in TABLES
        ]
        address = f"s3://{BUCKETS['ATHENA_RESULTS_BUCKET']}/samples"
        account = Account(boto3.client("athena"), boto3.client("s3"), WORKGROUP, "crm", address, 5.0)
        return Sampler(account, Question(rows, since, cap), tables, references(tables, {}), folder, KEY)


def asked(folder: Path, sql: str) -> list[tuple]:
    """*sql* on the files of a sample: ``{customers}`` is what reads those of customers."""
    files = {name: f"read_parquet('{folder}/crm/{name}/*.parquet')" for name in TABLES}
    return duckdb.sql(sql.format(**files)).fetchall()


def everything(folder: Path) -> bytes:
    """All that lies in *folder*, names and values, each Parquet file in plain text too."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        found += [str(file).encode(), file.read_bytes()]
        if file.suffix == ".parquet":
            found.append(str(duckdb.sql(f"select * from '{file}'").fetchall()).encode())
    return b"\n".join(found)


def test_no_value_with_a_mask_comes_and_what_comes_joins(there, here, tmp_path, capsys):
    with pytest.raises(
        UserError, match=r"(?s)customers\.email: an e-mail.*customers\.phone.*customers\.last_name: a name"
    ):
        sampler(there, tmp_path, {}).run()
    assert not (tmp_path / "crm").exists()

    sampler(there, tmp_path, MASKS).run()

    content = everything(tmp_path).lower()
    for number in range(1, 301):
        for value in (f"ann{number}@mail", f"+49 30 {1000000 + number}", f"smith{number}"):
            assert value.encode() not in content, value
    drawn = asked(tmp_path, "select count(*), count(distinct email), count(last_name) from {customers}")[0]
    assert 60 < drawn[0] < 150
    assert drawn[1:] == (drawn[0], 0)
    orders, lines = (asked(tmp_path, f"select count(*) from {{{name}}}")[0][0] for name in ("orders", "items"))
    assert 40 < orders < 200
    assert 40 < lines < 250
    without = "select count(*) from {orders} where customer_id not in (select customer_id from {customers})"
    assert asked(tmp_path, without) == [(0,)]
    assert asked(tmp_path, "select count(*) from {items} where order_id not in (select order_id from {orders})") == [
        (0,)
    ]
    assert asked(tmp_path, "select max(microsecond(ordered_at)) % 1000000 from {orders}") == [(123456,)]

    capsys.readouterr()
    sampler(there, tmp_path, MASKS).run()
    assert capsys.readouterr().out.count(": as it was") == 3

    with local_aws.pointed_at(here["aws"]):
        made = glue_sources.provide(Laptop(tmp_path), LAPTOP, tmp_path, [source(name) for name in TABLES])
    assert len(made) == 3
    joined = "from crm.orders o join crm.customers c on c.customer_id = o.customer_id"
    expected = asked(
        tmp_path,
        f"select count(*), sum(amount) {joined.replace('crm.orders', '{orders}').replace('crm.customers', '{customers}')}",
    )
    assert rows_of(here, f"select count(*), cast(sum(amount) as varchar) {joined}") == [
        [expected[0][0], str(expected[0][1])]
    ]


def test_a_second_time_only_what_is_new_comes(there, tmp_path, capsys):
    sampler(there, tmp_path, MASKS, rows=200).run()
    before = asked(tmp_path, "select order_id from {orders} order by all")
    rows_of(
        there,
        "insert into crm.orders select order_id + 5000, customer_id, ordered_at, amount, date '2024-06-01' from crm.orders",
    )
    capsys.readouterr()

    sampler(there, tmp_path, MASKS, rows=200).run()

    told = capsys.readouterr().out
    assert "crm.customers: as it was" in told
    assert "with what came since 2024-05-20" in told
    orders = asked(tmp_path, "select order_id, dt from {orders} order by all")
    old = [(order,) for order, day in orders if day < date(2024, 6, 1)]
    assert old == before
    assert len(old) < len(orders) < 700
    assert asked(tmp_path, "select count(*) - count(distinct order_id) from {orders}") == [(0,)]
    without = "select count(*) from {orders} where customer_id not in (select customer_id from {customers})"
    assert asked(tmp_path, without) == [(0,)]
    fill(there, "orders", TABLES["orders"].format(n=1000))


def test_what_is_refused_changes_nothing(there, tmp_path, monkeypatch):
    with pytest.raises(UserError, match=r"cap= allows 1\.0 MB"):
        sampler(there, tmp_path, MASKS, cap=1024**2).run()
    with pytest.raises(UserError, match=r"column email: meta.mask: 'blur' is no mask: hash, null, keep, fake"):
        sampler(there, tmp_path, {**MASKS, "email": "blur"}).run()
    with pytest.raises(UserError, match="a mask for emial"):
        sampler(there, tmp_path, {**MASKS, "emial": "hash"})
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100))
        with pytest.raises(UserError, match=r"has 100 B free\. Nothing was changed"):
            sampler(there, tmp_path, MASKS).run()
    fill(there, "items", "select cast(null as bigint) as order_id, 1 as line, 'call bob@mail.test' as note")
    with pytest.raises(UserError, match=r"items\.note: an e-mail address"):
        sampler(there, tmp_path, MASKS).run()
    fill(there, "items", TABLES["items"].format(n=3000))
    assert not (tmp_path / "crm").exists()
    (tmp_path / "crm" / "items").mkdir(parents=True)
    (tmp_path / "crm" / "items" / "mine.csv").write_text("order_id\n1\n", "utf-8")
    with pytest.raises(UserError, match=r"has files of crm.items that `just sample` did not make"):
        sampler(there, tmp_path, MASKS).run()
    with local_aws.pointed_at(there["aws"]):
        listed = boto3.client("s3").list_objects_v2(Bucket=BUCKETS["ATHENA_RESULTS_BUCKET"], Prefix="samples/")
    assert not listed.get("Contents")


def test_every_mask_is_of_the_type_of_its_column_and_the_same_for_the_same_value(there):
    values = {
        "varchar": "'Ann@Mail.test'",
        "varchar(40)": "'Ann'",
        "char(9)": "cast('Ann' as char(9))",
        "bigint": "5000000000",
        "integer": "7",
        "smallint": "smallint '7'",
        "tinyint": "tinyint '7'",
        "decimal(12,2)": "decimal '1234567890.12'",
        "decimal(2,2)": "decimal '.12'",
        "double": "1e0",
        "real": "real '1'",
        "boolean": "true",
        "date": "date '2024-03-09'",
        "timestamp": "timestamp '2024-03-09 10:11:12'",
        "varchar holding bigint": "'42'",
        "varchar holding date": "'2024-03-09'",
        "varchar holding timestamp with time zone": "'2024-03-09T10:11:12+01:00'",
    }
    asked, expected = [], []
    for number, text in enumerate(values):
        of, _, holds = text.partition(" holding ")
        column = masks.Masked(f"c{number}", parse_type(of), parse_type(holds) if holds else None)
        for kind in masks.KINDS:
            with suppress(masks.BadMask):
                made = masks.expression(kind, column, KEY)
                asked += [
                    f"typeof({made})",
                    f"cast({made} as varchar)",
                    f"cast({made.replace(f'"c{number}"', f'd{number}')} as varchar)",
                ]
                expected.append((kind, of, holds))
    columns = [f"{value} as {letter}{number}" for number, value in enumerate(values.values()) for letter in "cd"]
    found = rows_of(there, f"select {', '.join(asked)} from (select {', '.join(columns)})")[0]
    for place, (kind, of, holds) in enumerate(expected):
        kept, once, again = found[3 * place : 3 * place + 3]
        # A char becomes a text, which it is written as.
        assert kept.split("(")[0] in {of.split("(")[0], of.split("(")[0].replace("char", "varchar")}, (
            kind,
            of,
            holds,
            kept,
        )
        assert once == again
        assert (once is None) == (kind == "null"), (kind, of, holds)
        if holds and once:
            assert holds != "bigint" or once.isdecimal()
            assert not holds.startswith(("date", "timestamp")) or once.startswith("2024-")
    assert {kind for kind, *_ in expected} == set(masks.KINDS)


def test_a_run_that_failed_fails_again_at_home(function, here, tmp_path, capsys):  # noqa: F811
    function.write(
        "models/broken.sql", "select id, cast('x' || cast(amount as varchar) as integer) as n from {{ ref('facts') }}"
    )
    command = {"command": ["build"], "cli_args": ["--select", "payments", "stg", "facts", "broken"]}
    assert function.invoke(**command, run_id="failing")["status"] == "error"
    runs = Runs(function.s3, function.bucket)
    manifest = runs.manifest("failing")
    nodes = {**manifest["nodes"], **manifest["sources"]}
    statements = replay.failed(runs.summary("failing"), manifest, runs)
    assert [(one.name, one.reads) for one in statements] == [("broken", ("model.rounds.facts",))]
    tables = [
        describe(boto3.client("glue"), function.s3, replay.table(nodes[one]), nodes[one], replay.inherited(one, nodes))
        for one in statements[0].reads
    ]
    address = f"s3://{BUCKETS['ATHENA_RESULTS_BUCKET']}/samples"
    account = Account(function.athena, function.s3, WORKGROUP, function.database, address, 5.0)
    Sampler(account, Question(100, None, GB), tables, [], tmp_path, KEY).run()

    with local_aws.pointed_at(here["aws"]):
        assert replay.again(here["place"], LAPTOP, statements, tables, nodes, tmp_path) == 1

    told = capsys.readouterr().out
    assert "broken fails here, too (1 table sampled)" in told
    there_said, here_said = (line for line in told.splitlines() if "INVALID_CAST_ARGUMENT" in line)
    assert there_said.split("INVALID")[1][:40] == here_said.split("INVALID")[1][:40]
    assert "replay_rounds" in (tmp_path / "broken.sql").read_text("utf-8")
