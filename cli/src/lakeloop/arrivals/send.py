"""``just send``: files into ``incoming/``, followed until their rows are in the marts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lakeloop_raw.arrivals import file_id

from lakeloop.arguments import take
from lakeloop.arrivals.awaited import awaiting, explained
from lakeloop.arrivals.follow import follow
from lakeloop.arrivals.names import keys_of
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.load.bucket import CONNECTIONS, LARGEST
from lakeloop.errors import UserError
from lakeloop.parsed import parse
from lakeloop.plural import counted
from lakeloop.workspace import Workspace

_USAGE = "Usage: just send PATH [table=SOURCE.TABLE] [env=dev]"


def send(workspace: Workspace, words: Sequence[str]) -> int:
    """``just send PATH [table=shop.orders] [env=dev]``.

    Returns:
        0 when all of it is in the marts, 1 if a file is in quarantine or the run failed, 130 after Ctrl-C, which stops only
        the following.

    Raises:
        UserError: nothing was sent, or nobody takes what was.
    """
    arguments, rest = take(words, {"env", "on", "table"})
    if len(rest) != 1:
        raise UserError(f"{f'Unknown word {rest[1]!r}. ' if len(rest) > 1 else ''}{_USAGE}")
    place, lake = awaiting(workspace, arguments.get("env"), arguments.get("on"))
    names = dbt_names.names(workspace, place, lake)
    tables = parse(workspace, workspace.settings.dbt.target(place.environment), names).raw_tables
    files = keys_of(Path(rest[0]).expanduser(), tables, arguments.get("table"))
    with explained(place):
        sent = _upload(place.client("s3", max_pool_connections=CONNECTIONS), lake.raw_bucket, files)
        size = sum(file.stat().st_size for file in files.values())
        print(f"{lake.raw_bucket}: {counted(len(sent), 'file')} sent to incoming/ ({size / 1e6:.1f} MB).", flush=True)
        return follow(place, lake, sent)


def _upload(s3: Any, bucket: str, files: Mapping[str, Path]) -> dict[str, str]:
    """Keys by the ids of what was sent."""

    def bring(key: str, file: Path) -> str:
        if file.stat().st_size > LARGEST:
            s3.upload_file(str(file), bucket, key)
            return file_id(key, s3.head_object(Bucket=bucket, Key=key)["ETag"])
        with file.open("rb") as body:
            return file_id(key, s3.put_object(Bucket=bucket, Key=key, Body=body)["ETag"])

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return dict(zip(pool.map(bring, files, files.values()), files, strict=True))
