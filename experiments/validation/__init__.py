"""Published figures beside simulated ones: surveys are imitated, the record is read."""

from experiments.validation.batch import Validation, validate
from experiments.validation.simulate import simulated_targets
from experiments.validation.worlds import worlds_of_runs

__all__ = ["Validation", "simulated_targets", "validate", "worlds_of_runs"]
