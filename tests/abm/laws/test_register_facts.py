"""The two registers grow as they did: direct reporting and the research registry side by side.

Published entries (docs/facts.md, section 4): research 38,000 by August 2019 and 62,590 by the end
of 2020; direct over 400,000 by October 2021 and about 780,000 by September 2023. The model has 36
of the diseases that they cover, so ratios are compared, within a factor of 1.5.
"""

import pytest

from abm import RareCareModel

pytestmark = pytest.mark.slow

MONTHS = {"2018-12": -1, "2019-08": 7, "2020-12": 23, "2021-10": 33, "2023-09": 56}
FACTOR = 1.5


@pytest.fixture(scope="module")
def entries():
    """Return a function that counts the entries in a register up to a month."""
    model = RareCareModel(policy="as-happened", scale=0.02, years=5, rng=4).run()
    people = model.state.patients
    return lambda register, month: int((people[register] <= MONTHS[month]).sum())


@pytest.mark.parametrize(
    ("more", "less", "published"),
    [
        (("researched", "2020-12"), ("researched", "2019-08"), 62_590 / 38_000),
        (("reported", "2023-09"), ("reported", "2021-10"), 780 / 400),
        (("reported", "2021-10"), ("researched", "2020-12"), 400_000 / 62_590),
    ],
)
def test_the_registers_grow_as_published(entries, more, less, published):
    assert published / FACTOR < entries(*more) / entries(*less) < published * FACTOR


def test_nobody_is_reported_directly_before_november_2019(entries):
    assert entries("reported", "2019-08") == 0


def test_the_research_registry_grows_before_the_scenario_as_in_it(entries):
    """Two of its first 2.7 years: follow-up visits enter patients in them too."""
    before = entries("researched", "2018-12") / entries("researched", "2019-08")
    assert 0.5 < before < 0.85
