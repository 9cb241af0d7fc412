"""Programs that ``lakeloop`` runs as child processes: dbt is imported in these and nowhere else.

Importing this package imports dbt as the function does: serializers compiled on first use, the collector off meanwhile, and
the function's shortcuts in the place of what dbt does anew in each invocation (``dbt_runner.patches``), unless
``RUNNER_PATCHES=off``.
"""

import sys

try:
    from dbt_runner.patches import lazy_classes
except ImportError as error:  # what RUNNER_PATCHES says is no word for it
    sys.exit(f"error: {error}")
from dbt_runner.start import collector

lazy_classes.install()
with collector.paused():
    import dbt.cli.main  # noqa: F401
    from dbt_runner.patches import shortcuts

shortcuts.install()
collector.settle()
