"""Everything that `patches.shortcuts` replaces in dbt is there, and each replacement answers as the original does."""

import gc
import inspect
import json
from types import SimpleNamespace

import dbt.artifacts.schemas.base as artifacts
import networkx
import pytest
from dbt.adapters.athena import AthenaAdapter
from dbt.adapters.athena.relation import AthenaRelation
from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.cache import RelationsCache
from dbt.adapters.exceptions.compilation import ApproximateMatchError
from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.compilation import Compiler, Linker
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.project import Project, ProjectFlags
from dbt.graph.graph import Graph
from dbt.graph.selector_methods import QualifiedNameSelectorMethod
from dbt_common.behavior_flags import BehaviorFlagRendered
from dbt_common.clients import system
from dbt_common.dataclass_schema import ValidationError, dbtClassMixin
from dbt_common.exceptions import CompilationError
from dbt_runner.patches import artifact_files, shortcuts
from hypothesis import given
from hypothesis import strategies as st

from dbt import compilation

ORIGINAL_SUBSET = shortcuts.DBT_SUBSET
DBT_IS_SELECTED = shortcuts.DBT_IS_SELECTED


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (shortcuts.DBT_COMPILE, ["self", "manifest", "write", "add_test_edges", "catalogs"]),
        (shortcuts.DBT_SUBSET, ["self", "selected"]),
        (shortcuts.DBT_IS_SELECTED, ["fqn", "node_selector", "is_versioned"]),
        (shortcuts.DBT_CACHE_SCHEMAS, ["self", "relation_configs"]),
        (shortcuts.DBT_GET_RELATION, ["self", "database", "schema", "identifier"]),
        (shortcuts.DBT_DEFAULT_SOURCE, []),
        (shortcuts.DBT_JSON_SCHEMA, ["cls"]),
        (shortcuts.DBT_WRITE_MANIFEST, ["self", "path"]),
        (system.write_json, ["path", "data"]),
    ],
)
def test_signatures(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters


def test_they_are_what_dbt_calls():
    from dbt_runner import handler  # noqa: F401 - installs them, as the function does when it starts

    assert Compiler.compile is shortcuts._known_graph
    assert Graph.get_subset_graph is shortcuts._subset
    assert QualifiedNameSelectorMethod.node_is_match.__globals__["is_selected_node"] is shortcuts._is_selected
    assert BaseAdapter._get_cache_schemas is shortcuts._schemas
    assert AthenaAdapter.get_relation is shortcuts._relation
    assert BehaviorFlagRendered._default_source is shortcuts._module_of_the_caller
    assert 'flag.get("source", self._default_source())' in inspect.getsource(BehaviorFlagRendered.__init__)
    assert ProjectFlags.json_schema.__func__ is shortcuts._json_schema
    assert "cls.json_schema()" in inspect.getsource(dbtClassMixin.validate)
    assert artifacts.write_json is artifact_files.write_json
    assert 'write_json(path, self.to_dict(omit_none=False, context={"artifact": True}))' in inspect.getsource(
        artifacts.Writable.write
    )
    assert WritableManifest.write is artifact_files.write_manifest
    assert "writable.write(path)" in inspect.getsource(Manifest.write)


def test_the_collector_is_on_when_the_function_has_started():
    from dbt_runner import handler  # noqa: F401 - turns it off while it imports

    assert gc.isenabled()


def test_compiling_makes_nothing_else_than_the_graph_and_two_files():
    """The steps of dbt's own, of which the replacement leaves out those for diagnostics."""
    source = inspect.getsource(shortcuts.DBT_COMPILE)
    steps = [
        "self.initialize()",
        "linker.link_graph(manifest)",
        "linker.add_test_edges(manifest)",
        "graph_summary.json",
        "self.write_graph_file(linker, manifest)",
        "print_compile_stats(stats)",
        "return Graph(linker.graph)",
    ]
    assert [step for step in steps if step in source] == steps
    assert "USE_FAST_TEST_EDGES" in inspect.getsource(Linker.add_test_edges)
    assert callable(compilation._generate_stats)


@st.composite
def graphs(draw):
    """A graph without cycles, and some of its nodes."""
    size = draw(st.integers(1, 9))
    pairs = [(first, second) for second in range(size) for first in range(second)]
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else [])
    return graph, draw(st.sets(st.integers(0, size - 1)))


