"""`retail-feed orders=1000000 seed=7 days=30 until=2026-06-30 raw=data/raw`: the generator as a command."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from retail_feed.feed import Summary, generate
from retail_feed.options import FeedError, FeedOptions

DEFAULT_RAW: Final = Path("data/raw")
PROGRESS_FROM: Final = 1_000_000


@dataclass(frozen=True)
class Key:
    """One key=value of the command line."""

    field: str
    parse: Callable[[str], Any]
    what: str


KEYS: Final = {
    "orders": Key("orders", int, "how many orders (10000)"),
    "seed": Key("seed", int, "a whole number; the same seed gives the same bytes (42)"),
    "days": Key("days", int, "length of the feed in days (90)"),
    "until": Key("until", date.fromisoformat, "last day, YYYY-MM-DD (2026-06-30)"),
    "from": Key("from_day", date.fromisoformat, "first day of arrival to write, YYYY-MM-DD (all)"),
    "to": Key("to_day", date.fromisoformat, "last day of arrival to write, YYYY-MM-DD (all)"),
    "format": Key("format", str, "csv, json or parquet for every table (each its own)"),
    "raw": Key("raw", Path, f"the folder to write to ({DEFAULT_RAW})"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Gives 0; 2 after a message on standard error when the options or the folder cannot be used."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if set(arguments) & {"help", "-h", "--help"}:
        print(_usage())
        return 0
    try:
        options, raw = parse(arguments)
        summary = _generate(options, raw)
    except (FeedError, OSError) as error:
        print(f"retail-feed: {error}", file=sys.stderr)
        return 2
    _print(summary)
    return 0


def parse(arguments: Sequence[str]) -> tuple[FeedOptions, Path]:
    """Options and raw folder of key=value arguments. Raises FeedError, naming the known keys."""
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        key = KEYS.get(name)
        if key is None or not equals:
            raise FeedError(f"{argument!r} is not understood\n{_usage()}")
        if key.field in values:
            raise FeedError(f"{name}= is given twice")
        if not text:
            raise FeedError(f"{name}= has no value: {key.what}")
        try:
            values[key.field] = key.parse(text)
        except ValueError:
            raise FeedError(f"{argument} is not usable: {name} is {key.what}") from None
    raw = values.pop("raw", DEFAULT_RAW)
    return FeedOptions(**values), raw


def _usage() -> str:
    return "\n".join(
        ["usage: retail-feed [key=value ...]", *(f"  {name + '=':8} {key.what}" for name, key in KEYS.items())]
    )


def _generate(options: FeedOptions, raw: Path) -> Summary:
    console = Console(stderr=True)
    if options.orders < PROGRESS_FROM or not console.is_interactive:
        return generate(options, raw)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("days", total=None)
        return generate(options, raw, lambda done, all_: progress.update(task, completed=done, total=all_))


def _print(summary: Summary) -> None:
    console = Console()
    table = Table(title=str(summary.raw) if console.is_terminal else None, box=None, pad_edge=False)
    table.add_column("table")
    for heading in ("rows", "files", "MB"):
        table.add_column(heading, justify="right")
    for name, written in summary.tables.items():
        table.add_row(name, f"{written.rows:,}", f"{written.files:,}", f"{written.bytes / 1e6:,.1f}")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
