"""Athena in the tests of a project, for whoever has another test runner than pytest (``local_athena.pytest_plugin``).

``Server`` is a process of its own with S3 and Glue in it; ``Athena`` is what a test does with it.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import boto3
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from local_athena.catalog.types import columns_to_glue
from local_athena.config import BUCKET, DATABASE
from local_athena.model import Column, trino_type

REGION = "us-east-1"
_NAMES = (
    "AWS_ACCESS_KEY_ID", "AWS_ATHENA_S3_STAGING_DIR", "AWS_CONFIG_FILE", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_PROFILE",
    "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN", "AWS_SHARED_CREDENTIALS_FILE",
)  # fmt: skip
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class QueryFailed(AssertionError):
    """A statement that Athena refused, or whose run failed: ``code`` and the whole message, as Athena gives them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = message.partition(":")[0] if ":" in message else ""


class Server:
    """Athena, S3 and Glue at ``url``, until ``close``; they end with this process in any case."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "local_athena", "serve", "--embedded", "--port", "0", "--guarded"]
        # The first lines of the output tell the address; what it logs goes where this process's errors go.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if "http://" not in said:
            raise RuntimeError(
                f"local-athena did not start (exit code {self._process.wait()}); its reason is on stderr"
            )
        self.url = "http://" + said.partition("http://")[2].split()[0]

    def reset(self) -> None:
        """Forget every table, object and query."""
        # urllib would ask a proxy of the shell's, and read the machine's certificates for HTTPS first, which takes 20 ms.
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        with closing(connection):
            connection.request("POST", "/_local-athena/reset")
            answer = connection.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"{self.url} was not emptied: {answer.status} {answer.reason}")

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Lead every client that is made inside here (boto3, PyAthena, awswrangler, dbt), and no other credentials.

        boto3 keeps a session once one was made: it is forgotten before and after.
        """
        before = {name: os.environ.pop(name, None) for name in _NAMES}
        os.environ |= {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ATHENA_S3_STAGING_DIR": f"s3://{BUCKET}/",
        }
        session, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None
        try:
            yield
        finally:
            boto3.DEFAULT_SESSION = session
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


@dataclass
class Athena:
    """A server as a test uses it. Clients are made once and shared."""

    url: str
    bucket: str = BUCKET
    database: str = DATABASE
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """boto3's client of *service*: ``athena``, ``glue``, ``s3`` and whatever else moto has."""
        if service not in self._clients:
            session = boto3.session.Session("test", "test", region_name=REGION)
            self._clients[service] = session.client(service, endpoint_url=self.url)
        return self._clients[service]

    def sql(self, statement: str, *parameters: str, database: str | None = None) -> list[dict[str, Any]]:
        """Run a statement to its end.

        Args:
            parameters: values of the statement's ``?``, as SQL writes them (``"1"``, ``"'a'"``).
            database: where names without one are looked up; ``Athena.database`` by default.

        Returns:
            a query's rows by the names of its columns. Numbers, booleans, dates, timestamps without a zone and binary are Python's,
            all else (arrays, maps, rows, JSON) is text as Athena prints it. Statements that return none, such as
            ``CREATE TABLE``, give ``[]``; ``SHOW`` and ``DESCRIBE`` give rows.

        Raises:
            QueryFailed: Athena refused it, or it failed.
        """
        athena = self.client("athena")
        given = {"ExecutionParameters": list(parameters)} if parameters else {}
        context = {"Database": database or self.database}
        try:
            query = athena.start_query_execution(QueryString=statement, QueryExecutionContext=context, **given)
        except athena.exceptions.InvalidRequestException as error:
            raise QueryFailed(f"InvalidRequestException: {error.response['Error']['Message']}") from None
        query_id = query["QueryExecutionId"]
        while True:
            execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if execution["Status"]["State"] in _ENDED:
                break
        if execution["Status"]["State"] != "SUCCEEDED":
            raise QueryFailed(execution["Status"].get("StateChangeReason", execution["Status"]["State"]))
        return list(self._rows(query_id, headed=execution["StatementType"] == "DML"))

    def _rows(self, query_id: str, *, headed: bool) -> Iterator[dict[str, Any]]:
        pages = self.client("athena").get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        for number, page in enumerate(pages):
            columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            rows = page["ResultSet"]["Rows"][1 if headed and number == 0 else 0 :]
            for row in rows:
                texts = [value.get("VarCharValue") for value in row.get("Data", [])]
                yield {c["Name"]: _value(c["Type"], text) for c, text in zip(columns, texts, strict=False)}

    def load(self, table: str, data: Any) -> None:
        """Make an external table of Parquet files, in the place of one that is there.

        Args:
            table: its name, with the database before a dot if it is another than ``database``; a database is made if need be.
            data: rows (a list of mappings), a pandas DataFrame, a pyarrow Table, or the path of a ``.csv``, ``.json`` (a row
                a line) or ``.parquet`` file.
        """
        database, _, name = f"{self.database}.{table}".rpartition(".")
        database = database.rpartition(".")[2]
        rows = _arrow(data)
        columns = columns_to_glue([Column(column.name.lower(), _type(column.type)) for column in rows.schema])
        location = f"{database}/{name}/{uuid.uuid4()}/"
        sink = pa.BufferOutputStream()
        pyarrow.parquet.write_table(rows, sink, coerce_timestamps="us")
        self.client("s3").put_object(
            Bucket=self.bucket, Key=f"{location}data.parquet", Body=sink.getvalue().to_pybytes()
        )
        self._replace(database, name, columns, f"s3://{self.bucket}/{location}")

    def _replace(self, database: str, name: str, columns: Sequence[Mapping[str, str]], location: str) -> None:
        glue = self.client("glue")
        with suppress(glue.exceptions.AlreadyExistsException):
            glue.create_database(DatabaseInput={"Name": database})
        with suppress(glue.exceptions.EntityNotFoundException):
            glue.delete_table(DatabaseName=database, Name=name)
        storage = {
            "Columns": list(columns),
            "Location": location,
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
        }
        table = {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
            "StorageDescriptor": storage,
        }
        glue.create_table(DatabaseName=database, TableInput=table)

    def connect(self, **arguments: Any) -> Any:
        """A connection of PyAthena's, with *arguments* of its ``connect``; PyAthena has to be installed."""
        from pyathena import connect

        # Its client of Athena takes the address; those of S3 that its cursors make read it from ``Server.environment``.
        given = {"region_name": REGION, "schema_name": self.database, "poll_interval": 0.01, **arguments}
        return connect(s3_staging_dir=f"s3://{self.bucket}/", **given)


