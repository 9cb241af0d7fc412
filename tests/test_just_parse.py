"""``just parse``: what dbt takes and Lakeloop does not is said by name, before anything is built or deployed."""

import pytest

from tests.offline_home import checkout, lakeloop

EXPOSURE = """
exposures:
  - name: weekly
    type: dashboard
    owner: {{name: Sales}}
    depends_on: [ref('dim_customers')]
    meta: {{export: {export}}}
"""


@pytest.mark.parametrize(
    ("export", "said"),
    [
        ("{format: csv, notify: true}", ""),
        ("{format: xlsx}", "meta.export of the exposure weekly: format is 'xlsx'. Known: csv, parquet"),
        ("{format: csv, where: s3://x}", "meta.export of the exposure weekly has where, which means nothing here"),
    ],
)
def test_an_export_that_means_nothing_is_refused(tmp_path, export, said):
    home = checkout(tmp_path)
    (tmp_path / "dbt" / "models" / "weekly.yml").write_text(EXPOSURE.format(export=export), "utf-8")
    done = lakeloop(home, "parse", "dev")
    assert done.returncode == (2 if said else 0), done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
