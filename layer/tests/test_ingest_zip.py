"""The zip of batch ingestion: its own lock's libraries, the program, the pipelines of the team and of the sample."""

import pytest
from lakeloop_layer import architecture, ingest, small

from tests.local_aws import REPO


@pytest.fixture
def asked(monkeypatch):
    """Zips that would have been built."""
    calls = []
    monkeypatch.setattr(small, "build", lambda root, name, on, parts, texts, **more: calls.append((parts, texts, more)))
    return calls


def test_it_has_the_libraries_of_its_lock_without_those_of_the_runtime(asked):
    ingest.build_ingest(REPO, architecture("arm64"))
    ((parts, _, _),) = asked
    names = {line.split("==")[0] for line in parts.requirements.splitlines() if "==" in line}
    assert {"dlt", "pyarrow", "psycopg-binary"} <= names and not {"boto3", "botocore", "moto", "pytest"} & names
    assert "--hash" in parts.requirements and "-e " not in parts.requirements
    assert next(iter(parts.packages)) == "lakeloop_ingest"


def test_pipelines_lie_beside_the_program(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(ingest, "export_project", lambda *_: "")
    for folder in ingest.FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "shop.toml").write_text(folder)
    (tmp_path / "ingest" / "notes.md").write_text("")
    ingest.build_ingest(tmp_path, architecture("arm64"))
    assert asked[0][1] == {"ingest/shop.toml": "ingest", "sample/ingest/shop.toml": "sample/ingest"}
