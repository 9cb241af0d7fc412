"""Profiles of all shapes, environment variables wherever dbt reads them, and the settings that keep both."""

import io
import tomllib

import pytest
from lakeloop.adopt import pin, settings_file, tested, theirs, variables
from lakeloop.errors import UserError
from lakeloop_project import DbtProject


def project(folder, text="name: shop\nprofile: acme\n", **files):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dbt_project.yml").write_text(text)
    for name, content in files.items():
        (folder / name).write_text(content)
    return DbtProject.read(folder)


PLAIN = """
acme:
  target: dev
  outputs:
    dev: {type: athena, threads: 4, num_retries: 3, s3_data_naming: schema_table, work_group: w, schema: s, region_name: x}
    production: {type: athena, threads: 8, aws_profile_name: p}
    laptop: {type: duckdb, path: x.db}
"""
TEMPLATE = """
acme:
  outputs:
    dev:
      type: athena
      s3_staging_dir: s3://[BUCKET NAME]/staging/
      region_name: [AWS REGION]
      schema: <your schema>
      database: ${CATALOG}
      threads: [THREADS]
      num_retries: 5
      s3_data_naming: unique
  target: dev
"""
JINJA = """
{% set bucket = 'x' %}
{{ profile_name }}:
  target: {{ target }}
  outputs:
    {{ target }}:
      type: athena
      s3_staging_dir: s3://{{ bucket }}/
      schema: {{ schema }}
      threads: "{{ env_var('DBT_THREADS', '4') | int }}"
      num_retries: {{ retries }}
      poll_interval: 2
"""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (PLAIN, {"threads": 4, "num_retries": 3, "s3_data_naming": "schema_table"}),
        (TEMPLATE, {"num_retries": 5, "s3_data_naming": "unique"}),
        (JINJA, {"threads": "{{ env_var('DBT_THREADS', '4') | int }}", "poll_interval": 2}),
    ],
)
def test_settings_stay_and_resources_and_placeholders_go(tmp_path, text, kept):
    (tmp_path / "p.yml").write_text(text)
    found = theirs.read(tmp_path / "p.yml", "acme")
    first = next(iter(found.targets.values()))
    assert (first.type, first.kept) == ("athena", kept)
    assert "schema" in first.dropped
    assert not set(first.dropped) & set(kept)


def test_targets_of_other_engines_are_told_apart(tmp_path):
    (tmp_path / "p.yml").write_text(PLAIN)
    found = theirs.read(tmp_path / "p.yml", "acme")
    assert (list(found.athena), found.others, found.default) == (["dev", "production"], {"laptop": "duckdb"}, "dev")


@pytest.mark.parametrize(
    "text", ["", "[", "- a", "acme: x", "acme: {outputs: x}", "other: {outputs: {d: {type: athena}}}", "config: {a: b}"]
)
def test_a_file_without_the_profile_is_passed_over(tmp_path, text):
    (tmp_path / "p.yml").write_text(text)
    assert theirs.read(tmp_path / "p.yml", "acme") is None


@pytest.mark.parametrize(
    "place",
    [
        "dbt/profiles.yml",
        "dbt/profiles.yml.example",
        "dbt/profiles.example.yml",
        "dbt/sample_profiles.yml",
        "profiles/prod/profiles.yml",
        "docker/profiles.yml",
        "templates/profiles.template.yml",
        "deploy/profiles.yml.j2",
        "../home/.dbt/profiles.yml",
    ],
)
def test_the_profile_is_found_wherever_it_lies(tmp_path, place):
    found_in = (tmp_path / "theirs" / place).resolve()
    made = project(tmp_path / "theirs" / "dbt")
    (tmp_path / "theirs" / "a").mkdir()
    (tmp_path / "theirs" / "a" / "profiles.yml").write_text("another: {outputs: {x: {type: athena}}}")
    found_in.parent.mkdir(parents=True, exist_ok=True)
    found_in.write_text(PLAIN)
    assert theirs.look(made, tmp_path / "theirs", tmp_path / "home").file.resolve() == found_in