def _arrow(data: Any) -> pa.Table:
    if isinstance(data, str | Path):
        path = Path(data)
        readers: dict[str, Callable[[Path], pa.Table]] = {
            ".csv": pyarrow.csv.read_csv,
            ".json": pyarrow.json.read_json,
            ".jsonl": pyarrow.json.read_json,
            ".parquet": pyarrow.parquet.read_table,
        }
        if path.suffix not in readers:
            raise ValueError(f"{path}: a file's name ends with one of {', '.join(readers)}")
        return readers[path.suffix](path)
    if isinstance(data, pa.Table):
        return data
    if hasattr(data, "columns") and hasattr(data, "iloc"):
        return pa.Table.from_pandas(data, preserve_index=False)
    rows = [dict(row) for row in _mappings(data)]
    if not rows:
        raise ValueError("no rows, so no columns: give a DataFrame or a pyarrow Table of the types that are meant")
    return pa.Table.from_pylist(rows)


def _mappings(data: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(data, Iterable) and not isinstance(data, str | bytes | Mapping):
        rows = list(data)
        if all(isinstance(row, Mapping) for row in rows):
            return rows
    raise TypeError(f"{type(data).__name__} is neither rows (mappings), a DataFrame, a pyarrow Table nor a path")


def _type(found: pa.DataType) -> Any:
    """The Trino type of a column of Arrow's. Raises ``TypeError`` where Athena has none."""
    return trino_type(_spelling(found))


def _spelling(found: pa.DataType) -> str:
    for matches, spelling in _SIMPLE:
        if matches(found):
            return spelling
    if pa.types.is_decimal(found):
        return f"decimal({found.precision},{found.scale})"
    if pa.types.is_list(found) or pa.types.is_large_list(found):
        return f"array({_spelling(found.value_type)})"
    if pa.types.is_struct(found):
        return f"row({', '.join(f'{part.name} {_spelling(part.type)}' for part in found)})"
    if pa.types.is_map(found):
        return f"map({_spelling(found.key_type)}, {_spelling(found.item_type)})"
    raise TypeError(f"Athena has no type for Arrow's {found}")


_SIMPLE: Sequence[tuple[Callable[[pa.DataType], bool], str]] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "tinyint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "integer"),
    (pa.types.is_int64, "bigint"),
    (pa.types.is_float32, "real"),
    (pa.types.is_float64, "double"),
    (pa.types.is_string, "varchar"),
    (pa.types.is_large_string, "varchar"),
    (pa.types.is_binary, "varbinary"),
    (pa.types.is_date32, "date"),
    (pa.types.is_timestamp, "timestamp(3)"),
    (pa.types.is_null, "varchar"),
)


def _value(kind: str, text: str | None) -> Any:
    return None if text is None else _CONVERTERS.get(kind, str)(text)


_CONVERTERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "int", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "decimal": Decimal,
    "boolean": json.loads,
    "date": dt.date.fromisoformat,
    "timestamp": dt.datetime.fromisoformat,
    "varbinary": lambda text: bytes.fromhex(text.replace(" ", "")),
}
