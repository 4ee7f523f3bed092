"""docs/decision.md explains every file and column that `rarecare decide` writes."""

import re
from pathlib import Path

import pytest

from experiments.decision.analysis import ABOUT, analyse
from tests.experiments.decision.made_up_runs import Made, compared

PAGE = Path(__file__).resolve().parents[3] / "docs" / "decision.md"
ENDS = re.compile(r"(_difference)?(_low|_high)?$")


def test_every_file_and_column_is_explained(tmp_path):
    made = compared(tmp_path, Made(slope=100.0, luck=10.0), runs=16)
    rows = {cells[1].strip("` "): line for line in PAGE.read_text(encoding="utf-8").splitlines()
            if len(cells := line.split("|")) > 3}  # fmt: skip
    everywhere = " ".join(rows.values())
    assert ABOUT in rows
    for name, table in analyse(made).tables.items():
        assert f"{name}.csv" in rows
        told = rows[f"{name}.csv"]
        for column in table:
            plain = ENDS.sub("", column) or column.removeprefix("difference_")
            known = f"`{plain}`" in told or f"`{plain}`" in everywhere
            assert known or plain in ("low", "high"), f"{name}.csv: {column}"


@pytest.mark.parametrize("command", ["rarecare decide", "rarecare compare"])
def test_the_commands_are_named(command):
    assert command in PAGE.read_text(encoding="utf-8")