@given(graphs())
def test_the_graph_of_a_selection_is_dbts(drawn):
    graph, selected = drawn
    expected = ORIGINAL_SUBSET(Graph(graph), selected).graph
    found = shortcuts._subset(Graph(graph), selected).graph
    assert (set(found.nodes), set(found.edges)) == (set(expected.nodes), set(expected.edges))


# Few letters, so that parts of names and of criteria are often the same.
_PARTS = st.lists(st.text("ab*?[].", min_size=1, max_size=4), min_size=1, max_size=4)


@given(st.lists(st.text("ab.", min_size=1, max_size=4), min_size=2, max_size=4), _PARTS, st.booleans())
def test_a_node_is_selected_as_by_dbt(fqn, parts, versioned):
    selector = ".".join(parts)
    assert shortcuts._is_selected(fqn, selector, versioned) is DBT_IS_SELECTED(fqn, selector, versioned)


def test_a_selected_node_that_is_not_there_is_an_error_as_in_dbt():
    for subset in (ORIGINAL_SUBSET, shortcuts._subset):
        with pytest.raises(CompilationError, match="Couldn't find model 'gone'"):
            subset(Graph(networkx.DiGraph([("a", "b")])), {"a", "gone"})


def test_the_schemas_of_many_nodes_are_those_of_each():
    def node(schema, identifier, quoting):
        return SimpleNamespace(
            database="awsdatacatalog", schema=schema, identifier=identifier, quoting_dict=quoting, config={}
        )

    nodes = [node("a", "x", {}), node("a", "y", {}), node("b", "x", {}), node("b", "y", {"schema": False})]
    adapter = SimpleNamespace(Relation=AthenaRelation, config=SimpleNamespace(quoting={}))
    found = shortcuts._schemas(adapter, nodes)
    assert found == shortcuts.DBT_CACHE_SCHEMAS(adapter, nodes)
    assert len(found) == 3


@given(
    st.sets(st.tuples(st.sampled_from("aA"), st.sampled_from(["x", "X", "y"])), max_size=4),
    st.sampled_from("aAb"),
    st.sampled_from(["x", "X", "y", "z"]),
)
def test_a_relation_is_the_one_that_dbt_finds(there, schema, identifier):
    """In Athena's adapter and its cache, whatever the spelling: the same relation, none, or the same refusal."""
    adapter = AthenaAdapter.__new__(AthenaAdapter)
    adapter.cache = RelationsCache()
    quoting = {"database": True, "schema": True, "identifier": True}
    adapter.config = SimpleNamespace(quoting=quoting)
    for in_schema, name in there:
        adapter.cache.add(AthenaRelation.create(database="catalog", schema=in_schema, identifier=name))
    adapter.cache.update_schemas([("catalog", "a"), ("catalog", "b")])

    def found(get):
        try:
            return get(adapter, "catalog", schema, identifier)
        except ApproximateMatchError as error:
            return str(error)

    assert found(shortcuts._relation) == found(shortcuts.DBT_GET_RELATION)


def test_a_flag_is_of_the_module_that_declares_it():
    def declared():
        return BehaviorFlagRendered({"name": "new", "default": False, "docs_url": "https://example.com"}, {})

    ours = declared()._behavior_change_event.flag_source
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BehaviorFlagRendered, "_default_source", staticmethod(shortcuts.DBT_DEFAULT_SOURCE))
        assert declared()._behavior_change_event.flag_source == ours == __name__


def test_a_known_schema_is_not_built_and_validates_the_same(monkeypatch):
    built = shortcuts.DBT_JSON_SCHEMA(Project)
    monkeypatch.setattr(shortcuts, "_json_schemas", {})
    shortcuts.give_schemas({"dbt.contracts.project.Project": json.loads(json.dumps(built))})
    monkeypatch.setattr(shortcuts, "DBT_JSON_SCHEMA", None)  # so that building one fails
    Project.validate({"name": "small", "config-version": 2})
    with pytest.raises(ValidationError, match="3 is not valid under any of the given schemas"):
        Project.validate({"name": "small", "profile": 3})
    assert shortcuts.schemas() == {"dbt.contracts.project.Project": built}
