"""Each study runs, and prints the rows that answer its question."""

import importlib
import pkgutil

import pytest

from experiments import studies

NAMES = [info.name for info in pkgutil.iter_modules(studies.__path__)]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_study_answers(in_this_process, name, capsys):
    study = importlib.import_module(f"experiments.studies.{name}")
    assert study.__doc__.split("\n")[0].endswith("?")
    study.main(scale=0.001, years=3, runs=2)
    said = capsys.readouterr().out
    assert "uniform-national" in said
    assert "Empty DataFrame" not in said
    assert said.count("\n") > 8


def test_there_are_studies():
    assert len(NAMES) >= 2
