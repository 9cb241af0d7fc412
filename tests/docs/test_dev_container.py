"""The dev container and Dependabot agree with what CI has."""

import json

import yaml

from tests.docs.pages import ROOT

CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
DEPENDABOT = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))


def test_the_container_opens_no_port_and_no_engine():
    assert CONTAINER["forwardPorts"] == []
    assert CONTAINER["otherPortsAttributes"] == {"onAutoForward": "ignore"}
    assert not [feature for feature in CONTAINER["features"] if "docker" in feature]


def test_the_container_has_the_terraform_of_ci():
    setup = yaml.safe_load((ROOT / ".github" / "actions" / "setup" / "action.yml").read_text("utf-8"))
    (wanted,) = (step["with"]["terraform_version"] for step in setup["runs"]["steps"] if "with" in step)
    (terraform,) = (settings for feature, settings in CONTAINER["features"].items() if "/terraform:" in feature)
    assert terraform["version"] == wanted


def test_dependabot_looks_where_there_is_something_to_look_at():
    kinds = {
        "docker": "Dockerfile",
        "docker-compose": "docker-compose.yml",
        "github-actions": "*.yml",
        "terraform": "*.tf",
        "uv": "uv.lock",
        "devcontainers": ".devcontainer/*.json",
    }
    looked = {
        entry["package-ecosystem"]: entry.get("directories", [entry.get("directory")])
        for entry in DEPENDABOT["updates"]
    }
    assert set(looked) == set(kinds)
    for kind, folders in looked.items():
        # `just new` takes the sample out.
        for folder in (each for each in folders if each != "/sample" or (ROOT / "sample").exists()):
            # "/" stands for .github/workflows too.
            place = ROOT / (".github/workflows" if (kind, folder) == ("github-actions", "/") else folder.lstrip("/"))
            assert list(place.glob(kinds[kind])), (kind, folder)
