"""docs/mechanisms.md: every mechanism has a lever, a rule, a test and a size; every lever a row."""

from pathlib import Path

import pytest

from abm.policy.paths import lever_index
from experiments.measures import measures
from tests.support.tools import load_tool

ROOT = Path(__file__).resolve().parent.parent

tool = load_tool("mechanisms")
MECHANISMS = tool.mechanisms()


@pytest.mark.parametrize("one", MECHANISMS, ids=lambda one: one.name)
def test_what_a_mechanism_names_is_there(one):
    assert one.document in tool.DOCUMENTS
    assert (ROOT / one.file_of_rule()).exists()
    assert one.test_exists(), one.test
    assert one.measure in {measure.name for measure in measures()}
    for lever in one.levers:
        assert any(tool.is_one_of(path, [lever]) for path in lever_index()), lever


def test_every_lever_belongs_to_a_mechanism():
    assert tool.unnamed_levers(MECHANISMS) == []


def test_the_document_has_a_row_for_each_without_an_empty_cell():
    rows = tool.rows_of()
    for one in MECHANISMS:
        cells = rows[one.name]
        assert cells[:-1] == tool.cells_of(one, "")[:-1]
        assert all(cell.strip() for cell in cells)
        assert any(sign in cells[-1] for sign in "+-0")
