"""The Lambda function that runs dbt. Importing it makes dbt importable on Lambda, whose machines lack ``/dev/shm``."""

from dbt_runner import no_shm

no_shm.install()
