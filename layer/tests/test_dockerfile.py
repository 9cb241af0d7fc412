"""The layer's Dockerfile copies all that a build reads."""

import shutil

from lakeloop_layer import function

from tests.clone import copy_product
from tests.offline_home import REPO
from tests.projects import lay


def test_a_function_can_be_laid_out_from_what_is_copied(tmp_path):
    checkout, image = copy_product(tmp_path / "checkout"), tmp_path / "image"
    lay(checkout)
    lines = (REPO.root / "layer" / "Dockerfile").read_text("utf-8").splitlines()
    for words in (line.split()[1:] for line in lines if line.startswith("COPY ") and "--from" not in line):
        for name in words[:-1]:
            copy = image / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            place = checkout / name
            shutil.copytree(place, copy) if place.is_dir() else shutil.copy(place, copy)
    members = {"cli", "lambda", "layer", "project", "raw"}
    assert members < {path.name for path in image.iterdir()}, "uv wants each member of the workspace"
    function.stage(image, tmp_path / "task")
    assert (tmp_path / "task" / "dbt" / "profiles.yml").is_file()
