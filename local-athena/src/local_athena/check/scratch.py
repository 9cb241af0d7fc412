"""An Athena over empty tables, in this process: what it refuses of a statement, Athena would refuse."""

from __future__ import annotations

import os
import re
import tempfile
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from moto import mock_aws

from local_athena import shell
from local_athena.api import Identity
from local_athena.check.text import start
from local_athena.engine import Engine
from local_athena.errors import AthenaError, InvalidRequest, NotSupported, QueryCancelled
from local_athena.model import QueryContext
from local_athena.storage import AwsClients

BUCKET, DATABASE = "scratch", "default"
_SECONDS = 30
_PLACE = re.compile(r"\bline (\d+):(\d+)(?:: )?")
_UNKNOWN = {"TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"}


@dataclass(frozen=True)
class Refusal:
    """The words of Athena against a statement, and the place that they mean, from 1."""

    line: int
    column: int
    message: str


class Undecided(Exception):
    """A statement that nothing can be said of, and why: it reads a table that nothing here declares, is one that Athena may
    have and local Athena has not, or runs for long.
    """


class Scratch:
    """Takes statements one after the other: what one makes, the next ones find."""

    def __init__(self, aws: AwsClients, folder: Path) -> None:
        self._aws, self._engine = aws, Engine(aws, folder)
        aws.s3.create_bucket(Bucket=BUCKET)
        self.database(DATABASE)

    def database(self, name: str) -> None:
        """Make a database, if it is not there."""
        with suppress(self._aws.glue.exceptions.AlreadyExistsException):
            self._aws.glue.create_database(DatabaseInput={"Name": name})

    def table(self, database: str, name: str, columns: Mapping[str, str]) -> None:
        """Make an empty table, with Athena's DDL types by column. Raises ``AthenaError`` for a type that is none."""
        self.database(database)
        quoted = ", ".join(f"`{column}` {kind}" for column, kind in columns.items())
        self._run(
            f"create external table if not exists `{database}`.`{name}` ({quoted}) stored as parquet "
            f"location 's3://{BUCKET}/{database}/{name}/'",
            DATABASE,
        )

    def refusal(self, statement: str, database: str = DATABASE, *, above: int = 0) -> Refusal | None:
        """The refusal of *statement*; None if Athena would take it.

        Args:
            above: lines that were put before what the person wrote.

        Raises:
            Undecided: nothing can be said.
        """
        try:
            self._run(statement, database)
        except QueryCancelled:
            raise Undecided(f"it ran for {_SECONDS} s, on empty tables") from None
        except InvalidRequest as error:
            return _refusal(statement, str(error), above)
        except NotSupported as error:
            raise Undecided(error.message) from None
        except AthenaError as error:
            if error.code in _UNKNOWN or ("does not exist" in error.message and error.code == "FAILED"):
                raise Undecided(_PLACE.sub("", error.message)) from None
            return _refusal(statement, str(error), above)
        return None

    def _run(self, statement: str, database: str) -> None:
        context = QueryContext(str(uuid.uuid4()), database=database, output_location=f"s3://{BUCKET}/results/")
        late = threading.Timer(_SECONDS, context.cancel)
        late.start()
        try:
            outcome = self._engine.execute(statement, context)
            for _ in outcome.batches or ():
                """Computed as they are read."""
        finally:
            late.cancel()


def _refusal(statement: str, message: str, above: int) -> Refusal:
    found = _PLACE.search(message)
    place = (int(found[1]), int(found[2])) if found else (1, 1)
    # The beginning of the statement, which here may have others before it.
    line, column = start(statement) if place == (1, 1) else place
    return Refusal(max(1, line - above), column, _PLACE.sub("", message, count=1))


@contextmanager
def scratch() -> Iterator[Scratch]:
    """One for the time of the context, with nothing in it but the database ``default``."""
    shell.forget()
    os.environ["MOTO_ACCOUNT_ID"] = Identity.account_id
    with (
        tempfile.TemporaryDirectory(prefix="local-athena-check-") as folder,
        mock_aws(config={"core": {"service_whitelist": None}}),
    ):
        yield Scratch(AwsClients.connect(None, Identity.region, "test", "test"), Path(folder))


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of SQL that *paths* are or hold."""
    for path in paths:
        yield from sorted(path.rglob("*.sql")) if path.is_dir() else [path]
