"""The parameter sets that ship were fitted with the rules that ship: they still give the same."""

import pytest

from abm.world import load_world
from experiments.calibration.record import read_record
from experiments.validation import simulated_targets

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_set_comes_to_what_its_record_says(number):
    """A rule that changed asks for a new fit: rarecare calibrate --coverage --install."""
    world = load_world("china")
    record = read_record(world.folder)
    said = next(row for row in record["simulated"] if row["set"] == number)
    found = simulated_targets(world.with_set(number), int(said["seed"]), record["scale"], "fit")
    assert found.to_dict() == pytest.approx({name: said[name] for name in found.index}, rel=1e-4)
