"""The site of the documents, and the tutorial in it: whole, run, and readable without a network."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import abm
import experiments
from abm.measures import inequity
from experiments import decision
from tests.support.tools import load_tool

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))
QUESTIONS = 5

make_site = load_tool("make_site")


def text_of(cell):
    return "".join(cell["source"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site: that of the folder in RARECARE_SITE, or one that is made now."""
    if "RARECARE_SITE" in os.environ:
        return Path(os.environ["RARECARE_SITE"])
    folder = tmp_path_factory.mktemp("site") / "made"
    done = subprocess.run(
        [sys.executable, "tools/make_site.py", folder], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{folder}/index.html\n"
    return folder


def test_the_tutorial_keeps_nothing_of_the_machine_on_which_it_was_run():
    for cell in TUTORIAL["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_the_tutorial_asks_its_questions_and_shows_a_figure_for_each():
    asked, drawn = [], []
    for cell in TUTORIAL["cells"]:
        if cell["cell_type"] == "markdown":
            asked += re.findall(r"^## (\d)\. ", text_of(cell), flags=re.M)
        elif "plt.subplots" in text_of(cell):
            drawn.append(asked[-1])
    assert asked == drawn == [str(n) for n in range(1, QUESTIONS + 1)]


@pytest.mark.slow
def test_the_tutorial_has_run_and_its_figures_are_on_its_page(site):
    page = (site / "docs" / "tutorial.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<img [^>]*src="\.\./_images/[0-9a-f]+\.png"', page)) == QUESTIONS
    assert "output stderr" not in page, "it warns"


@pytest.mark.slow
@pytest.mark.parametrize("module", [abm, experiments, decision, inequity], ids=lambda m: m.__name__)
def test_every_public_name_is_on_the_page_of_its_module(site, module):
    page = (site / "interface" / f"{module.__name__}.html").read_text(encoding="utf-8")
    names = [name for name in module.__all__ if callable(getattr(module, name))]
    assert names
    assert [name for name in names if f'id="{module.__name__}.{name}"' not in page] == []


@pytest.mark.slow
def test_every_document_is_in_the_site(site):
    pages = (ROOT / "docs").rglob("*.md")
    missing = [p for p in pages if not (site / p.relative_to(ROOT)).with_suffix(".html").is_file()]
    assert missing == []


@pytest.fixture
def small_site(tmp_path):
    (tmp_path / "index.html").write_text('<h1 id="top">x</h1><a href="sub/page.html#there">y</a>')
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page.html").write_text(
        '<p id="there"></p><a href="../index.html"></a><a href="#there"></a>'
        '<a href="https://example.org/x">elsewhere</a><img src="data:image/png;base64,AA">'
        '<a name="old"></a><a href="#old"></a>'
    )
    return tmp_path


def test_a_sound_site_has_no_faults(small_site):
    assert make_site.faults(small_site) == []


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<a href="gone.html">', "gone.html leads nowhere"),
        ('<a href="index.html#gone">', "index.html#gone leads nowhere"),
        ('<a href="#gone">', "#gone leads nowhere"),
        ('<a href="sub">', "sub leads nowhere"),
        ('<img src="gone.png">', "gone.png leads nowhere"),
        ('<script src="https://example.org/x.js"></script>', "x.js is fetched from elsewhere"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "x.css is fetched from elsewhere"),
    ],
)
def test_a_fault_is_found(small_site, html, told):
    (small_site / "new.html").write_text(html)
    (found,) = make_site.faults(small_site)
    assert found.startswith("new.html: ")
    assert found.endswith(told)


def test_a_style_that_needs_a_network_is_found(small_site):
    (small_site / "x.css").write_text("@import url('https://example.org/font.css');")
    assert make_site.faults(small_site) == ["x.css: fetches something from elsewhere"]


def test_links_to_the_readme_lead_to_the_first_page_and_files_come_along(tmp_path):
    make_site.lay_out(tmp_path)
    first = (tmp_path / "index.md").read_text(encoding="utf-8")
    assert first.startswith("# rarecare")
    assert not (tmp_path / "README.md").exists()
    assert (tmp_path / "docs" / "decisions" / "README.md").is_file()
    assert "](../index.md#reading-the-screen)" in (tmp_path / "docs" / "results.md").read_text()
    assert (tmp_path / "agents" / "insurer.py").is_file(), "mechanisms.md links to it"
    listed = re.findall(r"^((?:docs|interface|benchmarks)/\S+|[A-Z]+)$", first, flags=re.M)
    made = [path.relative_to(tmp_path).with_suffix("").as_posix()
            for path in tmp_path.rglob("*") if path.suffix in (".md", ".ipynb")]  # fmt: skip
    assert sorted(listed) == sorted({*made} - {"index"})


@pytest.mark.parametrize("inside", ["thesis.txt", ""])
def test_what_is_no_site_is_left_alone(tmp_path, monkeypatch, capsys, inside):
    """Neither a folder of other files nor a file is written over."""
    (tmp_path / "thesis.txt").write_text("years of work")
    given = tmp_path if inside else tmp_path / "thesis.txt"
    monkeypatch.setattr(sys, "argv", ["make_site.py", str(given)])
    assert make_site.main() == 2
    told = capsys.readouterr().err
    assert told == f"{given}: holds something else than a site; expected a new folder\n"
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_links_are_checked_before_an_earlier_site_is_replaced(tmp_path, monkeypatch, capsys):
    (tmp_path / "searchindex.js").write_text("")
    monkeypatch.setattr(sys, "argv", ["make_site.py", str(tmp_path)])
    monkeypatch.setattr(make_site, "_run_sphinx", lambda source, made: _dead_link(made))
    assert make_site.main() == 1
    assert capsys.readouterr().out == "index.html: gone.html leads nowhere\n"
    assert [path.name for path in tmp_path.iterdir()] == ["searchindex.js"]


def _dead_link(folder):
    folder.mkdir()
    (folder / "index.html").write_text('<a href="gone.html">')
    return True
