"""Where the calibration targets V1-V5 stand: target, simulated, band, met or not.

``python tools/calibration.py [SCALE] [SEED]`` builds the shipped world up to January 2019 and asks
the patients alive then, as the surveys of 2018 did (docs/facts.md, section 10).
"""

import sys

import numpy as np
import pandas as pd

from abm import RareCareModel


def survey(model: RareCareModel) -> pd.DataFrame:
    """Return the diagnosed patients alive at the scenario's start, with what they would answer."""
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
    """Return the table of targets."""
    adult, child = people[~people.child], people[people.child]
    late = adult.delay[adult.delay > 0]
    rows = [
        ("V1 mean delay, adults (years)", 4.3, 3.5, 5.0, adult.delay.mean()),
        ("V1 mean delay, children (years)", 1.5, 1.0, 2.3, child.delay.mean()),
        ("V1 spread of ln delay, adults", 1.1, 0.8, 1.4, np.log(late).std()),
        ("V2 hospitals before diagnosis", 3.0, 2.6, 3.6, people.hospitals.mean()),
        ("V3 misdiagnosed, adults", 0.72, 0.66, 0.78, adult.misdiagnosed.mean()),
        ("V3 misdiagnosed, children", 0.59, 0.53, 0.65, child.misdiagnosed.mean()),
        ("V4 diagnosed outside the home city, adults", 0.67, 0.60, 0.74, adult.away_city.mean()),
        ("V4 diagnosed outside the province", 0.47, 0.40, 0.54, people.away_province.mean()),
        ("V5 km, adults diagnosed away", 562.0, 450.0, 670.0, adult.km[adult.away_city].mean()),
    ]
    frame = pd.DataFrame(rows, columns=["target", "published", "low", "high", "simulated"])
    frame["met"] = frame.simulated.between(frame.low, frame.high)
    ratio = frame.simulated / frame.published
    frame["within a factor of 1.5"] = ratio.between(1 / 1.5, 1.5)
    return frame


if __name__ == "__main__":
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.05
    model = RareCareModel(scale=scale, years=1, rng=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(targets(survey(model)).to_string(index=False, float_format=lambda v: f"{v:.3g}"))
