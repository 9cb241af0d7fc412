"""The manifest that is built with the function: what of it is the environment's, and when it is refused."""

from pathlib import Path

import networkx
import pytest
from dbt_runner.start import manifest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_layer import LayerError, function

from tests import zips

PROJECT = Path(__file__).parent / "project"
NAMES = {**{name: f"the-{name.lower()}" for name in manifest.NAMES}, manifest.ROOT: "/var/task"}


def laid_out(folder):
    """The function's folder with the small project, as `function.stage` lays it out, to change."""
    function.stage(zips.checkout(folder / "checkout", PROJECT), folder / "task")
    return folder / "task"


def load(task, target="prod", project=None, **variables):
    file = task / manifest.FOLDER / f"{target}.pickle"
    return manifest.load(file, project or manifest.digest(task / "dbt"), {**NAMES, **variables})


def test_one_zip_serves_every_environment(task):
    for database in ("lake_dev", "lake_prod"):
        for target in ("dev", "prod"):
            node = load(task, target, GLUE_DATABASE_NAME=database).fields["nodes"]["model.small.numbers"]
            assert (node.schema, node.relation_name) == (database, f'"awsdatacatalog"."{database}"."numbers"')


def test_nothing_of_the_build_is_left_in_it(task):
    for file in (task / manifest.FOLDER).iterdir():
        assert str(task).encode() not in file.read_bytes()
    nodes = load(task).fields["nodes"]
    assert "standin" not in "".join(str(node.to_dict()) for node in nodes.values())
    assert nodes["seed.small.letters"].root_path == "/var/task/dbt"


def test_the_graphs_are_those_of_the_project(task):
    parsed = load(task)
    assert networkx.is_directed_acyclic_graph(parsed.graph_with_tests)
    assert set(parsed.fields["nodes"]) <= set(parsed.graph)
    assert ("model.small.broken", "model.small.after_broken") in parsed.graph.edges
    more = set(parsed.graph_with_tests.edges) - set(parsed.graph.edges)
    assert {first.split(".")[0] for first, _ in more} <= {"test"}


def test_what_dbt_validates_by_comes_with_it(task):
    """Starting dbt asks for no schema that is not there: `ProjectFlags` is the first, the adapter's credentials are the last."""
    schemas = load(task).schemas
    assert {"dbt.contracts.project.ProjectFlags", "dbt.contracts.project.Project"} <= set(schemas)
    assert "dbt.adapters.athena.connections.AthenaCredentials" in schemas
    assert schemas["dbt.contracts.project.Project"]["properties"]["name"] == {
        "type": "string",
        "pattern": "^[^\\d\\W]\\w*$",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "staging"}, r"the function's zip holds none for this target \(manifest/staging.pickle\)"),
        ({"project": "another"}, "the project's files are not those that it was made of"),
        ({"GLUE_DATABASE_NAME": ""}, "GLUE_DATABASE_NAME, which parsing reads, is not set"),
        ({"DBT_VARS": "{a: b}"}, "DBT_VARS, which parsing reads, was not set at build time and is another value now"),
    ],
)
def test_what_differs_is_named(task, changes, said):
    with pytest.raises(manifest.Unfit, match=said):
        load(task, **changes)


def test_other_versions_are_named(task, monkeypatch):
    monkeypatch.setattr(manifest, "version", lambda name: "0.1" if name == "dbt-athena" else manifest_version(name))
    with pytest.raises(manifest.Unfit, match=r"made by other versions: dbt-athena 1\..* then, 0\.1 now"):
        load(task)


manifest_version = manifest.version


@pytest.mark.slow
def test_a_variable_of_the_project_must_be_as_it_was(tmp_path):
    task = laid_out(tmp_path)
    model = task / "dbt" / "models" / "numbers.sql"
    model.write_text("{{ config(tags=env_var('KIND', 'plain')) }}\n" + model.read_text())
    function.parse(task)
    assert load(task).fields["nodes"]["model.small.numbers"].tags == ["plain"]
    with pytest.raises(manifest.Unfit, match="KIND, which parsing reads, was not set at build time"):
        load(task, KIND="fancy")


@pytest.mark.slow
def test_variables_and_targets_of_a_team_are_those_of_the_function(tmp_path):
    root = zips.checkout(tmp_path / "checkout", PROJECT)
    settings = root / "lakeloop.toml"
    settings.write_text(
        settings.read_text("utf-8") + '[dbt.env]\nTEAM = "x"\n[dbt.targets]\nprod = "production"\n', "utf-8"
    )
    model = tmp_path / "task" / "dbt" / "models" / "numbers.sql"
    function.stage(root, tmp_path / "task")
    tags = "[env_var('TEAM'), target.name, 'in ' ~ env_var('ENVIRONMENT')]"
    model.write_text(f"{{{{ config(tags={tags}) }}}}\n{model.read_text()}")
    function.parse(tmp_path / "task", function.dbt_settings(root))
    of = {"dev": "dev", "production": "prod"}
    for target, environment in of.items():
        parsed = load(tmp_path / "task", target, TEAM="x", ENVIRONMENT=environment)
        assert parsed.fields["nodes"]["model.small.numbers"].tags == ["x", target, f"in {environment}"]
    with pytest.raises(manifest.Unfit, match="TEAM, which parsing reads, was another value at build time"):
        load(tmp_path / "task", TEAM="y", ENVIRONMENT="dev", target="dev")


@pytest.mark.slow
def test_a_project_that_does_not_parse_is_no_function(tmp_path):
    task = laid_out(tmp_path)
    (task / "dbt" / "models" / "numbers.sql").write_text("select * from {{ ref('nubmers') }}")
    with pytest.raises(LayerError, match=r"cannot be parsed.*\n(.*\n)*.*nubmers"):
        function.parse(task)


@pytest.mark.slow
def test_what_is_cut_from_a_name_cannot_be_put_back(tmp_path):
    task = laid_out(tmp_path)
    model = task / "dbt" / "models" / "numbers.sql"
    model.write_text("{{ config(alias='n_' ~ target.schema[-4:]) }}\n" + model.read_text())
    with pytest.raises(
        LayerError, match=r"model\.small\.numbers: what parsing makes of these depends on how the names"
    ):
        function.parse(task)


@given(st.lists(st.sampled_from([*manifest.NAMES, "/", "a", "ß", "_"]), max_size=8), st.text())
def test_names_come_back_wherever_they_stood(tmp_path_factory, parts, value):
    """A text of stand-ins and others becomes the same text of the environment's names."""
    stand_ins = {name: f"standin{place}x" for place, name in enumerate(manifest.NAMES)}
    file = tmp_path_factory.mktemp("property") / "one.pickle"
    text = "".join(stand_ins.get(part, part) for part in parts)
    of = manifest.Conditions(manifest.versions(), "", {})
    manifest.write(file, of, manifest.Parsed({text: [text]}, None, None, {}), stand_ins)
    names = {name: f"{name}{value}" for name in manifest.NAMES}
    expected = "".join(names.get(part, part) for part in parts)
    assert manifest.load(file, "", names).fields == {expected: [expected]}
