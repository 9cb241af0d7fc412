"""``python -m local_iam``: JSON lines in, JSON lines out. Needs nothing but Python and uv.

The first line is a role's policies, ``{"identity": {NAME: POLICY}, "boundary": {NAME: POLICY}}``; every other one is a line of
the journal and is answered by ``{"result", "statements"}`` or ``{"error"}``.
"""

from __future__ import annotations

import json
import sys

from local_iam.context import keys
from local_iam.permissions import Permission
from local_iam.principal import Principal
from local_iam.simulator import Policies, Simulator, SimulatorError, prepare


def main() -> int:
    try:
        simulator = Simulator(prepare())
    except SimulatorError as error:
        print(error, file=sys.stderr)
        return 2
    simulator.define("role", Policies(**json.loads(sys.stdin.readline())))
    for line in sys.stdin:
        entry = json.loads(line)
        principal = Principal.parse(entry["by"])
        permission = Permission(entry["action"], entry["resource"], keys(principal, entry.get("context", {})))
        try:
            verdict = simulator.evaluate("role", principal.arn, principal.account, permission)
            said = {"result": verdict.result, "statements": verdict.statements}
        except SimulatorError as error:
            said = {"error": str(error)}
        print(json.dumps(said))
    simulator.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
