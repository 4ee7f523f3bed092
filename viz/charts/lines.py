"""Lines by month, one for each policy, on an axis that says so if it does not begin at nothing."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.reporting.formatting import Scale, format_number
from viz.charts.style import Option, axis, next_step
from viz.i18n.texts import Texts

CUT = 0.6
"""An axis is cut where the lowest value is above so much of the highest: what differs would be too
flat to be seen."""


def values_axis(values: Sequence[float], by: Scale, texts: Texts) -> Option:
    """Return the axis of values by month: from nothing, or cut with its name saying from where.

    Args:
        values: All that is shown, in its own unit.
        by: How it is written.
        texts: Texts of the language.
    """
    low, high = (end / by.divisor for end in (min(values), max(values)))
    if low <= CUT * high:
        return axis(by.unit, vertical=True)
    step = next_step(max(high - low, 1e-3 * high) / 4)
    digits = max(0, -math.floor(math.log10(step)))
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    name = texts("chart.cut", unit=by.unit, low=format_number(bottom, digits))
    return axis(
        name, vertical=True, min=round(bottom, digits), max=round(top, digits), interval=step
    )


def line(
    name: str, colour: str, values: np.ndarray, by: Scale, width: float = 1.8
) -> dict[str, Any]:
    """Return the series of one policy.

    Args:
        name: Its name in the legend.
        colour: Its colour.
        values: Values by month, NaN where there is none.
        by: How they are written.
        width: Width of the line, pixels.
    """
    return {
        "name": name,
        "type": "line",
        "color": colour,
        "showSymbol": False,
        "lineStyle": {"width": width},
        "data": [by.of(float(value)) for value in values],
    }
