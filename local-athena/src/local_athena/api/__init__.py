"""Athena's API: operation name -> function, one file per resource.

https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html. Requests and answers are the dicts that
boto3 shows, with ``datetime`` for times; who carries them over HTTP (``server.py``, LocalStack) is no concern here.
"""

from local_athena.api.service import LocalAthena
from local_athena.api.store import Identity

__all__ = ["Identity", "LocalAthena"]
