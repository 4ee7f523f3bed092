"""Where the calibration targets V1-V5 stand: target, simulated, band, met or not.

The patients alive in January 2019 are asked as the surveys of 2018 asked theirs.
"""

import numpy as np
import pandas as pd

from abm import RareCareModel

TARGETS = (
    ("delay_adults", "V1 mean delay, adults (years)", 4.3, 3.5, 5.0),
    ("delay_children", "V1 mean delay, children (years)", 1.5, 1.0, 2.3),
    ("delay_spread", "V1 spread of ln delay, adults", 1.1, 0.8, 1.4),
    ("hospitals", "V2 hospitals before diagnosis", 3.0, 2.6, 3.6),
    ("misdiagnosed_adults", "V3 misdiagnosed, adults", 0.72, 0.66, 0.78),
    ("misdiagnosed_children", "V3 misdiagnosed, children", 0.59, 0.53, 0.65),
    ("away_city", "V4 diagnosed outside the home city, adults", 0.67, 0.60, 0.74),
    ("away_province", "V4 diagnosed outside the province", 0.47, 0.40, 0.54),
    ("km", "V5 km, adults diagnosed away", 562.0, 450.0, 670.0),
)
"""Name, words, published figure, and the band in which the simulated one is to lie."""


def survey(model: RareCareModel) -> pd.DataFrame:
    """Return the diagnosed patients alive at the scenario's start, with what they would answer.

    Args:
        model: A model in whose scenario no month has been lived.
    """
    state = model.state
    rows = state.patients[(state.patients["onset"] < 0) & (state.patients["diagnosed"] < 0)]
    at = state.hospitals["city"][rows["diagnosed_at"]]
    home = rows["city"]
    child = rows["birth"] > -18 * 12
    return pd.DataFrame({
        "child": child,
        "delay": (rows["diagnosed"].astype(int) - rows["onset"]) / 12.0,
        "hospitals": rows["hospitals_seen"],
        "misdiagnosed": rows["misdiagnoses"] > 0,
        "away_city": at != home,
        "away_province": state.cities["province"][at] != state.cities["province"][home],
        "km": state.km[home, at],
        "recent": rows["diagnosed"] > -60,
    })  # fmt: skip


def targets(people: pd.DataFrame) -> pd.DataFrame:
    """Return the table of targets.

    Args:
        people: What `survey` returns.

    Returns:
        One row per target: a short `name`, the `target` in words, the `published` figure with the
        band from `low` to `high`, the `simulated` one, and how near it is.
    """
    adult, child = people[~people.child], people[people.child]
    late = adult.delay[adult.delay > 0]
    frame = pd.DataFrame(TARGETS, columns=["name", "target", "published", "low", "high"])
    frame["simulated"] = frame["name"].map({
        "delay_adults": adult.delay.mean(),
        "delay_children": child.delay.mean(),
        "delay_spread": np.log(late).std(),
        "hospitals": people.hospitals.mean(),
        "misdiagnosed_adults": adult.misdiagnosed.mean(),
        "misdiagnosed_children": child.misdiagnosed.mean(),
        "away_city": adult.away_city.mean(),
        "away_province": people.away_province.mean(),
        "km": adult.km[adult.away_city].mean(),
    })  # fmt: skip
    frame["met"] = frame.simulated.between(frame.low, frame.high)
    ratio = frame.simulated / frame.published
    frame["within a factor of 1.5"] = ratio.between(1 / 1.5, 1.5)
    return frame
