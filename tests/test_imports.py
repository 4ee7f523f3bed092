"""No modules import each other, not even for type checkers.

Which package and which room may import which is told by the contracts in pyproject.toml, and
checked by ``lint-imports``. Two rooms of `experiments` or `viz` may still use each other's modules.
"""

import grimp
import networkx as nx

PACKAGES = ("agents", "abm", "experiments", "viz")


def test_no_modules_import_each_other():
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = nx.DiGraph(
        (one, other)
        for one in graph.modules
        for other in graph.find_modules_directly_imported_by(one)
    )
    assert imports.has_edge("abm.engine.schedule", "agents.core.record")
    assert [sorted(group) for group in nx.strongly_connected_components(imports)
            if len(group) > 1] == []  # fmt: skip
