"""A made-up comparison whose costs and effects are told, so that answers are known by hand."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from abm.world import load_world
from experiments.compare import Comparison
from experiments.design import PRICE, make_design
from experiments.measures.budget import PAYERS
from experiments.measures.registry import PERSPECTIVES
from tests.experiments.decision.normal_samples import normal_parts

POLICIES = ["uniform", "zone"]
SCALE, YEARS, FIRST = 0.1, 3, 2021
FIFTHS, PLACES = list("12345"), ["rural", "urban"]
PATIENTS = 100
"""Simulated patients of each fifth; half of all live in each kind of place."""
HEADS = 1_000_000.0
TELLS, TELLS_NOTHING = "genetic_test_price", "uptake_covered"


@dataclass
class Made:
    """What the second policy changes, per patient.

    Attributes:
        cost: Cost to payers in the mean, yuan.
        slope: How much more per standard deviation of the parameter that tells.
        luck: Standard deviation of luck, yuan.
        qalys: QALYs gained by fifth of income.
        displaced: Parts of the displaced health by fifth.
    """

    cost: float = 1000.0
    slope: float = 0.0
    luck: float = 0.0
    qalys: tuple[float, ...] = (0.05, 0.04, 0.03, 0.02, 0.01)
    displaced: tuple[float, ...] = (0.1, 0.1, 0.2, 0.2, 0.4)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))


def world_with_sets(folder, count: int):
    """Return the island with so many sets, in which one parameter is as a normal sample."""
    world = load_world("island")
    scores = np.random.default_rng(2).permuted(normal_parts(count))
    idle = np.random.default_rng(3).uniform(size=count)
    table = pd.DataFrame({
        "set": np.arange(1, count + 1), TELLS: 4000.0 + 500.0 * scores,
        TELLS_NOTHING: 0.02 + 0.02 * idle, PRICE: 42_000.0 + 30_000.0 * idle[::-1],
    })  # fmt: skip
    table.to_csv(folder / "sets.csv", index=False)
    return world.with_sets(str(folder / "sets.csv"))


def compared(folder, made: Made, runs: int = 16, sets: bool = True) -> Comparison:
    """Return a made-up comparison of two policies.

    Args:
        folder: Where the parameter sets are written.
        made: What the second policy changes.
        runs: Paired runs, each with another set if there are any.
        sets: Whether the world has parameter sets.
    """
    world = world_with_sets(folder, runs) if sets else load_world("island")
    design = make_design(POLICIES, runs=runs, scale=SCALE, years=YEARS, world=world, least=2)
    rows = [row for seed, setting in design.run_settings.items()
            for row in _rows(made, seed, setting.world.parameters)]  # fmt: skip
    columns = ["policy", "seed", "measure", "by", "group", "value", "weight", "persons"]
    return Comparison(design, pd.DataFrame(rows, columns=columns))


def _rows(made: Made, seed: int, parameters):
    score = (parameters[TELLS] - 4000.0) / 500.0
    luck = made.rng.normal(0.0, made.luck) if made.luck else 0.0
    everyone = len(FIFTHS) * PATIENTS / SCALE
    for number, policy in enumerate(POLICIES):
        per_patient = 10_000.0 + number * (made.cost + made.slope * score + luck)
        cost = per_patient * everyone
        price = parameters[PRICE]
        health = 5.0 + 0.1 * np.arange(5.0) + number * np.array(made.qalys)
        for end, horizon in (("", "_scenario"), ("_life", "")):
            for name, *_ in PERSPECTIVES:
                yield _row(policy, seed, f"cost_{name}{end}", "all", "all", cost)
                yield from (_row(policy, seed, f"cost_{name}{end}", "income_quintile", fifth,
                                 cost / 5) for fifth in FIFTHS)  # fmt: skip
            yield _row(policy, seed, f"qalys{horizon}", "all", "all", health.mean(), 5 * PATIENTS)
            for fifth, own, part in zip(FIFTHS, health, made.displaced, strict=True):
                yield _row(policy, seed, f"qalys{horizon}", "income_quintile", fifth, own, PATIENTS)
                yield _row(policy, seed, f"displaced_qalys{horizon}", "income_quintile", fifth,
                           part * cost / price)  # fmt: skip
            for place in PLACES:
                yield _row(policy, seed, f"qalys{horizon}", "residence", place, health.mean(),
                           5 * PATIENTS / 2)  # fmt: skip
            yield _row(policy, seed, f"displaced_qalys{horizon}", "all", "all", cost / price)
        yield from (_row(policy, seed, "contributed_per_head", "income_quintile", fifth, 1.0, HEADS)
                    for fifth in FIFTHS)  # fmt: skip
        yield from _years(policy, seed, number)


def _years(policy, seed, number):
    for year in range(FIRST, FIRST + YEARS):
        for name, persons in (("eligible", 400.0), ("diagnosed", 300.0),
                              ("treated", 100.0 + 50.0 * number)):  # fmt: skip
            yield _row(policy, seed, f"{name}_by_year", "year", str(year), persons)
        yield _row(policy, seed, "budget_drugs", "year", str(year), 1200.0 + 600.0 * number)
        yield _row(policy, seed, "budget", "year", str(year), 3000.0 + 900.0 * number + seed)
        paid = {"basic": 2000.0 + 900.0 * number, "special_fund": 1000.0 + seed}
        for payer in PAYERS:
            yield _row(policy, seed, f"budget_{payer}", "year", str(year), paid.get(payer, 0.0))


def _row(policy, seed, measure, by, group, value, weight=1.0):
    return policy, seed, measure, by, group, value, weight, 1000.0
