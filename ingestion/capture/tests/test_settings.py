"""Settings: all that is wrong is said at once, and no password is shown."""

import pytest
from lakeloop_capture.errors import CaptureRefused
from lakeloop_capture.settings import read

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
