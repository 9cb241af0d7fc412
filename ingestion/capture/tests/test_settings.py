"""Settings: all that is wrong is said at once, and no password is shown."""

import pytest
from lakeloop_capture.database import Database
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.settings import Brokers, read
from shop import free_port

WHOLE = {
    "CAPTURE_SOURCE": "shop",
    "CAPTURE_HOST": "db",
    "CAPTURE_DATABASE": "shop",
    "CAPTURE_USER": "reader",
    "CAPTURE_PASSWORD": "test",
    "CAPTURE_PUBLICATION": "all",
    "CAPTURE_TRANSPORT": "kinesis:changes",
    "HOME": "/",
}


def test_what_is_not_said_has_a_default_and_the_password_is_not_shown():
    settings = read(WHOLE)
    assert (settings.port, settings.sslmode, settings.slot, settings.bodies) == (5432, "require", "shop_capture", None)
    assert not settings.again and settings.password == "test" and "test" not in repr(settings)


def test_the_password_may_lie_in_a_file(tmp_path):
    (tmp_path / "pgpass").write_text("h:*:*:other:no\nh:*:*:reader:test\n")
    found = {**WHOLE, "CAPTURE_PASSWORD": "", "CAPTURE_PASSFILE": str(tmp_path / "pgpass")}
    assert read(found).password == "test"
    with pytest.raises(CaptureRefused, match="has no password of nobody"):
        read({**found, "CAPTURE_USER": "nobody"})


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(CaptureRefused) as refused:
        read(
            {"CAPTURE_PORT": "99999", "CAPTURE_TRANSPORT": "pigeon:1", "CAPTURE_AGAIN": "please", "CAPTURE_SLOTS": "a"}
        )
    for part in [
        "CAPTURE_SOURCE is missing",
        "CAPTURE_HOST is missing",
        "CAPTURE_PORT=99999 is not usable",
        "CAPTURE_TRANSPORT=pigeon:1 is not usable",
        "CAPTURE_AGAIN=please is not usable: snapshot",
        "CAPTURE_PASSWORD or CAPTURE_PASSFILE",
        "CAPTURE_SLOTS is not known",
    ]:
        assert part in str(refused.value)


KAFKA = {**WHOLE, "CAPTURE_TRANSPORT": "kafka:changes", "CAPTURE_KAFKA_SERVERS": "a:9092,b:9092"}
PLAIN = {**KAFKA, "CAPTURE_KAFKA_SECURITY": "plaintext"}


def test_kafka_has_brokers_and_its_password_is_not_shown():
    assert read(WHOLE).brokers is None
    assert read(PLAIN).brokers == Brokers("a:9092,b:9092", "plaintext", "", "", "")
    secret = {"CAPTURE_KAFKA_SECURITY": "scram-512", "CAPTURE_KAFKA_SECRET": '{"username": "me", "password": "test"}'}
    found = read({**KAFKA, **secret, "CAPTURE_KAFKA_AUTHORITY": '{"certificate": "PEM"}'})
    assert found.brokers == Brokers("a:9092,b:9092", "scram-512", "me", "test", "PEM")
    assert "test" not in repr(found.brokers) and "test" not in repr(found)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"CAPTURE_KAFKA_SERVERS": ""}, "CAPTURE_KAFKA_SERVERS is missing"),
        ({"CAPTURE_KAFKA_SERVERS": "a"}, "CAPTURE_KAFKA_SERVERS=a is not usable: HOST:PORT,HOST:PORT"),
        ({"CAPTURE_KAFKA_SECURITY": "plain"}, "CAPTURE_KAFKA_SECRET is missing"),
        (
            {"CAPTURE_KAFKA_SECURITY": "plain", "CAPTURE_KAFKA_SECRET": '{"username": "a"}'},
            "SECRET is not usable: JSON",
        ),
        ({"CAPTURE_KAFKA_SECURITY": "plain", "CAPTURE_KAFKA_SECRET": "test"}, "SECRET is not usable: JSON"),
        ({"CAPTURE_KAFKA_AUTHORITY": "PEM"}, "AUTHORITY is not usable: JSON"),
        ({"CAPTURE_KAFKA_SECRET": "{}"}, "CAPTURE_KAFKA_SECRET is not known"),
        ({"CAPTURE_TRANSPORT": "kinesis:changes"}, "CAPTURE_KAFKA_SERVERS is not known"),
    ],
)
def test_what_is_wrong_about_brokers_is_said_without_the_secret(given, message):
    with pytest.raises(CaptureRefused, match=message) as refused:
        read({**PLAIN, **given})
    assert 'username": "a' not in str(refused.value)


def test_a_database_that_is_away_is_tried_again():
    settings = read(
        {**WHOLE, "CAPTURE_HOST": "127.0.0.1", "CAPTURE_PORT": str(free_port()), "CAPTURE_SSLMODE": "disable"}
    )
    with pytest.raises(CaptureFailed, match=r"The database does not answer: .*Connection refused"):
        Database(settings).open()
