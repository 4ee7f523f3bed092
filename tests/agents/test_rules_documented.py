"""A rule says what it takes: what the glossary of `agents` does not explain, its docstring does."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([
    *(ROOT / "agents").glob("*.py"),
    ROOT / "abm" / "engine" / "phases.py",
    ROOT / "abm" / "engine" / "special_fund.py",
    ROOT / "abm" / "setup" / "population.py",
])  # fmt: skip
ROWS = {"patient", "hospital", "disease", "drug", "city", "fund", "layer", "account", "bill",
        "charity", "levers", "params"}  # fmt: skip
NUMBERS = {"i", "month", "seed"}
FEW = 3
"""Arguments of a rule that need no words beyond its first line."""


def unexplained(text):
    """Return (rule, argument) of what neither the glossary nor the docstring explains."""
    found = []
    for rule in ast.walk(ast.parse(text)):
        if not isinstance(rule, ast.FunctionDef) or len(rule.args.args) <= FEW:
            continue
        if not any(getattr(mark, "id", "") in RULES for mark in rule.decorator_list):
            continue
        doc = ast.get_docstring(rule) or ""
        for one in rule.args.args:
            kind = ast.unparse(one.annotation)
            known = one.arg in NUMBERS or one.arg == "state"
            known |= one.arg in ROWS and kind in (f"{one.arg.capitalize()}Row", "Parameters")
            if not known and f"`{one.arg}`" not in doc and f"{one.arg}: " not in doc:
                found.append((rule.name, one.arg))
    return found


RULES = {"rule", "rule_noinline", "kernel"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_argument_is_explained(path):
    assert not unexplained(path.read_text(encoding="utf-8"))


def test_the_glossary_names_what_is_taken_for_granted():
    text = ast.get_docstring(ast.parse((ROOT / "agents" / "__init__.py").read_text("utf-8")))
    assert all(f"`{name}`" in text for name in ROWS | NUMBERS | {"state"})


def test_an_argument_without_words_is_found():
    text = (
        "@rule\ndef pay(patient: PatientRow, city: CityRow, amount: float, months: float):\n"
        '    """Pay `amount`, yuan."""\n'
    )
    assert unexplained(text) == [("pay", "months")]
