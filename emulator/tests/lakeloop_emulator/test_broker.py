"""The broker of `just cdc-up`: started once, with its topic, and ended with the emulator."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import free_port

from lakeloop_emulator import broker


def test_it_is_there_once_and_its_topic_is_another_one_after_its_end(tmp_path: Path) -> None:
    port = free_port()
    try:
        first = broker.up(tmp_path, port, "shop", 2)
        assert re.search(rf"up: 127.0.0.1:{port} \(Tansu.*process \d+\), topic shop\.$", first)
        running = broker.pid(tmp_path)
        assert (
            broker.up(tmp_path, port, "shop", 2) == f"Kafka's port {port} is answered by a broker already, topic shop."
        )
        assert broker.pid(tmp_path) == running is not None
    finally:
        said = broker.down(tmp_path)
    assert said == f"The broker is down (process {running}), and with it what nobody had read."
    assert broker.pid(tmp_path) is None and broker.down(tmp_path) == ""
