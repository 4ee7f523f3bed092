"""Worlds in which nobody lives or nobody is ill run, and what is said of nothing is nothing."""

import re

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from tests.support.made_up import Inline
from tests.support.worlds import copy_of
from viz.report.report import illustrate

pytestmark = pytest.mark.slow

NO_NUMBER = re.compile(r"(?<![A-Za-z])(nan|inf)(?![A-Za-z])", re.IGNORECASE)
"""What an undefined or infinite number looks like in a sentence."""


def everywhere(folder, table, **values):
    """Set columns of a world's table to one value in every row."""
    file = folder / f"{table}.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False).assign(**values)
    frame.to_csv(file, index=False)


def one_person(folder):
    for table in ("provinces", "cities"):
        everywhere(folder, table, population="1")


def nobody_ill(folder):
    everywhere(folder, "diseases", prevalence_per_100k="1e-300", prevalence_low="0",
               prevalence_high="1")  # fmt: skip


def all_die_at_once(folder):
    everywhere(folder, "diseases", mortality_untreated="12", mortality_treated="12")


def no_consultations(folder):
    everywhere(folder, "hospitals", slots="0")


def no_drug_in_time(folder):
    everywhere(folder, "drugs", approved="2100-12", listed="", price_after="1", price_before="1",
               donated_share="0", donation_from="", donation_until="")  # fmt: skip


def dearest(folder):
    everywhere(folder, "drugs", price_after="1000000000", price_before="1000000000")


def poorest(folder):
    for table in ("provinces", "cities"):
        everywhere(folder, table, income_per_head="1e-6")


WORLDS = {
    "as it is, but tiny": (lambda folder: None, 1e-9),
    "a handful of people": (lambda folder: None, 1e-4),
    "one person in a province": (one_person, 1.0),
    "nobody ill": (nobody_ill, 0.02),
    "all die at once": (all_die_at_once, 0.01),
    "no consultations": (no_consultations, 0.01),
    "no drug in time": (no_drug_in_time, 0.01),
    "drugs at the end of their range": (dearest, 0.01),
    "hardly any income": (poorest, 0.01),
}


@pytest.mark.parametrize(("change", "scale"), WORLDS.values(), ids=WORLDS.keys())
def test_a_world_of_nothing_is_compared_and_told_of(change, scale, tmp_path):
    folder = copy_of("island", tmp_path / "isle")
    change(folder)
    found = compare(["uniform", "zone"], world=folder, runs=2, scale=scale, years=4,
                    executor=Inline())  # fmt: skip
    assert not found.failed
    told = [line for lines in found.narrative.findings.values() for line in lines]
    assert told
    for line in (*told, found.narrative.caveat):
        assert not NO_NUMBER.search(line), line
    people = found.summary[(found.summary["by"] == "all") & (found.summary["measure"] == "deaths")]
    assert (people["mean"].fillna(0) >= 0).all()
    assert not np.isinf(found.summary["difference"]).any()
    results = found.save(tmp_path / "out")
    illustrate(results, found.design.setting.world)
    page = (results / "report.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(script|style).*?</\1>", "", page))
    assert not NO_NUMBER.search(words), NO_NUMBER.search(words)
