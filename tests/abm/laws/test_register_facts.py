"""The two registers grow as they did: direct reporting and the research registry side by side.

Published entries (docs/facts.md, section 4): research 38,000 by August 2019 and 62,590 by the end
of 2020; direct over 400,000 by October 2021 and about 780,000 by September 2023. The model has 36
of the diseases that they cover, so ratios are compared, within a factor of 1.5: rows of the
world's targets, measured as `rarecare validate` does.
"""

import pytest

from abm import RareCareModel, load_world
from experiments.validation import simulated_targets

pytestmark = pytest.mark.slow

MONTHS = {"2018-12": -1, "2019-08": 7}


def test_the_registers_grow_as_published():
    world = load_world("china")
    found = simulated_targets(world, 4, 0.02, "check")
    rows = world.targets.set_index("target")
    for name in ("research_growth", "direct_growth", "direct_over_research"):
        assert rows.loc[name, "low"] < found[name] < rows.loc[name, "high"], name


@pytest.fixture(scope="module")
def entries():
    """Return a function that counts the entries in a register up to a month."""
    model = RareCareModel(policy="as-happened", scale=0.02, years=1, rng=4).run()
    people = model.state.patients
    return lambda register, month: int((people[register] <= MONTHS[month]).sum())


def test_nobody_is_reported_directly_before_november_2019(entries):
    assert entries("reported", "2019-08") == 0


def test_the_research_registry_grows_before_the_scenario_as_in_it(entries):
    """Two of its first 2.7 years: follow-up visits enter patients in them too."""
    before = entries("researched", "2018-12") / entries("researched", "2019-08")
    assert 0.5 < before < 0.85
