"""The Lambda function that runs dbt. Importing it makes dbt importable on Lambda, or says why it is not, and quicker."""

import sys

from dbt_runner.patches import no_shm
from dbt_runner.start import layer

layer.require(sys.path)
no_shm.install()

from dbt_runner.patches import lazy_classes  # noqa: E402 - needs the layer

lazy_classes.install()
