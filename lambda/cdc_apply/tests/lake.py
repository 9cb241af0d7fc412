"""A lake in a folder, for tests: Glue's tables in memory with its optimistic lock, S3's objects as files."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from cdc_apply.plan import Item
from cdc_apply.quarantine import Quarantine
from cdc_apply.tables import Tables
from cdc_apply.transports import Record
from cdc_apply.writer import Writer
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO

BUCKET, DATABASE = "lake-raw", "lake_changes"


class Files(PyArrowFileIO):
    """``s3://bucket/key`` as a file in the folder that the property ``root`` names."""

    def new_input(self, location: str) -> Any:
        return super().new_input(self._file(location))

    def new_output(self, location: str) -> Any:
        return super().new_output(self._file(location))

    def delete(self, location: Any) -> None:
        super().delete(self._file(location) if isinstance(location, str) else location)

    def _file(self, location: str) -> str:
        file = Path(self.properties["root"]) / location.removeprefix("s3://")
        file.parent.mkdir(parents=True, exist_ok=True)
        return str(file)


class Glue:
    """Tables of one database; ``before_update`` is called once, before the next UpdateTable, as another writer would come first."""

    class exceptions:  # noqa: N801 - boto3's name
        class EntityNotFoundException(Exception): ...

        class AlreadyExistsException(Exception): ...

        class ConcurrentModificationException(Exception): ...

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}
        self.before_update: Any = None
        self.after_update: Any = None

    def get_database(self, Name: str) -> dict[str, Any]:  # noqa: N803
        return {"Database": {"Name": Name}}

    def get_table(self, DatabaseName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        if Name not in self.tables:
            raise self.exceptions.EntityNotFoundException(Name)
        # PyIceberg changes what it was answered.
        return {"Table": {**deepcopy(self.tables[Name]), "DatabaseName": DatabaseName, "Name": Name}}

    def create_table(self, DatabaseName: str, TableInput: Mapping[str, Any]) -> None:  # noqa: N803
        if TableInput["Name"] in self.tables:
            raise self.exceptions.AlreadyExistsException(TableInput["Name"])
        self.tables[TableInput["Name"]] = {**TableInput, "VersionId": "0"}

    def update_table(self, TableInput: Mapping[str, Any], VersionId: str, **_: Any) -> None:  # noqa: N803
        if self.before_update:
            before, self.before_update = self.before_update, None
            before()
        table = self.tables[TableInput["Name"]]
        if table["VersionId"] != VersionId:
            raise self.exceptions.ConcurrentModificationException(VersionId)
        self.tables[TableInput["Name"]] = {**TableInput, "VersionId": str(int(VersionId) + 1)}
        if self.after_update:
            after, self.after_update = self.after_update, None
            after()


class Apart(Quarantine):
    """Quarantine in memory: records with their reasons."""

    def __init__(self) -> None:
        super().__init__(BUCKET)
        self.reasons: dict[int, str] = {}

    def put(self, record: Record, reason: str) -> None:
        self.reasons[record.offset] = reason


class Lake:
    """The lake in *folder*. ``writer`` gives writers that share nothing but the lake, as functions do."""

    def __init__(self, folder: Path) -> None:
        self.glue = Glue()
        self.apart = Apart()
        self._folder = folder

    @property
    def catalog(self) -> GlueCatalog:
        return GlueCatalog("test", self.glue, **{"py-io-impl": "lake.Files", "root": str(self._folder)})  # type: ignore[arg-type]

    def writer(self) -> Writer:
        return Writer(Tables(self.catalog, DATABASE, BUCKET), self.apart, wait=lambda seconds: None)

    def write(self, *items: Item) -> None:
        self.writer().write(items)

    def table(self, name: str = "sales_orders") -> Any:
        return self.catalog.load_table((DATABASE, name))

    def rows(self, name: str = "sales_orders") -> list[dict[str, Any]]:
        """The table's rows, in the source's order."""
        found = self.table(name).scan().to_arrow().to_pylist()
        return sorted(found, key=lambda row: (row["_commit_lsn"], row["_lsn"], row["_rank"]))
