"""Hive's own words, and Athena's beside them: reasons, messages and types of errors as measured on AWS.

https://github.com/aoyagikouhei/athena-local/tree/main/docs/dev/measurements (#6, #43, #146, #204, #208, #217, #229, #244, #307),
https://github.com/aoyagikouhei/athena-local/blob/main/src/failure.rs and .../failure/describe.rs (#270, #275)
"""

from __future__ import annotations

import re
import time

import pytest

from local_athena.errors import AthenaError, IcebergRefused, InvalidRequest

from .athena import Athena

HIVE = "create external table h (n int comment 'a\tb', s string) partitioned by (p string) location 's3://lake/h/'"
PLAIN = "create external table e (n int, s string) location 's3://lake/e/'"
ICEBERG = (
    "create table i (n int, p string) partitioned by (p) location 's3://lake/i/' tblproperties ('table_type'='ICEBERG')"
)
TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
MISSING = "FAILED: SemanticException [Error 10001]: Table not found "
NO_ENGINE = "Query type not supported by DDL engine."
NO_PARTITION = "mismatched input 'COLUMN' expecting PARTITION near 'DROP' in drop partition statement"

# (statement, reason, Athena's message where it is another text, category, type)
REFUSED = (
    ("ALTER TABLE h DROP COLUMN n", f"FAILED: ParseException line 1:19 {NO_PARTITION}", "line 1:20: mismatched input 'COLUMN' expecting 'PARTITION'", 2, 1006),
    ("ALTER  TABLE nope\n DROP COLUMN n", f"FAILED: ParseException line 1:22 {NO_PARTITION}", "line 1:23: mismatched input 'COLUMN' expecting 'PARTITION'", 2, 1006),
    ("ALTER TABLE v DROP COLUMN n", f"FAILED: ParseException line 1:19 {NO_PARTITION}", "line 1:20: mismatched input 'COLUMN' expecting 'PARTITION'", 2, 1006),
    ("alter table e rename to f", f"{TASK}Unable to alter table. Unable to change partition or table: com.amazonaws.services.datacatalog.model.InvalidInputException: Table cannot be renamed (Service: AmazonDataCatalog; Status Code: 400; Error Code: InvalidInputException; Request ID: 00000004-0000-4000-8000-000000000000; Proxy: null)", NO_ENGINE, 2, 1006),
    ("alter table nope rename to f", f"{MISSING}db.nope", NO_ENGINE, 2, 1006),
    ("show tblproperties nope", f"{MISSING}db.nope", "", 2, 1301),
    ("drop table nope", f"{MISSING}db.nope", "", 2, 1006),
    ("show tables in nodb", "FAILED: SemanticException [Error 10072]: Database does not exist: nodb", "com.facebook.presto.spi.PrestoException: Database nodb not found. (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: 00000004-0000-4000-8000-000000000000; Proxy: null)", 1, 1502),
    ("show schemas like '*b'", f"{TASK}MetaException(message:Unable to get databases: java.util.regex.PatternSyntaxException: Dangling meta character '*' near index 0\n*b\n^)", "", 2, 1006),
    ("create external table e (n int) location 's3://lake/e/'", f"{TASK}AlreadyExistsException(message:Table e already exist)", "Table e already exists.", 2, 1006),
    ("msck repair table v", f"{TASK}Can not create a Path from an empty string", "", 2, 1100),
    ("describe extended nope", f"{MISSING}nope", "", 2, 1006),
    ("describe formatted nodb.h", "FAILED: SemanticException [Error 10072]: Database does not exist: nodb", "", 2, 1006),
    ("alter table h add partition (p = '')", f"{TASK}partition spec is invalid; field p does not exist or is empty", "", 2, 1006),
    ("alter table h replace columns (n int, N int)", f"{TASK}Duplicate column name: n", "", 2, 1006),
    ("alter table h replace columns (p int)", f"{TASK}Duplicate column name: p", "", 2, 1006),
    ("alter table h partition (p = 'no') add columns (m int)", "FAILED: SemanticException [Error 10006]: Partition not found {p=no}", "", 2, 1006),
    ("alter table h partition (p = 'x') set tblproperties ('a' = 'b')", "FAILED: ParseException line 1:38 mismatched input 'tblproperties' expecting LOCATION", "", 1, 1003),
    ("alter table h partition (p = 'x') drop partition (p = 'x')", "FAILED: ParseException line 1:34 mismatched input 'drop' expecting SET", "", 1, 1003),
    ("alter table h partition (p = 'x') add partition (p = 'y')", "FAILED: ParseException line 1:38 mismatched input 'partition' expecting COLUMNS", "", 1, 1003),
    ("describe table h", "FAILED: ParseException line 1:9 cannot recognize input near 'table' 'h' '<EOF>' in table name", "", 1, 1003),
    ("describe e nocol", f"{TASK}cannot find field nocol from [0:n, 1:s]", "", 1, 1003),
    ("describe h partition (p = 'nope')", "FAILED: SemanticException [Error 10006]: Partition not found {p=nope}", "", 2, 1006),
    ("alter table e add partition (q = 'x')", "FAILED: SemanticException table is not partitioned but partition spec exists: {q=x}", "", 2, 1006),
    *((sql, "FAILED: SemanticException [Error 10072]: Database does not exist: nodb", "", 2, 1006) for sql in (
        "drop database nodb", "alter database nodb set dbproperties ('a' = 'b')", "create external table nodb.x (n int) location 's3://lake/x/'",
    )),
    ("show create table nope", f"{MISSING}db.nope", "", 2, 1301),
    ("describe e n.a", f"{TASK}Error in getting fields from serde.Unknown type for a", "", 2, 1006),
    ("alter table e nonsense", "FAILED: ParseException line 1:14 mismatched input 'nonsense' expecting SET", "", 1, 1003),
)  # fmt: skip
REFUSED_FOR_ICEBERG = (
    ("describe extended i", "EXTENDED keyword is not supported for Iceberg tables.", 1100),
    ("describe extended i n", "EXTENDED keyword is not supported for Iceberg tables.", 1100),
    ("describe formatted i n", "FORMATTED keyword is not supported for Iceberg table columns.", 1100),
    ("describe i partition (p = 'x')", "PARTITION keyword is not supported for Iceberg tables.", 1100),
    ("describe t", "Table has unsupported column types", 1100),
    *((f"create table x {given} location 's3://lake/x/' tblproperties ('table_type'='ICEBERG'{more})", message, kind) for given, more, message, kind in (
        ("(n int) stored as orc", "", "Iceberg create table statement does not allow STORED AS/BY", 1200),
        ("(n int) clustered by (n) into 4 buckets", "", "Iceberg create table statement does not allow CLUSTERED BY", 1200),
        ("(n int) row format delimited fields terminated by ','", "", "Iceberg create table statement does not allow ROW FORMAT", 1200),
        ("(n int) partitioned by (p int)", "", "Invalid PARTITIONED BY clause in Iceberg create table statement", 1006),
        ("(n int)", ", 'foo'='bar'", "Unsupported table property key: foo", 1200),
    )),
)  # fmt: skip


