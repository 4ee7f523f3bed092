"""How often the intervals of a comparison hold the truth, for differences of many shapes.

``python tools/interval_coverage.py [REPEATS]`` draws paired differences of known mean, as many as
a comparison has runs, asks `experiments.reporting.statistics.interval` for their interval, and
prints of each shape, in per cent: how often there is one (else "too few"), how often it holds the
mean where there is one, and how often a plain t-interval does. A star marks what lies more than two
points below 95. In the second table a difference is the mean over persons, and the shape theirs.
In the third a run's persons live the same under both policies, but for a few.

``--itself SEEDS`` runs the world's baseline with so many seeds instead, at scale 0.01, draws 300
reports in which three times eight of them stand for three policies, and prints how many hold a
false claim (some minutes).

``--sets`` draws runs of parameter sets, half of them once more, of which a part of the variance is
that of the sets and the rest luck, and prints how often the range between sets
(`experiments.reporting.parameter_spread.range_of_sets`) holds a set that was not lived, and how
wide it is over what truly holds nine in ten of them.

``--until`` draws runs one after the other until the interval is as narrow as so many runs would
make it (`experiments.until`), and prints how often it then holds the mean.
"""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import stats

from abm.world import load_world
from experiments.compare import run_design
from experiments.design import make_design
from experiments.reporting.claims import FALSE, paired
from experiments.reporting.parameter_spread import MOST_SETS, range_of_sets
from experiments.reporting.statistics import LEVEL, Interval, TooFew, difference, interval
from experiments.until import FIRST, MOST, next_look

REPEATS = 20_000
RUNS = (8, 20)
PERSONS = (25, 50, 100)
WHO_DIFFER = (0.05, 0.5, 2.0, 10.0)
"""Of `AMONG` persons in a run, the mean number of those who live differently."""
AMONG = 200
SETS = (8, 20, 100)
PARTS = (0.1, 0.3, 0.5, 0.8, 1.0)
"""Of the variance between runs, that of the parameter sets."""
NEEDED = (8, 16, 32, 64)
"""Runs that make an interval as narrow as it is to be, where stopping by width is tried."""
STOPPED = ("normal", "exponential", "lognormal, sigma 1")
SHORT = 2.0
"""Points of coverage below `LEVEL` that are marked."""

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


class Shape(NamedTuple):
    """A distribution with its mean."""

    draw: Draw
    mean: float


def often(chance: float, then: Draw) -> Draw:
    """Return draws that are 0 but for so often."""
    return lambda rng, size: np.where(rng.random(size) < chance, then(rng, size), 0.0)


def loss(chance: float) -> Draw:
    """Return draws of about 1, and now and then of a loss that makes their mean 0."""
    return lambda rng, size: (
        1.0 + 0.5 * rng.normal(size=size) - (rng.random(size) < chance) / chance
    )


def lognormal(sigma: float) -> Shape:
    """Return the lognormal distribution of median 1."""
    return Shape(lambda rng, size: rng.lognormal(0.0, sigma, size), float(np.exp(sigma**2 / 2)))


def changes(up: float, down: float) -> Shape:
    """Return what happens to a person: 1 with one chance, -1 with another, else 0."""
    return Shape(
        lambda rng, size: (rng.random(size) < up) * 1.0 - (rng.random(size) < down), up - down
    )