def test_what_a_variable_says_without_a_value_is_read(tmp_path):
    (tmp_path / "p.yml").write_text(
        PLAIN.replace("target: dev", "target: \"{{ env_var('TARGET', 'dev') }}\"").replace(
            "region_name: x", "region_name: \"{{ env_var('AWS_REGION', 'eu-west-1') }}\""
        )
    )
    found = theirs.read(tmp_path / "p.yml", "acme")
    assert (found.default, found.region) == ("dev", "eu-west-1")


def test_without_a_profile_there_is_none(tmp_path):
    assert theirs.look(project(tmp_path / "dbt"), tmp_path, tmp_path / "home") == theirs.Theirs()


ATHENA = theirs.Target("athena")


@pytest.mark.parametrize(
    ("targets", "tested", "assigned"),
    [
        (["dev", "prod"], set(), {"dev": "dev", "prod": "prod"}),
        (["development", "production"], {"production"}, {"dev": "development", "prod": "production"}),
        (["prd", "test"], set(), {"staging": "test", "prod": "prd"}),
        ([], {"production", "ci"}, {"staging": "ci", "prod": "production"}),
        (["athena"], set(), {}),
        (["mine", "live"], set(), {"dev": "mine", "prod": "live"}),
        (["live"], set(), {"prod": "live"}),
    ],
)
def test_an_environment_has_the_name_that_they_use(targets, tested, assigned):
    found = theirs.Theirs(default=targets[0] if "live" in targets else "", targets=dict.fromkeys(targets, ATHENA))
    assert theirs.assign(("dev", "prod", "staging"), found, tested) == assigned


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "{% if target.name == 'production' or target['name'] in [\"stg\", 'x'] %}{{ ref('o') }}{% endif %} 'dev'",
            "production stg x",
        ),
        ("schema: \"crm_{{ 'prod' if target.name == 'live' else 'test' }}\"", "live"),
        ('enabled: "{{ target.name != \\"ci\\" }}"', "ci"),
        ("{{ {'dev': 'a', 'live': 'b'}[target.name] }} {{ {'qa': 1}.get(target.get('name'), 'none') }}", "dev live qa"),
        ("{%- set env = target.name | lower -%} {% set db = 'prod' %} {% if 'uat' == env and db != 'raw' %}", "uat"),
        ("{% if target.name.lower() not in ('prd', var('other', 'x')) %} {% do log(target.name ~ 'dev') %}", "prd"),
        (
            "{% for s in ['a'] if target.name.startswith('pr') %} {{ config(schema='s', enabled=(target.name=='ci')) }}",
            "pr ci",
        ),
        ("{% snapshot s %} {{ is broken ( }} {% endsnapshot %} {{ target.schema == 'prod' }}", ""),
    ],
)
def test_names_that_macros_test_are_found(tmp_path, text, names):
    (tmp_path / "a.sql").write_text(text)
    assert tested.names([tmp_path / "a.sql"]) == dict.fromkeys(names.split(), "a.sql")


SQL = """-- {# env_var('IN_A_COMMENT') #}
select {{ env_var('A') }},
  {{ env_var("B", 'b') }}, {{ env_var( 'C' , "c" ) | int }}
"""


def test_variables_are_found_with_their_places():
    found = variables.in_text(SQL, "m.sql")
    assert [(one.name, one.default, one.where) for one in found] == [
        ("A", None, "m.sql:2"),
        ("B", "'b'", "m.sql:3"),
        ("C", '"c"', "m.sql:3"),
    ]
    yaml = "a: 1 # env_var('NOT')\nb: \"{{ env_var('D') }}\"\n"
    assert [(one.name, one.line) for one in variables.in_text(yaml, "x.yml")] == [("D", 2)]


