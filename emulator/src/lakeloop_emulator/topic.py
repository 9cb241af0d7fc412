"""``python -m lakeloop_emulator.topic HOST:PORT TOPIC PARTITIONS``: a topic, made unless it is there.

It runs in the emulator's environment, which has a client of Kafka.
"""

from __future__ import annotations

import sys

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

_BOOTSTRAP_MILLISECONDS = 10_000


def main(address: str, topic: str, partitions: str) -> int:
    """Make it; 1 with a message if that cannot be done."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=_BOOTSTRAP_MILLISECONDS)
        try:
            admin.create_topics([NewTopic(topic, int(partitions), 1)])
        except TopicAlreadyExistsError:
            pass
        finally:
            admin.close()
    except KafkaError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
