"""The documents say what is there: generated ones are fresh, links lead somewhere, names exist."""

import importlib
import re
import shlex
import shutil
import subprocess
import sys
from functools import reduce
from pathlib import Path

import pytest

from abm.policy import load_policy, policy_names
from abm.policy.paths import lever_index
from abm.world.about import About
from abm.world.schema import COLUMNS
from agents.core.parameters import DECLARED, Parameters
from experiments.measures import measures
from tests.support.tools import load_tool

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINKED = [*PAGES, *sorted(ROOT.glob("*.md"))]
PACKAGES = ("agents", "abm", "experiments")


make_docs = load_tool("make_docs")


def _prose(path: Path) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def _in_code(path: Path) -> list[str]:
    """Return what stands in `code` in a page's prose."""
    return re.findall(r"`([^`\n]+)`", _prose(path))


@pytest.mark.slow
def test_generated_documents_are_what_their_sources_give():
    done = subprocess.run(
        [sys.executable, "tools/make_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_text("")])
def test_a_stale_document_is_found(tmp_path, change):
    for name in make_docs.documents():
        shutil.copy(DOCS / name, tmp_path)
    assert make_docs.stale(tmp_path) == []
    change(tmp_path / "levers.md")
    assert make_docs.stale(tmp_path) == ["levers.md"]


def test_every_field_parameter_and_lever_is_told():
    state = (DOCS / "state.md").read_text(encoding="utf-8")
    for cls in make_docs.records():
        assert f"## `{cls.__module__}.{cls.__name__}`" in state
        assert all(f"| `{name}` |" in state for name in cls.fields)
    parameters = (DOCS / "parameters.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in parameters for name in DECLARED)
    levers = (DOCS / "levers.md").read_text(encoding="utf-8")
    assert all(f"| `{path}` |" in levers for path in lever_index())


def test_every_rule_is_told_in_words():
    """A rule that the page of rules lacks, or that does not say what it does, is not finished."""
    told = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert "(rules.md)" in (DOCS / "model.md").read_text(encoding="utf-8")
    marked = re.compile(r"^@(?:rule|rule_noinline|kernel)\ndef ([a-z]\w*)\(", re.M)
    lacking = [
        f"{path.stem}.{name}"
        for folder in ("agents", "abm/engine")
        for path in sorted((ROOT / folder).glob("*.py"))
        for name in marked.findall(path.read_text(encoding="utf-8"))
        if not re.search(rf"^\| `{name}` \| \w.* \| (yes|no) \|$", told, re.M)
    ]
    assert lacking == []


@pytest.mark.parametrize("page", LINKED, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", _prose(page))
    relative = [link for link in links if not re.match(r"[a-z]+:", link)]
    for link in relative:
        file, _, anchor = link.partition("#")
        target = page if not file else page.parent / file
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in _anchors(target), f"{page.name}: {link}"


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", text).strip().lower().replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_named_in_the_documents_exist(page):
    named = [text for text in _in_code(page) if re.fullmatch(r"(\w+/)+[\w.-]*\w\.\w+", text)]
    for file in named:
        if file.split("/")[0] in (*PACKAGES, "tests", "tools", "benchmarks", "docs"):
            assert (ROOT / file).exists(), f"{page.name}: {file}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_functions_named_in_the_documents_exist(page):
    for name in _dotted(page):
        assert _resolves(name), f"{page.name}: {name}"


def test_the_description_names_the_rules():
    named = _dotted(DOCS / "model.md")
    assert len(set(named)) > 60


def _dotted(page: Path) -> list[str]:
    pattern = rf"({'|'.join(PACKAGES)})(\.\w+)+"
    return [
        text.removesuffix("()")
        for text in _in_code(page)
        if re.fullmatch(pattern + r"(\(\))?", text) and not text.endswith((".py", ".csv"))
    ]


def _resolves(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        try:
            reduce(getattr, parts[cut:], module)
        except AttributeError:
            return False
        return True
    return False


@pytest.mark.parametrize("page", ["model.md", "calibration.md"])
def test_names_in_the_descriptions_exist(page):
    records = (*make_docs.records(), Parameters)
    known = {name for cls in records for name in cls.fields} | {"burn_in"}
    known |= {part for path in lever_index() for part in path.split(".")}
    known |= {column.name for table in COLUMNS.values() for column in table}
    known |= {word for one in measures(15) for word in (one.name, *one.by)}
    known |= set(About.model_fields)
    words = {text for text in _in_code(DOCS / page) if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text)}
    assert words
    assert sorted(words - known) == []


def test_the_readme_counts_what_is_there(world):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lists = world.network.groupby("list", sort=False)["hospitals"].sum()
    members = " and ".join(f"{count} ({name})" for name, count in lists.items())
    for words in (
        f"{len(world.provinces)} provinces", f"{len(world.cities)} cities",
        f"{len(world.hospitals):,} hospitals of which {members}",
        f"{int((world.diseases['pooled'] == 0).sum())} detailed diseases",
        f"{len(policy_names(world))} shipped ones",
    ):  # fmt: skip
        assert re.search(rf"(?<![\d,]){re.escape(words)}", text), words


def test_the_readmes_own_policy_is_the_same_by_a_setting_and_by_a_file(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (file,) = re.findall(r"^```toml\n(.*?)^```", text, flags=re.M | re.S)
    (reference,) = re.findall(r"--variant '([^']+)'", text)
    path = tmp_path / "better-fund.toml"
    path.write_text(file, encoding="utf-8")
    by_file, by_setting, usual = map(load_policy, (path, reference, "special-zone"))
    month = 12 * 10
    assert by_file.levers_at(month) == by_setting.levers_at(month) != usual.levers_at(month)


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "extending.md"], ids=lambda p: p.name)
def test_policies_and_settings_of_commands_are_right(page):
    """Every policy, variant and setting of a page's commands loads, but the reader's own files."""
    text = page.read_text(encoding="utf-8")
    lines = re.findall(r"^rarecare (?:compare|run|policies) .*$", text, flags=re.M)
    assert len(lines) > 3
    tried = 0
    for line in lines:
        words = shlex.split(line.split("  #")[0])
        if "--world" in words:
            continue
        policies = [word for word in words[2:] if re.match(r"[a-z]+-[a-z+-]+", word)]
        settings = dict(words[n + 1].split("=", 1) for n, w in enumerate(words) if w == "--set")
        settings = {path: v for path, v in settings.items() if not path.startswith("parameters.")}
        for policy in policies:
            if ".toml" not in policy:
                load_policy(policy, settings if policy.startswith("special-zone") else {})
                tried += 1
    assert tried > 3
