"""Imports go one way: no circle anywhere, and no arrow against agents, abm, experiments, viz."""

import ast
from itertools import chain
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("agents", "abm", "experiments", "viz")
"""Each may import from those before it."""


def modules(root, packages=PACKAGES):
    """Return the path of every module of some packages, by its dotted name."""
    found = {}
    for path in chain.from_iterable((root / package).rglob("*.py") for package in packages):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path, name, known):
    """Return which modules a file imports, whenever it does: also for type checkers only."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level]
            start = ".".join([*(above if node.level else ()), *filter(None, [node.module])])
            for alias in node.names:
                whole = f"{start}.{alias.name}"
                if whole in known or start in known:
                    yield whole if whole in known else start


def graph(root=ROOT, packages=PACKAGES):
    """Return who imports whom, module by module."""
    known = modules(root, packages)
    found = nx.DiGraph()
    found.add_nodes_from(known)
    for name, path in known.items():
        found.add_edges_from((name, other) for other in imported(path, name, known))
    return found


def circles(imports):
    """Return the groups of modules that import each other, and modules that import themselves."""
    groups = [sorted(g) for g in nx.strongly_connected_components(imports) if len(g) > 1]
    return sorted(groups) + sorted([name] for name in nx.nodes_with_selfloops(imports))


def upward(imports):
    """Return the imports from a package that stands above."""
    rank = {package: number for number, package in enumerate(PACKAGES)}
    return sorted(
        (one, other)
        for one, other in imports.edges
        if rank[one.split(".")[0]] < rank[other.split(".")[0]]
    )


def rooms(imports):
    """Return who imports whom, by subpackage, or by module where it stands outside any."""

    def room(name):
        return ".".join(name.split(".")[:2])

    found = nx.DiGraph((room(one), room(other)) for one, other in imports.edges)
    found.remove_edges_from(list(nx.selfloop_edges(found)))
    return found


@pytest.fixture(scope="module")
def imports():
    return graph()


def test_the_graph_is_that_of_the_project(imports):
    assert imports.number_of_nodes() > 100
    assert imports.has_edge("abm.model", "abm.policy")
    assert imports.has_edge("abm", "abm.model")
    assert imports.has_edge("abm.engine.schedule", "agents.core.record")


def test_no_modules_import_each_other(imports):
    assert circles(imports) == []


@pytest.mark.parametrize("package", ["agents", "abm"])
def test_no_subpackages_import_each_other(imports, package):
    inside = [name for name in imports if name.split(".")[0] == package]
    assert circles(rooms(imports.subgraph(inside))) == []


def test_no_package_imports_from_one_above(imports):
    assert upward(imports) == []


@pytest.fixture
def tangled(tmp_path):
    """A small project in which everything is wrong that can be."""
    texts = {
        "agents/__init__.py": "from abm.policy import files",
        "abm/__init__.py": "",
        "abm/model.py": "def late():\n    import abm.policy",
        "abm/policy/__init__.py": "if TYPE_CHECKING:\n    from abm.model import Model",
        "abm/policy/files.py": "from . import dates",
        "abm/policy/dates.py": "from abm.world import years",
        "abm/world/years.py": "",
        "abm/world/folder.py": "from ..policy.files import SHIPPED",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return graph(tmp_path, PACKAGES[:2])


def test_a_circle_and_an_arrow_upward_are_found(tangled):
    assert circles(tangled) == [["abm.model", "abm.policy"]]
    assert circles(rooms(tangled)) == [["abm.model", "abm.policy", "abm.world"]]
    assert upward(tangled) == [("agents", "abm.policy.files")]
