"""docs/another-country.md, step by step: what it shows is what happens and what ships."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from abm.world import world_folder
from experiments import cli

PAGE = Path(__file__).parent.parent / "docs" / "another-country.md"
BLOCKS = re.compile(
    r"^`island/(?P<file>[\w./-]+)`\n\n```(?:toml|csv)\n(?P<content>.*?)^```$"
    r"|^```console\n(?P<console>.*?)^```$",
    flags=re.M | re.S,
)


def steps():
    """Yield the page's steps: a file to write, or a command with what it prints."""
    for block in BLOCKS.finditer(PAGE.read_text(encoding="utf-8")):
        if block["file"]:
            yield block["file"], block["content"]
            continue
        for part in block["console"].removeprefix("$ ").split("\n$ "):
            command, _, printed = part.partition("\n")
            yield shlex.split(command), printed.strip("\n")


def matches(printed, shown):
    """Return whether a text is what the page shows; "..." stands for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern, printed.strip(), flags=re.S) is not None


@pytest.fixture
def commanded(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command of the page and returns what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(command):
        if command[0] != "rarecare":
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout
        status = cli.run(command[1:])
        out, error = capsys.readouterr()
        assert status == (2 if error.startswith("rarecare: ") else 0), error
        return error if status else out

    return run


@pytest.mark.slow
def test_the_page_builds_the_island_that_ships(commanded, tmp_path):
    told = 0
    for what, text in steps():
        if isinstance(what, str):
            (tmp_path / "island" / what).write_text(text, encoding="utf-8")
        else:
            printed = commanded(what)
            assert matches(printed, text), f"{shlex.join(what)}\nshown: {text}\nprinted: {printed}"
            told += 1
    assert told >= 15
    built, ships = ({str(path.relative_to(folder)): path.read_bytes()
                     for path in folder.rglob("*.*")}
                    for folder in (tmp_path / "island", world_folder("island")))  # fmt: skip
    assert built == ships
