"""docs/cookbook.md: every recipe does what it says, as it is typed."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import cli

PAGE = (Path(__file__).parent.parent / "docs" / "cookbook.md").read_text(encoding="utf-8")
RECIPES = re.split(r"^## (?=\d+\. )", PAGE, flags=re.M)[1:]
BLOCK = re.compile(
    r"(?:^`(?P<file>[\w.]+)`\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", flags=re.M | re.S
)


def test_there_are_twenty_recipes_and_the_page_leads_to_them():
    assert [int(recipe.split(".")[0]) for recipe in RECIPES] == list(range(1, 21))
    titles = [recipe.split("\n")[0] for recipe in RECIPES]
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors


def run_block(kind, text, file):
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
        done = subprocess.run([sys.executable, "recipe.py"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip(), "it shows nothing"


@pytest.mark.slow
def test_every_recipe_does_what_it_says(tmp_path, monkeypatch):
    root = str(Path(__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", root)
    monkeypatch.chdir(tmp_path)
    for recipe in RECIPES:
        blocks = list(BLOCK.finditer(recipe))
        assert blocks, recipe
        for block in blocks:
            run_block(block["kind"], block["text"], block["file"])
