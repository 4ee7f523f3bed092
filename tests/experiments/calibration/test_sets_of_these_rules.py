"""The parameter sets that ship were fitted with the rules that ship: they still give the same."""

import pytest

from abm.world import load_world
from experiments.alike import apart
from experiments.calibration.confirm import TRIED, changed
from experiments.calibration.fitting import FEWEST_SETS
from experiments.calibration.priors import priors_of, scores_of
from experiments.calibration.record import read_record
from experiments.running.run_cache import code_fingerprint
from experiments.validation.kept import SIMULATED_BY


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, TRIED + 1))
def test_a_set_comes_to_what_its_record_says(number):
    """A rule that changed asks for a new fit: rarecare calibrate --coverage --install."""
    assert changed(load_world("china"), number) == []


def test_the_record_knows_the_sources_of_now():
    """After any change of them: python -m experiments.calibration.confirm."""
    record = read_record(load_world("china").folder)
    assert record["versions"]["code"] == code_fingerprint(SIMULATED_BY)


def test_no_set_all_but_repeats_another():
    """So that so many sets are so many samples, and an interval over eight holds eight."""
    world = load_world("china")
    sets = world.parameter_sets
    fitted = priors_of(world, [name for name in sets if sets[name].nunique() > 1])
    scores = scores_of(fitted, sets)
    assert len(apart(scores)) == len(sets) >= FEWEST_SETS
    assert len(apart(scores[:8])) == 8
