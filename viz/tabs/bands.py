"""The interval of a difference beside a line of charts by month."""

import numpy as np

from experiments.reporting.formatting import Scale
from viz.charts.style import B, Option
from viz.i18n.texts import Texts
from viz.reading.spread import Band


def band_lines(name: str, band: Band, a: np.ndarray, by: Scale, texts: Texts) -> list[Option]:
    """Return where B would lie in 95 % of such intervals: A's line and the difference from it.

    It is an unseen lower line with the band's height stacked on it.

    Args:
        name: What the band is called in the legend.
        band: The interval of the difference.
        a: The line under A by month.
        by: The unit of the axis.
        texts: Texts of the language.
    """
    labels = [texts.world.label(int(month)) for month in band.months]
    low = a[band.months] + band.low
    plain: Option = {
        "type": "line",
        "stack": "band",
        "stackStrategy": "all",
        "showSymbol": False,
        "silent": True,
        "color": B,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False},
        "z": 1,
    }
    lower, height = (
        [[label, by.of(float(value))] for label, value in zip(labels, values, strict=True)]
        for values in (low, band.high - band.low)
    )
    return [
        plain | {"data": lower},
        plain
        | {
            "name": name,
            "data": height,
            "areaStyle": {"color": B, "opacity": 0.2},
            "itemStyle": {"opacity": 0.3},
        },
    ]


def band_ends(band: Band | None, a: np.ndarray) -> list[float]:
    """Return the ends of a band that are known, which the axis has to hold.

    Args:
        band: The interval of the difference, if there is one.
        a: The line under A by month.
    """
    if band is None:
        return []
    ends = [*(a[band.months] + band.low), *(a[band.months] + band.high)]
    return [float(end) for end in ends if np.isfinite(end)]
