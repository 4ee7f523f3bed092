"""Discounting: what money and health of another time are worth."""

import math

from agents.core.jit import rule
from agents.core.parameters import Parameters


@rule
def to_the_middle(months: float, params: Parameters) -> float:
    """Return the factor that puts the cost of some `months` up to now into their middle's money."""
    return math.exp(params.discount_per_month * 0.5 * months)
