"""Where a world's calibration targets stand: target, simulated, band, met or not.

The patients alive when the scenario begins are asked as the published surveys asked theirs.
"""

import numpy as np
import pandas as pd

from abm import RareCareModel, World


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


def targets(people: pd.DataFrame, world: World) -> pd.DataFrame:
    """Return the table of targets.

    Args:
        people: What `survey` returns.
        world: Whose published figures they are compared with.

    Returns:
        One row per target: a short `name`, the `target` in words, the `published` figure with the
        band from `low` to `high`, the `simulated` one, and how near it is.
    """
    adult, child = people[~people.child], people[people.child]
    late = adult.delay[adult.delay > 0]
    frame = world.targets[["target", "label", "published", "low", "high"]].copy()
    frame.columns = ["name", "target", "published", "low", "high"]
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


def simulated_targets(world: World, seed: int, scale: float, use: str = "all") -> pd.Series:
    """Return the simulated figure of each target, by its name.

    Args:
        world: With the parameters to be tried.
        seed: Seed of all draws.
        scale: Simulated patients per real one.
        use: "fit" or "check" for the targets of that use only.
    """
    model = RareCareModel(world=world, policy=world.about.base, scale=scale, years=1, rng=seed)
    asked = targets(survey(model), world).set_index("name")["simulated"]
    return asked if use == "all" else asked[(world.targets["use"] == use).to_numpy()]
