"""How far estimates of the value of information can be trusted, by the number of runs.

``python tools/information_coverage.py`` prints what docs/decision.md holds: samples in which it is
known exactly what information is worth, and what `experiments.decision.information` makes of them.
Two policies differ by what a parameter tells, by what another tells, and by luck, all normal; eight
more parameters tell nothing; half of the parameter sets are lived once more with other luck.
"""

import argparse
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from experiments.decision.information import partial, perfect, perfect_worth

RUNS = (16, 32, 64)
IDLE = 8
"""Parameters that tell nothing."""
FIRST, SECOND = 0.8, 0.6
"""How much two parameters tell; together their spread is 1."""
CASES = ((0.0, 0.5), (0.0, 2.0), (1.0, 0.5), (1.0, 2.0))
"""Mean difference between the policies, and luck, over the spread that parameters give."""
TOLD = 0.05


def worth(mean: float, spread: float) -> float:
    """Return what it is worth to know a normal difference: the unit normal loss."""
    score = abs(mean) / spread
    return float(spread * (np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi) - score * ndtr(-score)))


def tried(mean: float, luck: float, runs: int, samples: int) -> dict[str, float]:
    """Return how estimates do in so many samples.

    Args:
        mean: Mean difference between the policies.
        luck: Standard deviation of luck.
        runs: Paired runs of a sample.
        samples: How many samples.
    """
    rng = np.random.default_rng(runs)
    exact = {"all": worth(mean, 1.0), "first": worth(mean, FIRST)}
    rows = []
    for sample in range(samples):
        values = rng.normal(size=(2 + IDLE, runs))
        known = mean + FIRST * values[0] + SECOND * values[1]
        benefit, again = (np.column_stack([np.zeros(n), known[:n] + luck * rng.normal(size=n)])
                          for n in (runs, runs // 2))  # fmt: skip
        whole = perfect_worth(benefit, again, seed=sample)
        parts = partial(benefit, list(values[:, :, None]), seed=sample, shuffles=99)
        named = [one.chance <= TOLD for one in parts]
        rows.append({
            "all": whole.value, "all_held": whole.low <= exact["all"] <= whole.high,
            "with_luck": float(perfect(benefit)), "first": parts[0].worth.value,
            "first_held": parts[0].worth.low <= exact["first"] <= parts[0].worth.high,
            "first_named": named[0], "false": any(named[2:]),
        })  # fmt: skip
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return means | {"all_exact": exact["all"], "first_exact": exact["first"]}


def lines(samples: int) -> Iterator[str]:
    """Yield the table, line by line."""
    yield ("mean  luck  runs | all: exact  found  held  with luck | one: exact  found  held  named"
           " | named falsely")  # fmt: skip
    for mean, luck in CASES:
        for runs in RUNS:
            one = tried(mean, luck, runs, samples)
            yield (
                f"{mean:4.1f} {luck:5.1f} {runs:5d} |      {one['all_exact']:.3f}  "
                f"{one['all']:.3f} {one['all_held']:5.0%}      {one['with_luck']:.3f} |      "
                f"{one['first_exact']:.3f}  {one['first']:.3f} {one['first_held']:5.0%}  "
                f"{one['first_named']:5.0%} | {one['false']:12.0%}"
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=100, help="samples of each kind")
    for line in lines(parser.parse_args().samples):
        print(line, flush=True)


if __name__ == "__main__":
    main()
