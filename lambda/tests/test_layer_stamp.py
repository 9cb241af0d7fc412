import json
import platform
import sys

import pytest
from dbt_runner.start import layer

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("machine", "python"), [("riscv64", PYTHON), (platform.machine(), "3.1")], ids=["architecture", "python"]
)
def test_another_machine_is_said_with_what_to_do(tmp_path, machine, python):
    (tmp_path / layer.STAMP).write_text(json.dumps({"machine": machine, "python": python}))
    with pytest.raises(ImportError, match=f"The layer is for {machine} and Python {python}.*just layer arch="):
        layer.require([str(tmp_path)])


def test_a_layer_that_fits(tmp_path):
    (tmp_path / layer.STAMP).write_text(json.dumps({"machine": platform.machine(), "python": PYTHON}))
    layer.require(["", str(tmp_path)])


def test_no_layer(monkeypatch):
    monkeypatch.setattr(layer, "find_spec", lambda _: None)
    with pytest.raises(ImportError, match="just layer"):
        layer.require([])
