"""Roles that services take: a service does so for this account's resources alone."""

import re
from pathlib import Path

MODULES = Path(__file__).resolve().parents[2] / "terraform" / "modules"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
ASKED_FOR = re.compile(r'"aws:Source(Account|Arn)" = ')


def test_every_trust_of_a_service_says_for_whose_resources_it_is():
    trusts = {
        f"{file.parent.name}/{file.name}": statement
        for file in sorted(MODULES.glob("*/*.tf"))
        for statement in re.findall(r'"sts:AssumeRole"\n(.*?)\n    \}\]', file.read_text("utf-8"), re.S)
    }
    modules = {name.partition("/")[0] for name in trusts}
    assert {"runner", "pipeline", "schedule", "alerts", "arrivals", "stream", "capture", "ingest"} <= modules
    assert [name for name, statement in trusts.items() if not ASKED_FOR.search(statement)] == []
