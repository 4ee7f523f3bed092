"""How large a fit is."""

from dataclasses import dataclass

REPLICATES = 16
"""Runs that differ by their seed only."""


@dataclass(frozen=True)
class Plan:
    """How large a fit is.

    Attributes:
        waves: Number of waves.
        points: Simulations of a wave.
        sets: Parameter sets wanted.
        tries: Draws simulated for them at most, as a multiple.
        seed: Seed of the fit.
    """

    waves: int = 4
    points: int = 512
    sets: int = 120
    tries: int = 15
    seed: int = 1

    @property
    def runs(self) -> int:
        """Simulations that it takes if a third of the draws are kept, ten of each."""
        return REPLICATES + self.waves * self.points + 30 * self.sets
