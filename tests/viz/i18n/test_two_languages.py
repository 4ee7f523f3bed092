"""The table of texts: both languages, nothing missing, nothing idle."""

import ast
import re
from pathlib import Path

import pytest

from agents import codes
from viz.i18n import texts as module
from viz.i18n.texts import Texts, table
from viz.worlds import world_named

SOURCES = sorted(Path(module.__file__).parents[1].rglob("*.py"))


def rows():
    return [row for _, row in module.rows()]


def trees():
    return [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]


def pattern(node: ast.JoinedStr) -> str | None:
    """Return what an f-string can be as a regular expression, if it begins like a key."""
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    if not parts or parts[0] is None or not re.match(r"[a-z_]+\.", parts[0]):
        return None
    return "".join(".+" if part is None else re.escape(part) for part in parts)


DECLARED = ("lever.", "lever_unit.", "value.", "idle.")
"""What is declared elsewhere, and said in English there."""


def test_every_text_is_there_in_both_languages():
    for key, en, zh in rows():
        assert en.strip() or key.startswith(DECLARED), key
        assert zh.strip(), key


def test_both_languages_take_the_same_values():
    holes = re.compile(r"\{(\w+)(?::\w+\|\w+)?\}")
    for key, en, zh in rows():
        assert not en or set(holes.findall(en)) >= set(holes.findall(zh)), key


@pytest.mark.slow
def test_every_key_that_is_asked_for_exists():
    known = {key for key, *_ in rows()}
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _is_texts(node.func):
                asked = node.args[0]
                if isinstance(asked, ast.Constant):
                    assert asked.value in known, asked.value
                elif isinstance(asked, ast.JoinedStr) and (form := pattern(asked)):
                    assert any(re.fullmatch(form, key) for key in known), form


def _is_texts(function: ast.expr) -> bool:
    name = getattr(function, "id", getattr(function, "attr", ""))
    return name == "texts"


def test_no_text_is_idle():
    literals, forms = set(), set()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            elif isinstance(node, ast.JoinedStr) and (form := pattern(node)):
                forms.add(form)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "name":
                forms.add(re.escape(getattr(node.args[0], "value", "")) + r"\..+")
    everything = re.compile("|".join(f"(?:{form})" for form in sorted(forms)))
    idle = [key for key, *_ in rows() if key not in literals and not everything.fullmatch(key)]
    assert idle == []


SHOWN = {
    "group.age_group": codes.AgeGroup,
    "group.residence": codes.Residence,
    "group.response_class": codes.ResponseClass,
    "group.scheme": codes.Scheme,
    "group.payer": codes.Payer,
    "tier": codes.Tier,
}
"""Enumerations all of whose codes are shown, by the beginning of the texts' keys."""
CHOSEN = (codes.Base, codes.Catalogue, codes.DrugFilter, codes.ListingRule, codes.NewbornPanel,
          codes.PoolLevel, codes.Rationing, codes.Reporting, codes.ResponseClass,
          codes.Scheme)  # fmt: skip
"""Enumerations whose codes are values of levers."""


def test_every_code_that_is_shown_has_its_text():
    known = table()["zh"]  # what is declared elsewhere is in English there
    keys = [f"{start}.{label}" for start, kind in SHOWN.items() for label in kind.names()]
    keys += [f"value.{label}" for kind in CHOSEN for label in kind.names()]
    keys += [f"value.{payer.label}" for payer in codes.INSURERS]
    payers = codes.Payer.names()  # a payer's only fund goes by the payer's name
    keys += [f"fund.{label}" for label in codes.Fund.names() if label not in payers]
    assert [key for key in keys if key not in known] == []


def test_an_unknown_key_or_language_is_an_error():
    with pytest.raises(KeyError):
        Texts("en")("no.such.text")
    with pytest.raises(KeyError):
        Texts("fr")


def test_what_has_no_text_is_called_as_it_is_declared(tmp_path, monkeypatch):
    some = tmp_path / "texts.csv"
    some.write_text("key,en,zh\nfund.new_fund,,新基金\n", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "table", table.__wrapped__)
    assert Texts("en").get("fund.new_fund", "the newest fund") == "the newest fund"
    assert Texts("en").name("fund", "new_fund") == "new fund"
    assert Texts("zh").name("fund", "new_fund") == "新基金"
    assert Texts("zh").name("fund", "newer_fund") == "newer fund"


def test_a_text_takes_values_and_languages_compare():
    assert Texts("en")("chart.side", side="A", policy="x") == "A · x"
    assert Texts("en")("shell.pace", n=1) == "1 month a second"
    assert Texts("en")("shell.pace", n=12) == "12 months a second"
    assert Texts("en") == Texts("en") != Texts("zh")
    assert Texts("en") != Texts("en", world_named("island")) == Texts("en", world_named("island"))
    assert Texts("zh").pick("Anhui", "安徽") == "安徽"
    assert Texts("zh").pick("aspirin", "") == "aspirin"


def test_a_key_that_stands_twice_is_refused(tmp_path, monkeypatch):
    (tmp_path / "tab").mkdir()
    (tmp_path / "texts.csv").write_text("key,en,zh\nx.y,a,b\n", encoding="utf-8")
    (tmp_path / "tab" / "texts.csv").write_text("key,en,zh\nx.z,a,b\nx.y,c,d\n", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"texts\.csv, row 2"):
        table.__wrapped__()