def test_a_variable_without_a_default_anywhere_needs_a_value(tmp_path):
    (tmp_path / "a.sql").write_text("{{ env_var('A', 'x') }}")
    (tmp_path / "b.yml").write_text("x: \"{{ env_var('A') }}\"")
    (tmp_path / "c.csv").write_text("env_var('C')")
    (one,) = variables.find(sorted(tmp_path.iterdir()), tmp_path)
    assert (one.name, one.default, one.where) == ("A", None, "b.yml:1")


def wanted(*names):
    return [variables.Variable(name, None, "m.sql", 3) for name in names]


def test_values_are_given_or_known_or_missing(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert variables.choose(wanted("A", "AWS_REGION"), {"A": "1"}, {"B": "2"}) == {"A": "1", "B": "2"}
    assert variables.choose(wanted("A"), {}, {"A": "old"}) == {"A": "old"}
    with pytest.raises(UserError, match=r"A \(m.sql:3\)\n  B \(m.sql:3\)\nAdd env.A=\.\.\. env.B=\.\.\."):
        variables.choose(wanted("A", "B"), {}, {})


@pytest.mark.parametrize("given", [{}, {"API_TOKEN": "x"}])
def test_a_secret_is_not_saved(monkeypatch, given):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(UserError, match=r"API_TOKEN \(m.sql:3\): by its name a secret"):
        variables.choose(wanted("API_TOKEN"), given, {})


def test_a_person_at_the_terminal_is_asked_once(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal("x\n\n"))
    monkeypatch.setenv("B", "of the shell")
    monkeypatch.setattr("builtins.input", lambda prompt: {"A": "x", "B": ""}[prompt[0]])
    assert variables.choose(wanted("A", "B"), {}, {}) == {"A": "x", "B": "of the shell"}


def test_an_env_file_is_read(tmp_path):
    (tmp_path / ".env").write_text("# c\n\nexport A=1\nB = 'x y'\nC=\n")
    assert variables.of_file(tmp_path / ".env") == {"A": "1", "B": "x y", "C": ""}
    (tmp_path / ".env").write_text("A=1\nnonsense\n")
    with pytest.raises(UserError, match=r"\.env:2 is no NAME=value"):
        variables.of_file(tmp_path / ".env")


TOML = """# Yours.

# In every name.
name = "lakeloop"
region = "eu-central-1"

[raw]
# Folder.
folder = "data/raw"
"""


def test_settings_are_changed_and_comments_stay():
    text = settings_file.with_values(TOML, {"name": "acme", "region": "us-east-1"})
    for table in ({"A": 'say "x" \\', "b c": "ü"}, {"A": "2"}):
        text = settings_file.with_table(text, "dbt.env", "Variables.", table)
        text = settings_file.with_table(text, "skip", "Not here.", {"local": ["a+", "b+"], "emulator": []})
        read = tomllib.loads(text)
        assert read["dbt"]["env"] == table
        assert read["skip"] == {"local": ["a+", "b+"], "emulator": []}
        assert (read["name"], read["region"], read["raw"]) == ("acme", "us-east-1", {"folder": "data/raw"})
    assert text.count("# Variables.") == text.count("[skip]") == text.count("# Folder.") == 1
    assert text.startswith("# Yours.\n\n# In every name.\nname =")
    gone = settings_file.with_table(settings_file.with_table(text, "skip", "", {}), "dbt.env", "", {})
    assert gone == TOML.replace("lakeloop", "acme").replace("eu-central-1", "us-east-1")


@pytest.mark.parametrize(
    ("asked", "differs"),
    [
        ("", False),
        ("require-dbt-version: '>=1.0.0'", False),
        ("require-dbt-version: ['>=1.0.0', '<2.0.0']", False),
        ("require-dbt-version: '>=1.5.0,<1.8.0'", True),
        ("require-dbt-version: 1.2.0", True),
        ("require-dbt-version: nonsense", False),
    ],
)
def test_a_pin_that_leaves_us_out_is_one_line(tmp_path, asked, differs):
    line = pin.differs(project(tmp_path, f"name: shop\n{asked}\n"), "1.12.6")
    assert bool(line) == differs
    assert not line or ("here is 1.12.6" in line and "\n" not in line)
