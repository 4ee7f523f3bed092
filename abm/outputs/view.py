"""What tables and stories look at of a model, so that they need not know the model itself."""

from typing import Protocol

from abm.outputs.recorder import Records
from abm.policy import Policy
from abm.setup.initial_state import Setup
from abm.world import World
from agents.state import State


class Moment(Protocol):
    """A world at some time."""

    @property
    def state(self) -> State:
        """The arrays that the rules work on."""

    @property
    def world(self) -> World:
        """The tables."""

    @property
    def steps(self) -> int:
        """Months lived, so the next month from the scenario's first."""


class View(Moment, Protocol):
    """A world at some time, and what was written down until then. A model is one."""

    @property
    def setup(self) -> Setup:
        """What does not change: pools, referral paths, the general population."""

    @property
    def policy(self) -> Policy:
        """The policy in force, with the triggers that have fired."""

    @property
    def records(self) -> Records:
        """The series and books so far."""
