"""How far a difference between the policies is from luck: plain data, of pairs with other seeds."""

from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """A difference, B less A, over several pairs of runs; in the unit of its measure.

    Attributes:
        mean: Mean over the pairs, NaN if none has a value.
        low: Lower end of the 95 % interval, NaN where there is none.
        high: Upper end.
        claimed: Whether it holds beside all differences that are shown with it.
    """

    mean: float
    low: float
    high: float
    claimed: bool = False


class Band(NamedTuple):
    """The 95 % interval of a difference, B less A, at some months.

    Attributes:
        months: Months, from the scenario's first = 0.
        low: Lower ends, NaN where there is none.
        high: Upper ends.
    """

    months: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Doubt(NamedTuple):
    """How much is known of what is luck.

    Attributes:
        done: Pairs that have been lived.
        total: Pairs that are to be lived; 0 if none is.
        scale: Their simulated patients per real one.
        error: Why there will be no more, or an empty text.
    """

    done: int = 0
    total: int = 0
    scale: float = 0.0
    error: str = ""

    @property
    def whole(self) -> bool:
        """Whether all pairs have been lived: before that nothing is claimed."""
        return 0 < self.total == self.done


NO_DOUBT = Doubt()
"""Of a page that lives no pairs."""
