"""Made-up comparisons, in which the policies differ as one likes."""

import numpy as np
import pandas as pd

from experiments.compare import Comparison
from experiments.design import Design, make_design
from experiments.measures import measures
from viz.comparison.results import Results

BASE, ZONE, NATION = "uniform-national", "special-zone", "special-zone-national"
PROVINCES = [f"Province {n}" for n in range(31)]
GROUPS = {
    "all": ["all"], "zone": ["inside", "outside"], "income_quintile": list("12345"),
    "province": PROVINCES, "payer": ["basic", "household"], "year": ["2019", "2020"],
    "way": ["referred up", "own_way up"],
}  # fmt: skip
PERSONS = 1000.0
"""Behind each value."""


def compared(
    effects: dict, runs: int = 6, *, by_default: float = 0.0, spread: float = 0.01,
    design: Design | None = None,
) -> Comparison:  # fmt: skip
    """Return a comparison in which the policies differ from the baseline as told.

    Args:
        effects: Effect, without noise, by (policy, measure, group).
        runs: Number of paired runs.
        by_default: Effect where nothing is told.
        spread: Standard deviation between runs.
        design: What is compared; three shipped policies by default.
    """
    asked = {"runs": runs, "scale": 0.01, "years": 5, "parameters": "best"}
    design = design or make_design([BASE, ZONE, NATION], **asked)
    base, runs = next(iter(design.policies)), len(design.seeds)
    rng = np.random.default_rng(1)
    rows = []
    for one in measures(design.setting.years):
        for by, groups in GROUPS.items():
            for group in groups if by in one.by else ():
                for policy in design.policies:
                    # Antithetic noise: its mean is zero, so no effect is never a clear one.
                    noise = rng.normal(0.0, spread, runs // 2)
                    noise = np.concatenate([noise, -noise, np.zeros(runs % 2)])
                    usual = 0.0 if policy == base else by_default
                    effect = effects.get((policy, one.name, group), usual)
                    rows += [(policy, seed, one.name, by, group, 5.0 + effect + x, 1.0, PERSONS)
                             for seed, x in zip(design.seeds, noise, strict=True)]  # fmt: skip
                    rows += [(policy, seed, one.name, by, group, 5.0 + effect - x / 2, 1.0, PERSONS)
                             for seed, x in zip(design.repeats, noise, strict=False)]  # fmt: skip
    columns = ["policy", "seed", "measure", "by", "group", "value", "weight", "persons"]
    return Comparison(design, pd.DataFrame(rows, columns=columns))


def results(comparison: Comparison) -> Results:
    """Return what the folder of a comparison would hold, as far as charts look at it."""
    manifest = {
        "baseline": comparison.baseline, "seeds": list(comparison.design.seeds),
        "policies": [{"name": name, "title": name} for name in comparison.policies],
    }  # fmt: skip
    return Results("made-up", comparison.summary, manifest)
