"""Enumerations: declared once, spelt once, and nothing worked out from their numbers."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from abm.setup.risk_pools import TERMS
from agents import codes
from agents.codes import INSURERS, Code, Event, Flow, Fund, Payer, Rank, Scheme, Source, Stage, Tier
from agents.core.record import NEVER

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("agents", "abm", "experiments", "viz")
KINDS = [kind for _, kind in inspect.getmembers(codes, inspect.isclass)
         if issubclass(kind, Code) and kind is not Code]  # fmt: skip
SCALES = (Stage, Rank, Tier)
"""Enumerations whose order says something, so that their codes may be compared."""


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


@pytest.mark.slow
def test_no_module_spells_an_enumeration_again():
    spelt = {frozenset(kind.names()): kind.__name__ for kind in KINDS if len(kind) > 2}
    again = [
        f"{where}: {spelt[words]}"
        for where, node in _nodes()
        if (words := _words(node)) in spelt
    ]  # fmt: skip
    assert again == []


@pytest.mark.slow
def test_no_code_is_worked_out_from_another():
    scales = {kind.__name__ for kind in SCALES}
    names = {kind.__name__ for kind in KINDS}
    found = []
    for where, node in _nodes():
        if isinstance(node, ast.BinOp) and names & {_kind(node.left), _kind(node.right)}:
            found.append(where)
        if isinstance(node, ast.Compare) and not isinstance(
            node.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn
        ):
            compared = {_kind(side) for side in (node.left, *node.comparators)}
            if (names - scales) & compared:
                found.append(where)
    assert found == []


def test_every_payer_has_a_flow_of_its_own():
    flows = [payer.flow for payer in Payer]
    assert len(set(flows)) == len(Payer)
    assert [payer.flow.label for payer in Payer] == [f"paid_{payer.label}" for payer in Payer]
    assert list(codes.FLOW_OF) == flows
    assert set(codes.MONEY_FLOWS) == {*flows, Flow.BILLED}


def test_every_fund_is_that_of_one_payer_and_has_terms():
    funds = {payer: {payer.fund_of(scheme) for scheme in Scheme} for payer in INSURERS}
    assert sorted(fund for some in funds.values() for fund in some) == sorted(Fund)
    assert all(fund in funds[codes.PAYER_OF[fund]] for fund in Fund)
    assert set(TERMS) == set(Fund)


def test_compiled_rules_look_up_what_is_declared():
    for payer in Payer:
        place = codes.ACCOUNT_OF[payer]
        assert INSURERS[place] is payer if payer in INSURERS else place == -1
        for scheme in Scheme:
            fund = payer.fund_of(scheme)
            assert codes.FUND_OF[payer, scheme] == (-1 if fund is None else fund)


@pytest.mark.slow
def test_money_does_not_hang_on_the_numbers_of_payers_and_funds(tmp_path):
    """The rules' own tests of bills, funds and grants pass with all numbers turned round."""
    for part in ("pyproject.toml", "agents", "abm", "experiments", "tests/__init__.py",
                 "tests/conftest.py", "tests/agents", "tests/support"):  # fmt: skip
        source, target = ROOT / part, tmp_path / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    path = tmp_path / "agents" / "codes.py"
    text = path.read_text(encoding="utf-8")
    for kind in (Payer, Fund, Flow, Source, Scheme):
        text = _turned_round(text, kind)
    path.write_text(text, encoding="utf-8")
    tests = ["test_insurer.py", "test_rationing.py", "test_charity.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider",
         *(f"tests/agents/{name}" for name in tests)],
        cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def _turned_round(text: str, kind: type[Code]) -> str:
    """Return the source of the codes with the members of a class in reverse, and so numbered."""
    start = text.index(f"class {kind.__name__}(Code)")
    end = text.index("\n\n\n", start)
    member = re.compile(r"^    [A-Z_0-9]+ = (\d+)(.*)$", re.M)
    found = list(member.finditer(text, start, end))
    assert len(found) == len(kind)
    lines = [re.sub(r"= \d+", f"= {n}", m[0], count=1) for n, m in enumerate(reversed(found))]
    return text[: found[0].start()] + "\n".join(lines) + text[found[-1].end() :]


@pytest.mark.slow
def test_what_has_not_happened_is_written_once():
    found = [where for where, node in _nodes() if getattr(node, "value", None) == NEVER]
    assert [where.partition(":")[0] for where in found] == ["agents/core/record.py"]


@cache
def _nodes() -> list[tuple[str, ast.AST]]:
    """Return every node of the sources but for the enumerations, with where it stands."""
    return [
        (f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != ROOT / "agents" / "codes.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def _words(node: ast.AST) -> frozenset[str]:
    """Return the words of a list, or of the keys of a dictionary; of others nothing."""
    parts = []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = node.keys
    words = [part.value for part in parts if isinstance(part, ast.Constant)]
    return frozenset(words if len(words) == len(parts) else ())


def _kind(node: ast.AST) -> str:
    """Return the enumeration of ``Fund.COMMERCIAL``; of anything else nothing."""
    known = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return node.value.id if known else ""
