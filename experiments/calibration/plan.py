"""How large a fit is."""

from dataclasses import dataclass

REPLICATES = 16
"""Runs that differ by their seed only."""


@dataclass(frozen=True)
class Plan:
    """How large a fit is.

    Attributes:
        screen: Simulations for screening.
        waves: Number of waves.
        points: Simulations of a wave.
        sets: Parameter sets wanted.
        tries: Draws simulated for them at most, as a multiple.
        seed: Seed of the fit.
    """

    screen: int = 256
    waves: int = 3
    points: int = 512
    sets: int = 120
    tries: int = 5
    seed: int = 1

    @property
    def runs(self) -> int:
        """Simulations that it takes if most draws are kept."""
        return self.screen + REPLICATES + self.waves * self.points + 2 * self.sets