@pytest.fixture
def lake(athena: Athena) -> Athena:
    for sql in (HIVE, PLAIN, ICEBERG, "create view v as select 1 n, 'a' s"):
        athena.run(sql)
    return athena


@pytest.mark.parametrize(("sql", "reason", "detail", "category", "kind"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_refusal_of_hives(lake: Athena, sql: str, reason: str, detail: str, category: int, kind: int) -> None:
    with pytest.raises(AthenaError) as caught:
        lake.run(sql)
    error = caught.value
    assert (str(error), error.detail, error.category, error.type) == (reason, detail, category, kind)


def test_refusals_for_icebergs_tables_have_no_code(lake: Athena) -> None:
    lake.run(
        "create table t with (table_type='iceberg', is_external=false, location='s3://lake/t') as select time '01:02:03' c"
    )
    for sql, message, kind in REFUSED_FOR_ICEBERG:
        with pytest.raises(IcebergRefused) as caught:
            lake.run(sql)
        assert (sql, str(caught.value), caught.value.type) == (sql, message, kind)


def test_an_external_table_is_not_icebergs(lake: Athena) -> None:
    with pytest.raises(InvalidRequest, match="External keyword not supported for table type ICEBERG"):
        lake.run("create external table x (n int) location 's3://lake/x/' tblproperties ('table_type'='ICEBERG')")


def test_msck_tells_what_is_where(lake: Athena) -> None:
    """In the order and with the tabs of Hive's DDLTask; a table without a folder is told, and no failure."""
    assert lake.run("msck repair table h").lines == ["Tables missing on filesystem:\th"]
    assert lake.run("msck repair table nope").lines == ["Tables not in metastore:\tnope"]
    for key in ("h/p=a/x", "h/p=b/x", "h/_hidden/x"):
        lake.put(key, b"1\n")
    lake.run("alter table h add partition (p = 'gone') partition (p = 'far') location 's3://lake/far/'")
    lake.put("far/x", b"1\n")
    assert lake.run("msck repair table h").lines == [
        "Partitions not in metastore:\th:p=a\th:p=b",
        "Partitions missing from filesystem:\th:p=gone",
        "Repair: Added partition to metastore h:p=a",
        "Repair: Added partition to metastore h:p=b",
    ]
    assert lake.run("msck repair table h").lines == ["Partitions missing from filesystem:\th:p=gone"]


def test_what_hive_does_leaves_an_id_and_what_trino_drops_two_rows(lake: Athena) -> None:
    for sql in ("add columns (c int)", "replace columns (n int, s string)", "change column n m int"):
        assert (lake.run(f"alter table e {sql}").by_hive, lake.run("drop table if exists nope").by_hive) == (
            True,
            False,
        )
    assert not lake.run("alter table i add columns (c int)").by_hive
    dropped = lake.run("drop table i")
    assert (dropped.lines, dropped.update_type) == (["", ""], "DROP TABLE")
    assert lake.run("drop table e").lines == []


def _row(*cells: str) -> str:
    return "\t".join(f"{cell:<20}" for cell in cells)


BLANK = "\t \t "


def test_describe_extended(lake: Athena) -> None:
    lines = lake.run("describe extended h").lines or []
    assert lines[0] == f"{_row('n', 'int')}\ta"  # the comment ends at its tab
    assert lines[-2] == BLANK
    start = "Detailed Table Information\tTable(tableName:h, dbName:db, owner:hadoop, createTime:"
    assert lines[-1].startswith(start)
    assert re.search(
        r"partitionKeys:\[FieldSchema\(name:p, type:string, comment:null\)\], "
        r"parameters:\{EXTERNAL=TRUE, transient_lastDdlTime=\d{10}\}, "
        r"viewOriginalText:null, viewExpandedText:null, tableType:EXTERNAL_TABLE\)\t$",
        lines[-1],
    )
    view = lake.run("describe extended v")
    assert (view.substatement_type, view.update_count) == ("DESCRIBE_TABLE", None)
    assert "tableType:VIRTUAL_VIEW" in (view.lines or [])[-1]
    assert lake.run("describe extended e n").lines == [_row("n", "int", "from deserializer")]


def test_describe_formatted(lake: Athena) -> None:
    lines = lake.run("describe formatted h").lines or []
    about = lines.index(f"# Detailed Table Information{BLANK}")
    assert lines[:9] == [
        f"# {_row('col_name', 'data_type', 'comment')}", BLANK, f"{_row('n', 'int')}\ta", _row("s", "string", ""), BLANK,
        f"# Partition Information{BLANK}", f"# {_row('col_name', 'data_type', 'comment')}", BLANK, _row("p", "string", ""),
    ]  # fmt: skip
    told = [line for line in lines[about:] if not line.startswith(("CreateTime:", "\t"))]
    assert told == [
        f"# Detailed Table Information{BLANK}",
        *(f"{_row(*pair)}\t " for pair in (
            ("Database:", "db"), ("Owner:", "hadoop"), ("LastAccessTime:", "UNKNOWN"), ("Protect Mode:", "None"),
            ("Retention:", "0"), ("Location:", "s3://lake/h"), ("Table Type:", "EXTERNAL_TABLE"),
        )),
        f"Table Parameters:{BLANK}",
        f"# Storage Information{BLANK}",
        *(f"{_row(*pair)}\t " for pair in (
            ("SerDe Library:", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
            ("InputFormat:", "org.apache.hadoop.mapred.TextInputFormat"),
            ("OutputFormat:", "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"), ("Compressed:", "No"),
            ("Num Buckets:", "-1"), ("Bucket Columns:", "[]"), ("Sort Columns:", "[]"),
        )),
        f"Storage Desc Params:{BLANK}",
    ]  # fmt: skip
    assert f"\t{_row('EXTERNAL', 'TRUE')}" in lines


@pytest.mark.parametrize(
    ("serde", "comment", "shown"),
    [
        ("org.openx.data.jsonserde.JsonSerDe", "from deserializer", " COMMENT 'from deserializer'"),
        ("org.apache.hadoop.hive.serde2.OpenCSVSerde", "from deserializer", " COMMENT 'from deserializer'"),
        ("org.apache.hadoop.hive.serde2.RegexSerDe", "", " COMMENT ''"),
        ("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "", ""),
    ],
)
def test_a_serde_tells_columns_itself(athena: Athena, serde: str, comment: str, shown: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/describe-table.html"""
    athena.run(
        f"create external table x (a string, b string comment '') partitioned by (p string) row format serde '{serde}' "
        "with serdeproperties ('input.regex'='(.)(.)') location 's3://lake/x/'"
    )
    lines = athena.run("describe x").lines or []
    assert lines[0] == _row("a", "string", comment)
    assert lines[2] == _row("p", "string", "")
    created = athena.run("show create table x").lines or []
    assert created[1] == f"  `a` string{shown}, "
    assert created[2] == f"  `b` string{shown or " COMMENT ''"})"


def test_a_partition_has_columns_of_its_own(lake: Athena) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-columns.html"""
    lake.run("alter table h add partition (p = 'x') partition (p = 'y')")
    lake.run("alter table h partition (p = 'x') add columns (m int)")
    lake.run("alter table h partition (p = 'x') change m k bigint first")
    assert (lake.run("describe h partition (p = 'x')").lines or [])[0] == _row("k", "bigint", "")
    assert lake.run("describe h partition (p = 'y')").lines == lake.run("describe h").lines
    assert "k " not in "".join(lake.run("describe h").lines or [])
    lake.run("alter table h partition (p = 'x') replace columns (n int, s string)")
    for change in ("add columns (m int)", "change n m int"):
        with pytest.raises(IcebergRefused):
            lake.run(f"alter table i partition (p = 'x') {change}")


def test_values_of_partitions_are_of_their_types(lake: Athena) -> None:
    lake.run("create external table k (n int) partitioned by (p int) location 's3://lake/k/'")
    type_of = "FAILED: SemanticException [Error 10248]: Cannot add partition column p of type string as it cannot be converted to type int"
    assert lake.error("alter table k add partition (p = 'x')") == type_of
    lake.run("alter table k add partition (p = 1) partition (p = 2) partition (p = null)")
    assert lake.error("alter table k partition (p = 1) rename to partition (p = 'x')") == type_of
    exists = f"{TASK}AlreadyExistsException(message:Partition already exists.)"
    assert lake.error("alter table k partition (p = 1) rename to partition (p = 2)") == exists
    lake.run("alter table k partition (p = 1) rename to partition (p = 3)")
    assert lake.run("show partitions k").lines == ["p=2", "p=3", "p=__HIVE_DEFAULT_PARTITION__"]


def test_describe_of_a_partition_and_of_a_column(lake: Athena) -> None:
    lake.run("alter table h add partition (p = 'x')")
    lines = lake.run("describe formatted h partition (p = 'x')").lines or []
    about = lines.index(f"# Detailed Partition Information{BLANK}")
    pairs = (("Partition Value:", "[x]"), ("Database:", "db"), ("Table:", "h"))
    assert lines[about + 1 : about + 4] == [f"{_row(*pair)}\t " for pair in pairs]
    (told,) = [line for line in lake.run("describe extended h partition (p = 'x')").lines or [] if "Detailed" in line]
    assert told.startswith("Detailed Partition Information\tPartition(values:[x], dbName:db, tableName:h, createTime:")
    assert "cols:[FieldSchema(name:n, type:int, comment:a\tb), FieldSchema(name:s, type:string, comment:)" in told
    shown = lake.run("describe formatted e n")
    empty = [""] * 8
    names = ["col_name", "data_type", "min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "num_trues", "num_falses", "comment"]  # fmt: skip
    assert [column.name for column in shown.columns] == names
    assert shown.lines == [f"# {_row(*names)}", "\t " * 10, _row("n", "int", *empty, "from deserializer")]


NESTED = "struct<a:int,b:struct<c:string,d:array<struct<e:date>>>,f:map<string,struct<g:int>>>"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("s", [("a", "int"), ("b", "struct<c:string,d:array<struct<e:date>>>"), ("f", "map<string,struct<g:int>>")]),
        ("s.A", [("a", "int")]),
        ("s.b", [("c", "string"), ("d", "array<struct<e:date>>")]),
        ("s.b.d", [("d", "array<struct<e:date>>")]),
        ("s.b.d.$elem$", [("e", "date")]),
        ("s.b.d.'$elem$'.e", [("e", "date")]),
        ("s.f.$key$", [("$key$", "string")]),
        ("`s`.`f`.$VALUE$", [("g", "int")]),
    ],
)
def test_describe_of_a_field(athena: Athena, path: str, told: list[tuple[str, str]]) -> None:
    """A struct's fields are listed; of anything else there is one line, under its last name."""
    athena.run(f"create external table x (s {NESTED}) location 's3://lake/x/'")
    assert athena.run(f"describe x {path}").lines == [_row(*field, "from deserializer") for field in told]
    formatted = athena.run(f"describe formatted db.x {path}").lines or []
    assert [line.split() for line in formatted[2:]] == [[*field, "from", "deserializer"] for field in told]


def test_describe_of_a_field_that_is_not_there(athena: Athena) -> None:
    athena.run(f"create external table x (s {NESTED}) location 's3://lake/x/'")
    assert athena.error("describe x s.b.nope") == f"{TASK}cannot find field nope from [0:c, 1:d]"
    assert athena.error("describe x s.b.d.$key$") == f"{TASK}Error in getting fields from serde.Unknown type for $key$"


def test_show_create_has_the_comment_of_a_table_in_a_line(athena: Athena) -> None:
    """https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/exec/DDLTask.java"""
    athena.run("create external table x (n int) comment 'it''s' partitioned by (p int) location 's3://lake/x/'")
    lines = athena.run("show create table x").lines or []
    assert lines[:4] == ["CREATE EXTERNAL TABLE `x`(", "  `n` int)", "COMMENT 'it\\'s'", "PARTITIONED BY ( "]
    assert not [line for line in lines if "comment" in line]


def test_a_table_of_hives_tells_when_it_was_made(athena: Athena) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/show-tblproperties.html"""
    athena.run("create external table x (n int) location 's3://lake/x/'")
    (made,) = athena.run("show tblproperties x ('transient_lastDdlTime')").lines or []
    assert 0 <= time.time() - int(made) < 600
    lines = athena.run("show create table x").lines or []
    assert lines[-2:] == ["TBLPROPERTIES (", f"  'transient_lastDdlTime'='{made}')"]


def test_properties_of_icebergs_tables(lake: Athena) -> None:
    """The compression is always told, all of it of what CREATE TABLE AS makes (#146, #160)."""
    assert lake.run("show tblproperties i").lines == ["write_compression\tzstd"]
    lake.run("create table t with (table_type='iceberg', is_external=false, location='s3://lake/t/') as select 1 as n")
    assert lake.run("show create table t").lines == [
        "CREATE TABLE db.t (", "  n int)", "LOCATION 's3://lake/t'", "TBLPROPERTIES (", "  'table_type'='iceberg',",
        "  'compression_level'='3',", "  'format'='PARQUET',", "  'write_compression'='ZSTD'", ");",
    ]  # fmt: skip
    lake.run("alter table i set tblproperties ('write_compression'='snappy', 'compression_level'='5')")
    assert lake.run("show tblproperties i").lines == ["compression_level\t5", "write_compression\tsnappy"]
    assert "compression_level: 23" in lake.error("alter table i set tblproperties ('compression_level'='23')")


def test_describe_formatted_of_icebergs(lake: Athena) -> None:
    lines = lake.run("describe formatted i").lines or []
    assert lines[9:14] == [
        "Name:\ticeberg.db.i\t", "Location:\ts3://lake/i\t", "\t\t", "# Table properties:\t\t", "# key\tvalue\t",
    ]  # fmt: skip
    assert "# Iceberg storage table properties:\t\t" in lines
    assert lake.run("describe i n").lines == ["n\tint\t"]
