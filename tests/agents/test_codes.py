"""Enumerations: declared once, spelt once, and nothing worked out from their numbers."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents import codes
from agents.codes import Code, Event, Rank, Scheme

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("agents", "abm", "experiments", "viz")
KINDS = [kind for _, kind in inspect.getmembers(codes, inspect.isclass)
         if issubclass(kind, Code) and kind is not Code]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_count_up_and_labels_differ(kind):
    first = 1 if kind is Event else 0
    assert [int(code) for code in kind] == list(range(first, first + len(kind)))
    assert len(set(kind.names())) == len(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_is_found_by_its_label(kind):
    assert [kind.of(label) for label in kind.names()] == list(kind)


def test_a_label_is_the_name_in_small_letters_unless_another_is_given():
    assert Scheme.EMPLOYEE.label == "employee"
    assert codes.Rationing.FIRST_COME.label == "first-come"


def test_an_unknown_label_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'wild' is no Rank.*'county', 'tertiary'"):
        Rank.of("wild")


def test_no_module_spells_an_enumeration_again():
    spelt = {frozenset(kind.names()): kind.__name__ for kind in KINDS if len(kind) > 2}
    again = [
        f"{where}: {spelt[words]}"
        for where, node in _nodes()
        if (words := _words(node)) in spelt
    ]  # fmt: skip
    assert again == []


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    """Yield every node of the sources but for the enumerations, with where it stands."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path != ROOT / "agents" / "codes.py":
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def _words(node: ast.AST) -> frozenset[str]:
    """Return the words of a list, or of the keys of a dictionary; of others nothing."""
    parts = []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = node.keys
    words = [part.value for part in parts if isinstance(part, ast.Constant)]
    return frozenset(words if len(words) == len(parts) else ())
