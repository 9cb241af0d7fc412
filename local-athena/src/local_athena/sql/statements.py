"""One frozen dataclass for every kind of statement that Athena runs.

A table's name is the tuple of its parts as written (one to three), lower case; ``names.resolve`` gives it a place. DML carries
sqlglot's tree in Trino's terms; Hive DDL carries its own words, with column types in Hive's spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

type Parts = tuple[str, ...]
type Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True)
class HiveColumn:
    name: str
    type: str
    comment: str | None = None


# --- DML


@dataclass(frozen=True)
class Query:
    tree: exp.Expression


@dataclass(frozen=True)
class Explain:
    statement: Statement
    analyze: bool = False
    format: str = "TEXT"
    type: str = "DISTRIBUTED"


@dataclass(frozen=True)
class Insert:
    table: Parts
    columns: tuple[str, ...] | None
    query: exp.Expression


@dataclass(frozen=True)
class Modify:
    """UPDATE, DELETE or MERGE."""

    kind: Literal["UPDATE", "DELETE", "MERGE"]
    table: Parts
    tree: exp.Expression


@dataclass(frozen=True)
class Unload:
    query: exp.Expression
    location: str
    properties: Mapping[str, Value]


# --- CREATE and DROP


@dataclass(frozen=True)
class CreateTableAs:
    table: Parts
    query: exp.Expression
    properties: Mapping[str, Value] = field(default_factory=dict)
    if_not_exists: bool = False
    with_data: bool = True
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowFormat:
    """ROW FORMAT SERDE or DELIMITED, in serde terms."""

    serde: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CreateTable:
    """``CREATE [EXTERNAL] TABLE``: Hive's, or Iceberg's where ``properties["table_type"]`` says so.

    ``partitioning`` holds what stands in PARTITIONED BY without a type: Iceberg's columns and transforms, spelled as in
    CTAS (``bucket(id, 16)``).
    """

    table: Parts
    columns: tuple[HiveColumn, ...]
    external: bool = False
    if_not_exists: bool = False
    comment: str | None = None
    partition_columns: tuple[HiveColumn, ...] = ()
    partitioning: tuple[str, ...] = ()
    bucketed_by: tuple[str, ...] = ()
    bucket_count: int = 0
    row_format: RowFormat = RowFormat()
    stored_as: str | tuple[str, str] | None = None
    location: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CreateView:
    view: Parts
    text: str
    query: exp.Expression
    or_replace: bool = False


@dataclass(frozen=True)
class CreateSchema:
    name: str
    if_not_exists: bool = False
    comment: str | None = None
    location: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DropSchema:
    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class DropTable:
    table: Parts
    if_exists: bool = False


@dataclass(frozen=True)
class DropView:
    view: Parts
    if_exists: bool = False


# --- ALTER TABLE

type PartitionSpec = tuple[tuple[str, str | None], ...]
"""``(k1='a', k2=1)``; a value is its text, None is NULL."""


@dataclass(frozen=True)
class PartitionPredicate:
    """One comparison in ``DROP PARTITION (k > 'a')``."""

    column: str
    operator: str
    value: str | None


@dataclass(frozen=True)
class AddColumns:
    table: Parts
    columns: tuple[HiveColumn, ...]
    partition: PartitionSpec = ()


@dataclass(frozen=True)
class ReplaceColumns:
    table: Parts
    columns: tuple[HiveColumn, ...]
    partition: PartitionSpec = ()


@dataclass(frozen=True)
class DropColumn:
    """``refusal`` is what Hive's parser says, and what Athena's says then, of a table that is not Iceberg's."""

    table: Parts
    column: str
    refusal: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class ChangeColumn:
    """``CHANGE COLUMN a b type``; ``position`` is None, "" for FIRST, or the column it comes AFTER."""

    table: Parts
    column: str
    new: HiveColumn
    position: str | None = None
    partition: PartitionSpec = ()


@dataclass(frozen=True)
class SetProperties:
    table: Parts
    properties: Mapping[str, str]


@dataclass(frozen=True)
class UnsetProperties:
    table: Parts
    keys: tuple[str, ...]
    if_exists: bool = False


@dataclass(frozen=True)
class SetLocation:
    table: Parts
    location: str
    partition: PartitionSpec = ()


@dataclass(frozen=True)
class RenameTable:
    table: Parts
    new: Parts


@dataclass(frozen=True)
class AddPartitions:
    table: Parts
    partitions: tuple[tuple[PartitionSpec, str | None], ...]
    if_not_exists: bool = False


@dataclass(frozen=True)
class DropPartitions:
    table: Parts
    specs: tuple[tuple[PartitionPredicate, ...], ...]
    if_exists: bool = False


@dataclass(frozen=True)
class RenamePartition:
    table: Parts
    old: PartitionSpec
    new: PartitionSpec


@dataclass(frozen=True)
class SetSchemaProperties:
    name: str
    properties: Mapping[str, str]


# --- SHOW, DESCRIBE, maintenance


@dataclass(frozen=True)
class ShowDatabases:
    like: str | None = None


@dataclass(frozen=True)
class ShowTables:
    schema: Parts = ()
    like: str | None = None


@dataclass(frozen=True)
class ShowViews:
    schema: Parts = ()
    like: str | None = None


@dataclass(frozen=True)
class ShowColumns:
    table: Parts
    refusal: str = ""
    """Athena's words if this is a table: only a view's name may stand in double quotes."""


@dataclass(frozen=True)
class ShowPartitions:
    table: Parts


@dataclass(frozen=True)
class ShowTblProperties:
    table: Parts
    key: str | None = None


@dataclass(frozen=True)
class ShowCreate:
    kind: Literal["TABLE", "VIEW"]
    table: Parts


@dataclass(frozen=True)
class Describe:
    table: Parts
    formatted: bool = False
    extended: bool = False
    column: str | None = None
    path: Parts = ()
    """Names of fields inside the column, ``$elem$``, ``$key$`` and ``$value$`` among them."""
    partition: PartitionSpec = ()
    view: bool = False
    refusal: str = ""
    """As for SHOW COLUMNS."""


@dataclass(frozen=True)
class RepairTable:
    table: Parts


@dataclass(frozen=True)
class Optimize:
    table: Parts
    where: exp.Expression | None = None


@dataclass(frozen=True)
class Vacuum:
    table: Parts


type Statement = (
    Query | Explain | Insert | Modify | Unload | CreateTableAs | CreateTable | CreateView | CreateSchema | DropSchema
    | DropTable | DropView | AddColumns | ReplaceColumns | DropColumn | ChangeColumn | SetProperties | UnsetProperties
    | SetLocation | RenameTable | AddPartitions | DropPartitions | RenamePartition | SetSchemaProperties | ShowDatabases
    | ShowTables | ShowViews | ShowColumns | ShowPartitions | ShowTblProperties | ShowCreate | Describe | RepairTable
    | Optimize | Vacuum
)  # fmt: skip
