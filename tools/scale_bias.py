"""How scale and burn-in shift a run's results: means over seeds in several settings, side by side.

``python tools/scale_bias.py [SCALE:RUNS[:BURN_IN] ...]`` prints, for each setting, the mean over
seeds 1, 2, ... and its 95 % interval, and the difference of the others from the last one, with a
star where it exceeds both intervals together. The calibration targets are asked in January 2019
(`experiments.validation.simulate`); the other measures are those of `experiments.measures` over ten
years of the policy `as-happened`. Small queues wait longer at equal use and small funds break
sooner; that is what shows here.
"""

import argparse
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from abm import RareCareModel
from experiments.measures import measure_run
from experiments.measures.run_view import RunTables
from experiments.validation.simulate import survey, targets

POLICY, YEARS = "as-happened", 10
DEFAULT = ("0.01:16", "0.05:6", "0.2:3")
MEASURES = (
    "mean_wait", "time_undiagnosed", "median_delay", "diagnosed_within_1y", "diagnosed_within_5y",
    "backlog_diagnosed", "hospitals_before", "misdiagnoses_before", "diagnosed_away_province",
    "diagnosis_km", "registered", "treated", "on_treatment", "out_of_pocket_share", "catastrophic",
    "impoverished", "qalys", "treated_gap", "qalys_concentration",
)  # fmt: skip


def results(scale: float, seed: int, burn_in: int) -> pd.Series:
    """Return one run's targets, measures and use of the special funds, by name."""
    model = RareCareModel(policy=POLICY, scale=scale, years=YEARS, rng=seed, burn_in=burn_in)
    asked = targets(survey(model), model.world).set_index("target")["simulated"]
    tables = model.run().outcomes()
    told = measure_run(RunTables(tables, model.world, scale, YEARS))
    told = told[told["by"] == "all"].set_index("measure")["value"].loc[list(MEASURES)]
    rows = tables["ledger"][tables["ledger"]["fund"] == "special_fund"]
    claims = rows["rationed"].sum() + rows["paid_rare"].sum()
    refused = pd.Series({"special funds: share of claims refused": rows["rationed"].sum() / claims})
    return pd.concat([asked, told, refused])


class Setting(NamedTuple):
    """What is run, and how often."""

    scale: float
    runs: int
    burn_in: int = 20

    def __str__(self) -> str:
        """Return it as it is asked for, whole."""
        return f"{self.scale:g}:{self.runs}:{self.burn_in}"


def setting(text: str) -> Setting:
    """Return the setting that a text such as "0.05:6" or "0.05:6:25" means."""
    scale, runs, *burn_in = text.split(":")
    return Setting(float(scale), int(runs), *map(int, burn_in))


def several(asked: Setting) -> pd.DataFrame:
    """Return the results of a setting, one column per seed."""
    seeds = range(1, asked.runs + 1)
    return pd.DataFrame({seed: results(asked.scale, seed, asked.burn_in) for seed in seeds})


def table(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return means, half-widths of intervals, and differences from the last setting.

    Args:
        found: By setting, one row per measure and one column per seed.
    """
    mean = {name: runs.mean(axis=1) for name, runs in found.items()}
    half = {name: _half_width(runs) for name, runs in found.items()}
    *others, last = found
    columns = {}
    for name in found:
        columns[name], columns[f"+-{' ' * len(columns)}"] = mean[name], half[name]
    for name in others:
        off = mean[name] - mean[last]
        clear = abs(off) > np.hypot(half[name], half[last])
        percent = 100.0 * off / mean[last]
        columns[f"{name} off by %"] = [
            f"{p:+.1f}{'*' if c else ' '}" for p, c in zip(percent, clear, strict=True)
        ]
    return pd.DataFrame(columns)


def _half_width(runs: pd.DataFrame) -> pd.Series:
    """Return half the width of the 95 % t-interval of the mean over seeds."""
    n = runs.shape[1]
    return runs.std(axis=1, ddof=1) * stats.t.ppf(0.975, n - 1) / np.sqrt(n)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("settings", nargs="*", type=setting, metavar="SCALE:RUNS[:BURN_IN]")
    asked = parser.parse_args().settings or list(map(setting, DEFAULT))
    shown = table({str(one): several(one) for one in asked})
    print(shown.to_string(float_format=lambda v: f"{v:.3g}"))