WHOLE = np.arange(-4.0, 4.0)
RUN_SHAPES = {
    "normal": Shape(lambda rng, size: rng.normal(size=size), 0.0),
    "t with 3 degrees": Shape(lambda rng, size: rng.standard_t(3, size), 0.0),
    "exponential": Shape(lambda rng, size: rng.exponential(size=size), 1.0),
    "lognormal, sigma 1": lognormal(1.0),
    "lognormal, sigma 1.5": lognormal(1.5),
    "Poisson of mean 0.2": Shape(lambda rng, size: rng.poisson(0.2, size) * 1.0, 0.2),
    "half zeros": Shape(often(0.5, lambda rng, size: rng.normal(1.0, 1.0, size)), 0.5),
    "nine tenths zeros": Shape(often(0.1, lambda rng, size: rng.normal(1.0, 1.0, size)), 0.1),
    "skewed, 7 tenths zeros": Shape(often(0.3, lognormal(1.0).draw), 0.3 * float(np.exp(0.5))),
    "rare loss, 1 run in 20": Shape(loss(0.05), 0.0),
    "twentieths": Shape(
        lambda rng, size: (rng.binomial(20, 0.5, size) - rng.binomial(20, 0.5, size)) / 20, 0.0
    ),
    "whole months": Shape(
        lambda rng, size: np.round(rng.normal(-0.8, 0.4, size)),
        float((WHOLE * np.diff(stats.norm.cdf(np.arange(-4.5, 4.0), -0.8, 0.4))).sum()),
    ),
}
PERSON_SHAPES = {
    "lognormal, sigma 1": lognormal(1.0),
    "lognormal, sigma 1.5": lognormal(1.5),
    "lognormal, sigma 2": lognormal(2.0),
    "loss, 1 person in 20": Shape(loss(0.05), 0.0),
    "loss, 1 person in 50": Shape(loss(0.02), 0.0),
    "loss, 1 person in 100": Shape(loss(0.01), 0.0),
    "7 in 100 change": changes(0.05, 0.02),
}
FEW_SHAPES = {
    "another life, normal": Shape(lambda rng, size: rng.normal(size=size), 0.0),
    "another life, lognormal 1": lognormal(1.0),
    "another life, lognormal 1.5": lognormal(1.5),
    "a loss of 3 deviations": Shape(lambda rng, size: rng.normal(size=size), -3.0),
    "a loss of 20 deviations": Shape(lambda rng, size: rng.normal(size=size), -20.0),
}
"""What persons' values are; who differs has another drawn, or has lost the mean."""


class Coverage(NamedTuple):
    """How often intervals hold the mean, in per cent.

    Attributes:
        told: Samples with an interval.
        covered: Of those, intervals that hold the mean; NaN if there are none.
        by_t: Of all samples, t-intervals that do.
    """

    told: float
    covered: float
    by_t: float


def coverage(values: np.ndarray, mean: float, persons: float = np.nan) -> Coverage:
    """Return how often intervals from samples hold a mean.

    Args:
        values: One sample per row.
        mean: The true mean.
        persons: Persons behind each value; unknown if NaN.
    """
    return held(interval(values, LEVEL, np.full(len(values), persons)), mean, values.shape[1])


def held(found: Interval, mean: float, runs: int) -> Coverage:
    """Return how often intervals of so many runs hold a mean."""
    told = found.too_few == TooFew.NO
    holds = (found.low <= mean) & (mean <= found.high)
    reach = found.error * stats.t.ppf(0.5 + LEVEL / 2, runs - 1)
    covered = 100.0 * holds[told].mean() if told.any() else np.nan
    return Coverage(100.0 * told.mean(), covered, 100.0 * (abs(found.mean - mean) <= reach).mean())


def of_runs(repeats: int, runs: int) -> dict[str, Coverage]:
    """Return the coverage by shape of the runs' differences."""
    rng = np.random.default_rng(runs)
    return {
        name: coverage(shape.draw(rng, (repeats, runs)), shape.mean)
        for name, shape in RUN_SHAPES.items()
    }


def of_persons(repeats: int, runs: int, persons: int) -> dict[str, Coverage]:
    """Return the coverage by shape of persons' differences; as if there were always enough."""
    rng = np.random.default_rng([runs, persons])
    found = {}
    for name, shape in PERSON_SHAPES.items():
        values = np.array([shape.draw(rng, (runs, persons)).mean(axis=1) for _ in range(repeats)])
        found[name] = coverage(values, shape.mean)
    return found


