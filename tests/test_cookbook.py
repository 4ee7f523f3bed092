"""docs/cookbook.md: every recipe does what it says, as it is typed."""

import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest

from experiments import cli
from tests.support.runs_here import runs_here

PAGE = (Path(__file__).parent.parent / "docs" / "cookbook.md").read_text(encoding="utf-8")
RECIPES = re.split(r"^## (?=\d+\. )", PAGE, flags=re.M)[1:]
BLOCK = re.compile(
    r"(?:^`(?P<file>[\w.-]+)`\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", flags=re.M | re.S
)

FOLDER = "runs/zone"
"""Where the first recipe leaves its results; others read them, or go on from there."""


def test_recipes_are_numbered_and_the_page_leads_to_them():
    assert [int(recipe.split(".")[0]) for recipe in RECIPES] == list(range(1, 22))
    titles = [recipe.split("\n")[0] for recipe in RECIPES]
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors


def run_block(kind, text, file, capsys):
    """Do what a block of the page shows: write a file, or run commands or a script."""
    if file:
        Path(file).write_text(text, encoding="utf-8")
    elif kind == "sh":
        for line in text.splitlines():
            program, *words = shlex.split(line, comments=True)
            assert program == "rarecare"
            assert cli.run(words) == 0, line
    else:
        assert kind == "python"
        Path("recipe.py").write_text(text, encoding="utf-8")
        capsys.readouterr()
        runpy.run_path("recipe.py", run_name="__main__")
        assert capsys.readouterr().out.strip(), "it shows nothing"


def follow(recipe, capsys):
    """Do all that a recipe shows, in the current folder."""
    blocks = list(BLOCK.finditer(recipe))
    assert blocks, recipe
    for block in blocks:
        run_block(block["kind"], block["text"], block["file"], capsys)


@pytest.fixture(scope="module")
def first_results(tmp_path_factory):
    """What the first recipe leaves behind, for those that start from it."""
    here = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patched, runs_here():
        patched.chdir(here)
        follow(RECIPES[0], None)
    return here / FOLDER


@pytest.mark.slow
def test_the_first_recipe_does_what_it_says(first_results):
    assert (first_results / "summary.csv").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES[1:], ids=lambda recipe: recipe.split("\n")[0])
def test_a_recipe_does_what_it_says(
    recipe, tmp_path, monkeypatch, capsys, in_this_process, first_results
):
    """After the first one; no other is needed."""
    monkeypatch.chdir(tmp_path)
    if FOLDER in recipe:
        shutil.copytree(first_results, FOLDER)
    follow(recipe, capsys)
