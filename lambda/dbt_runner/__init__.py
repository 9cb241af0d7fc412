"""The Lambda function that runs dbt. Importing it makes dbt importable on Lambda, or says why it is not."""

import sys

from dbt_runner.start import layer, no_shm

layer.require(sys.path)
no_shm.install()