def of_few(repeats: int, runs: int, differ: float) -> dict[str, Coverage]:
    """Return the coverage where so many of a run's `AMONG` persons live differently, on average."""
    rng = np.random.default_rng([runs, round(100 * differ)])
    found = {}
    for name, shape in FEW_SHAPES.items():
        loses = name.startswith("a loss")
        drawn = [shape.draw(rng, (runs, AMONG)).mean(axis=1) for _ in range(repeats)]
        many = rng.poisson(differ, (repeats, runs))
        run = np.repeat(np.arange(many.size), many.ravel())
        change = np.full(len(run), shape.mean)
        if not loses:
            change = shape.draw(rng, run.shape) - shape.draw(rng, run.shape)
        gap = np.bincount(run, change, many.size).reshape(many.shape) / AMONG
        pair = difference(drawn + gap, np.array(drawn), persons=np.full(repeats, 1.0 * AMONG))
        mean = differ * shape.mean / AMONG if loses else 0.0
        found[name] = held(pair.interval, mean, runs)
    return found


def of_stopping(repeats: int, name: str, needed: int) -> tuple[float, float]:
    """Return how often intervals hold the mean, per cent, if runs end when they are narrow enough.

    Args:
        repeats: How many times it is tried.
        name: Shape of the runs' differences.
        needed: Runs whose t-interval is as narrow as wanted, in the mean.

    Returns:
        The share of all intervals that hold the mean, and the mean number of runs.
    """
    shape, rng = RUN_SHAPES[name], np.random.default_rng(needed)
    spread = shape.draw(rng, (200_000,)).std()
    wanted = 2.0 * stats.t.ppf(0.5 + LEVEL / 2, needed - 1) * spread / np.sqrt(needed)
    holds, runs = [], []
    for _ in range(repeats):
        drawn, count = shape.draw(rng, (1, MOST)), FIRST
        while True:
            found = interval(drawn[:, :count])
            width = float(found.high[0] - found.low[0])
            if width <= wanted or count == MOST:
                break
            count = min(MOST, next_look(count, width / wanted))
        holds.append(found.low[0] <= shape.mean <= found.high[0])
        runs.append(count)
    return 100.0 * float(np.mean(holds)), float(np.mean(runs))


def stopping(repeats: int) -> str:
    """Return the table of intervals at which runs were ended."""
    head = ["runs end when narrow enough", *(f"as of {n}: covered, runs" for n in NEEDED)]
    rows = []
    for name in STOPPED:
        each = [of_stopping(repeats, name, needed) for needed in NEEDED]
        rows.append([name, *(f"{cell(held, marked=True)} {runs:.0f}" for held, runs in each)])
    return "\n".join(lines(head, rows))


def cell(number: float, *, marked: bool = False) -> str:
    """Return a number of per cent, with a star if it is too low."""
    if np.isnan(number):
        return "-  "
    return f"{number:.1f}{'*' if marked and number < 100 * LEVEL - SHORT else ' '}"


