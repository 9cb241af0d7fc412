"""The function that a schedule calls: ``{"pipeline": "shop_api"}``, with the pipelines' files beside this package in its zip.

A call that fails is tried again by Lambda, and a run that was killed by the function's timeout is finished by the next: both are
harmless, because each row is brought once.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lakeloop_ingest import loading
from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.settings import names, read

ENVIRONMENT = "ENVIRONMENT"
RAW_BUCKET_NAME = "RAW_BUCKET_NAME"
_ROOT = Path(__file__).parents[1]


def handle(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Run the pipeline that *event* names; the run's report. Raises ``IngestError``: nothing was brought, and why."""
    loading.set_up(Path(tempfile.gettempdir()) / "dlt")
    # dlt reads its settings when it is imported.
    from lakeloop_ingest.run import run
    from lakeloop_ingest.store import Bucket

    name = event.get("pipeline")
    if not isinstance(name, str):
        raise IngestError(f'The event names no pipeline: {{"pipeline": "NAME"}}. Pipelines: {", ".join(names(_ROOT))}.')
    store = Bucket(os.environ[RAW_BUCKET_NAME])
    report = run(read(_ROOT, name), store, os.environ[ENVIRONMENT], datetime.now(UTC)).as_dict()
    print(json.dumps(report))
    return report
