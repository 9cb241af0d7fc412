"""``lakeloop-ingest NAME environment=dev bucket=B``: what `just ingest` starts in the environment of batch ingestion."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from lakeloop_ingest import loading
from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.settings import read

_WORDS = ("environment", "bucket", "folder", "root", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a pipeline, or with ``sources`` before its name print the YAML that declares its tables.

    Returns:
        0; 2 after a message on standard error when nothing was brought.
    """
    try:
        names, values = _taken(sys.argv[1:] if arguments is None else arguments)
        with tempfile.TemporaryDirectory(prefix="lakeloop-dlt-") as quiet:
            loading.set_up(Path(quiet))
            return _begun(names, values)
    except IngestError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _begun(names: list[str], values: dict[str, str]) -> int:
    # dlt reads its settings when it is imported.
    from lakeloop_ingest.declaration import declaration
    from lakeloop_ingest.run import run, told
    from lakeloop_ingest.store import Bucket, Folder, Store

    root = Path(values.get("root", "."))
    pipeline = read(root, names[-1])
    store: Store = Bucket(values["bucket"]) if "bucket" in values else Folder(Path(values["folder"]))
    if names[0] == "sources":
        print(declaration(pipeline, store))
        return 0
    report = run(pipeline, store, values.get("environment", "dev"), datetime.now(UTC))
    print(json.dumps(report.as_dict(), indent=1) if values.get("json") == "true" else "\n".join(told(report)))
    return 0


def _taken(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    pairs = [word.partition("=") for word in words if "=" in word]
    values = {key: value for key, _, value in pairs}
    names = [word for word in words if "=" not in word]
    if unknown := sorted(values.keys() - set(_WORDS)):
        raise IngestError(f"Unknown argument {unknown[0]}=. Known: {', '.join(f'{word}=' for word in _WORDS)}.")
    if len(names) not in (1, 2) or (len(names) == 2 and names[0] != "sources"):
        raise IngestError("Usage: just ingest NAME, just ingest sources NAME")
    if ("bucket" in values) == ("folder" in values):
        raise IngestError("Either bucket= or folder= says where the rows go.")
    return names, values


if __name__ == "__main__":
    sys.exit(main())