def lines(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return lines of columns, the first flush left and the others flush right."""
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    return [
        "  ".join(
            text.ljust(width) if k == 0 else text.rjust(width)
            for k, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [head, *rows]
    ]


def report(repeats: int) -> str:
    """Return the three tables."""
    by_runs = {runs: of_runs(repeats, runs) for runs in RUNS}
    head = ["differences of runs"]
    for runs in RUNS:
        head += [f"{runs} runs: told", "covered", "by t"]
    rows = []
    for name in RUN_SHAPES:
        row = [name]
        for runs in RUNS:
            one = by_runs[runs][name]
            row += [cell(one.told), cell(one.covered, marked=True), cell(one.by_t, marked=True)]
        rows.append(row)
    settings = [(runs, persons) for runs in RUNS for persons in PERSONS]
    by_persons = {one: of_persons(max(1, repeats // 5), *one) for one in settings}
    second = ["differences of persons", *(f"{r} runs of {p}" for r, p in settings)]
    below = [
        [name, *(cell(by_persons[one][name].covered, marked=True) for one in settings)]
        for name in PERSON_SHAPES
    ]
    settings = [(runs, differ) for runs in RUNS for differ in WHO_DIFFER]
    by_few = {one: of_few(max(1, repeats // 5), *one) for one in settings}
    third = [f"told, covered; of {AMONG}", *(f"{r} runs, {d:g} differ" for r, d in settings)]
    last = []
    for name in FEW_SHAPES:
        each = [by_few[one][name] for one in settings]
        last.append([name, *(f"{x.told:.0f} {cell(x.covered, marked=True)}" for x in each)])
    return "\n".join([*lines(head, rows), "", *lines(second, below), "", *lines(third, last)])


SET_SHAPES: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "exponential": lambda rng, shape: rng.exponential(1.0, shape) - 1.0,
    "two kinds": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
}
"""How sets differ, of variance 1."""


def of_sets(repeats: int, sets: int, part: float, draw: Draw) -> tuple[float, float]:
    """Return how often the range between sets holds another set, per cent, and how wide it is.

    Args:
        repeats: Samples.
        sets: Sets that are lived, the first half of them twice.
        part: Part of the variance that is that of the sets.
        draw: Draws what sets do, of variance 1; luck is normal.

    Returns:
        The share held, and the median width over that of the narrowest true range.
    """
    rng = np.random.default_rng([sets, int(100 * part)])
    true = np.sqrt(part) * draw(rng, (repeats, sets + 1))
    luck = np.sqrt(1.0 - part) * rng.standard_normal((2, repeats, sets))
    again = (true[:, :-1] + luck[1])[:, : sets // 2]
    low, high = range_of_sets(true[:, :-1] + luck[0], again)
    new, many = true[:, -1], np.sort(np.sqrt(part) * draw(rng, (200_000,)))
    count = int(MOST_SETS * len(many))
    narrowest = (many[count:] - many[:-count]).min()
    told = ~np.isnan(low)  # not where all runs are the same
    inside = (low <= new) & (new <= high)
    return 100.0 * float(inside[told].mean()), float(np.median((high - low)[told]) / narrowest)


def sets_report(repeats: int) -> str:
    """Return the table of ranges between parameter sets."""
    head = ["sets, part of the variance", *(f"{n} sets: held, width" for n in SETS)]
    rows = []
    for name, draw in SET_SHAPES.items():
        for part in PARTS:
            row = [f"{name}, {part:.0%}"]
            for sets in SETS:
                share, width = of_sets(repeats, sets, part, draw)
                row.append(f"{share:.0f} {width:.1f}")
            rows.append(row)
    return "\n".join(lines(head, rows))


def itself(seeds: int, reports: int = 300, runs: int = RUNS[0], scale: float = 0.01) -> str:
    """Return how many reports on a policy compared with itself on other seeds claim anything."""
    baseline = load_world().about.baseline
    values = run_design(make_design(baseline, runs=seeds, scale=scale, years=15)).values
    rng, block = np.random.default_rng(1), values.block[0]
    false, alone, told = 0, [], 0
    for _ in range(reports):
        chosen = rng.permutation(seeds)[: 3 * runs].reshape(3, runs)
        again = values._replace(
            policies=["A", "B", "C"],
            seeds=list(range(runs)),
            block=np.array([block[:, columns] for columns in chosen]),
            persons=np.repeat(values.persons, 3, axis=0),
        )
        pairs = paired(again).values()
        false += any((pair.claimed & pair.told).any() for pair in pairs)
        each = [pair.difference.interval.p_value[pair.told] for pair in pairs]
        alone.append(sum(int((p < FALSE).sum()) for p in each))
        told = sum(int((~np.isnan(p)).sum()) for p in each)
    return (
        f"{baseline} as three policies, {runs} of {seeds} seeds each: of {reports} reports, "
        f"{100 * false / reports:.1f} % hold a false claim.\n"
        f"Each interval by itself leaves out zero for {np.mean(alone):.1f} of {told} differences, "
        f"and for some in {100 * np.mean(np.array(alone) > 0):.1f} % of the reports."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("repeats", nargs="?", type=int, default=REPEATS)
    parser.add_argument("--itself", type=int, metavar="SEEDS", help="compare a policy with itself")
    parser.add_argument("--sets", action="store_true", help="the range between parameter sets")
    parser.add_argument("--until", action="store_true", help="end runs when intervals are narrow")
    asked = parser.parse_args()
    if asked.sets:
        print(sets_report(asked.repeats))
    elif asked.until:
        print(stopping(asked.repeats // 5))
    else:
        print(itself(asked.itself) if asked.itself else report(asked.repeats))
