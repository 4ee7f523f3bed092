"""Discounting: what money and health of another time are worth."""

import math

from agents.core.jit import rule
from agents.core.parameters import Parameters


@rule
def monthly_rate(params: Parameters) -> float:
    """Return the discount rate of a month, continuous."""
    return math.log(1.0 + params.discount_rate) / 12.0


@rule
def to_the_middle(months: float, params: Parameters) -> float:
    """Return the factor that puts the cost of some `months` up to now into their middle's money."""
    return math.exp(monthly_rate(params) * 0.5 * months)
