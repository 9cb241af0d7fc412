"""The function in a process of its own, to be killed: reads an event from its first argument, calls the handler."""

import json
import sys

from dbt_runner.handler import handle

from tests.rounds.conftest import Context

handle(json.loads(sys.argv[1]), Context("request-to-be-killed"))
