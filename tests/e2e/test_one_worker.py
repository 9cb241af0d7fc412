"""Files that share an emulator: one worker of pytest's has all of them, in the order that is written down."""

from pathlib import Path

from tests.conftest import LONGEST

HERE = Path(__file__).parent
REPO = HERE.parents[1]


def test_files_of_a_shared_emulator_are_one_workers_in_their_order(pytestconfig):
    scheduler = pytestconfig.pluginmanager.get_plugin(str(REPO / "conftest.py")).ByEmulator
    split = scheduler.__new__(scheduler)._split_scope
    for folder in scheduler._FOLDERS:
        files = {file.name for file in (REPO / folder).glob("test_*.py")}
        assert {split(f"{folder}/{name}::test_it") for name in files} == {folder}
        places = sorted(LONGEST.index(name) for name in files)
        assert places == list(range(places[0], places[0] + len(files))), "no other file is between them"
    assert split("tests/e2e/test_capture.py::test_it") == "tests/e2e/test_capture.py"
