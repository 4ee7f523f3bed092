"""An analysis of sensitivity from noise to region, of any function of factors.

1. The centre, where all is as it is written, with several seeds: how much luck alone does.
2. Morris: if there are many factors, parameters of the world first in groups of neighbours, then
   those of the groups that matter singly, beside every lever.
3. The factors that matter most, each alone at both ends of its range (the tornado).
4. Sobol's indices over these factors.
5. PRIM, where in that sample the difference turns round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from experiments.sensitivity import screening, variance
from experiments.sensitivity.discovery import Box, density_left_out, find_box
from experiments.sensitivity.factors import OWN, Factor, centre
from experiments.sensitivity.points import Evaluate
from experiments.sensitivity.screening import Effects, Screening
from experiments.sensitivity.variance import Indices, Sample

MORRIS, SOBOL = METHODS = "morris", "sobol"
"""How far an analysis goes: to the end of the screening, or to the end."""
SINGLY = 32
"""Factors up to which all are screened singly, without groups."""
GROUP = 12
"""Parameters of a group."""
BEST_GROUPS = 2
"""Groups of parameters whose members are then moved singly, however many levers there are."""
CLEAR = 2.0
"""Standard deviations between seeds beyond which a single difference is not taken for luck."""
FEWEST_SEEDS = 3
"""Seeds in which an outcome is to be defined, so that it is known what luck does to it."""
FEW_HITS = 5
"""Points in which a difference turns round below which no region is named."""
SIDES = ("baseline", "policy", "difference")
"""What each outcome is looked at of."""

Tell = Callable[[str, int], None]
"""Called with what comes next and how many points it has, before it begins."""


class Plan(NamedTuple):
    """How much is run.

    Attributes:
        trajectories: Of each screening.
        samples: Base samples of Sobol's indices, a power of 2.
        most: Factors whose indices are worked out.
        seeds: Seeds of the centre; all else is run with the first.
        method: One of `METHODS`.
    """

    trajectories: int
    samples: int
    most: int
    seeds: tuple[int, ...]
    method: str = SOBOL

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points at most, for so many factors."""
        levers = sum(one.kind in OWN for one in factors)
        if len(factors) <= SINGLY:
            effects = len(factors) + 1
        else:
            others = len(factors) - levers
            groups = -(-others // GROUP)
            effects = groups + levers + 1 + levers + min(others, BEST_GROUPS * GROUP) + 1
        screened = len(self.seeds) + self.trajectories * effects
        if self.method == MORRIS:
            return screened
        most = min(self.most, len(factors))
        return screened + 2 * most + self.samples * (most + 2)


class Screened(NamedTuple):
    """One screening, with what it found.

    Attributes:
        screening: The trajectories.
        effects: By outcome and side, both by number.
        floors: What luck alone could do, of shape (outcomes, sides).
    """

    screening: Screening
    effects: dict[tuple[int, int], Effects]
    floors: np.ndarray


@dataclass(frozen=True)
class Found:
    """What an analysis has found; outcomes, sides and factors by number.

    All from `ends` on but `gaps` is empty where the analysis ended with the screening.

    Attributes:
        factors: All factors.
        repeats: The centre with each seed, of shape (seeds, outcomes, sides).
        noise: Standard deviation between seeds, of shape (outcomes, sides); infinite where too few
            of them define the outcome.
        grouped: The screening of groups, if there was one.
        single: The screening of single factors.
        chosen: The factors that matter most, first the one that matters most.
        ends: The chosen factors alone at both ends, of shape (factors, 2, outcomes, sides).
        sample: The sample of Sobol's indices.
        values: Its outcomes, of shape (points, outcomes, sides).
        indices: By outcome and side.
        turned: In which points the answer (`answers`) clearly has another sign than at the centre,
            of shape (points, outcomes).
        boxes: The region in which it has, by outcome; none where it has in few points.
        left_out: Of each region, the share of hits among points that had no part in finding it.
        gaps: The outcomes that are gaps between groups.
    """

    factors: Sequence[Factor]
    repeats: np.ndarray
    noise: np.ndarray
    grouped: Screened | None
    single: Screened
    chosen: list[int]
    ends: np.ndarray = field(default_factory=lambda: np.empty(0))
    sample: Sample = field(default_factory=lambda: Sample([], np.empty((0, 0)), {}))
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    indices: dict[tuple[int, int], Indices] = field(default_factory=dict)
    turned: np.ndarray = field(default_factory=lambda: np.empty(0))
    boxes: dict[int, Box] = field(default_factory=dict)
    left_out: dict[int, float] = field(default_factory=dict)
    gaps: Sequence[int] = ()

    def difference(self, outcome: int) -> tuple[float, float, float]:
        """Return the difference at the centre over seeds, with its 95 % interval.

        It has none where fewer than `FEWEST_SEEDS` define it.
        """
        return _interval(self.repeats[:, outcome, 2])

    def answer(self, outcome: int) -> tuple[float, float, float]:
        """Return the answer (`answers`) at the centre over seeds, with its 95 % interval."""
        return _interval(answers(self.repeats, self.gaps)[:, outcome])

    def is_clear(self, outcome: int) -> bool:
        """Return whether the sign of the answer at the centre is told from luck."""
        _, low, high = self.answer(outcome)
        return bool(low > 0.0 or high < 0.0)

    def known_points(self, outcome: int) -> tuple[int, int]:
        """Return the number of points that define the answer, and in how many it may be luck."""
        values = answers(self.values, self.gaps)[:, outcome]
        luck = _spread(answers(self.repeats, self.gaps))[outcome]
        with np.errstate(invalid="ignore"):
            return int(np.isfinite(values).sum()), int((np.abs(values) <= CLEAR * luck).sum())


def analyse(
    factors: Sequence[Factor],
    evaluate: Evaluate,
    plan: Plan,
    tell: Tell = lambda *_: None,
    gaps: Sequence[int] = (),
) -> Found:
    """Return what a difference depends on.

    Args:
        factors: What is moved.
        evaluate: Gives the outcomes at points.
        plan: How much is run.
        tell: Told of each part before it begins.
        gaps: The outcomes, by number, that are gaps between groups.
    """
    home, seed = centre(factors), plan.seeds[0]

    def at(points: np.ndarray, what: str) -> np.ndarray:
        tell(what, len(points))
        return _with_difference(evaluate(points, [seed] * len(points)))

    tell("the written values, by seed", len(plan.seeds))
    repeats = _with_difference(evaluate(np.tile(home, (len(plan.seeds), 1)), plan.seeds))
    noise = _spread(repeats)
    grouped, singly = None, list(range(len(factors)))
    if len(factors) > SINGLY:
        groups = _groups(factors)
        drawn = screening.trajectories(groups, home, plan.trajectories, seed)
        grouped = _screened(drawn, at(drawn.points, "screening in groups"), noise, seed)
        singly = _of_best_groups(factors, grouped)
    drawn = screening.trajectories([[one] for one in singly], home, plan.trajectories, seed)
    single = _screened(drawn, at(drawn.points, "screening"), noise, seed)
    scores = _scores(single)
    chosen = [singly[n] for n in np.argsort(-scores, kind="stable")[: plan.most]]
    found = Found(factors, repeats, noise, grouped, single, chosen, gaps=gaps)
    return found if plan.method == MORRIS else _with_shares(found, at, plan)


def _with_shares(found: Found, at: Callable[[np.ndarray, str], np.ndarray], plan: Plan) -> Found:
    """Return what a screening has found with what follows it.

    Args:
        found: What the screening has found.
        at: Gives the outcomes by side at points, which it calls by a name.
        plan: How much is run.
    """
    chosen, gaps, seed, home = found.chosen, found.gaps, plan.seeds[0], centre(found.factors)
    ends = at(_ends(chosen, home), "single factors at their ends")
    sample = variance.sample(chosen, home, plan.samples, seed)
    values = at(sample.points, "shares of the spread")
    sides = [(o, s) for o in range(values.shape[1]) for s in range(len(SIDES))]
    turned = _turned(answers(found.repeats, gaps), answers(values, gaps))
    enough = [int(o) for o in np.flatnonzero(turned.sum(axis=0) >= FEW_HITS)]
    places, bundles = sample.points[:, chosen], np.arange(len(values)) // sample.length
    return replace(
        found,
        ends=ends.reshape(len(chosen), 2, *ends.shape[1:]),
        sample=sample,
        values=values,
        indices={(o, s): variance.indices(sample, values[:, o, s], seed) for o, s in sides},
        turned=turned,
        boxes={o: find_box(places, turned[:, o]) for o in enough},
        left_out={o: density_left_out(places, turned[:, o], bundles) for o in enough},
    )


def answers(values: np.ndarray, gaps: Sequence[int]) -> np.ndarray:
    """Return the numbers whose sign says what the policy does: raise or lower, widen or narrow.

    It is the difference; of a gap, how much larger its size is under the policy, as a policy that
    turns a gap of -1 into one of +2 widens it, although it adds to it.

    Args:
        values: By baseline, policy and difference, of shape (points or seeds, outcomes, sides).
        gaps: The outcomes that are gaps.
    """
    found = values[..., 2].copy()
    which = list(gaps)
    found[:, which] = np.abs(values[:, which, 1]) - np.abs(values[:, which, 0])
    return found


def _with_difference(values: np.ndarray) -> np.ndarray:
    """Return values of baseline and policy with policy less baseline behind them."""
    return np.concatenate([values, values[..., 1:] - values[..., :1]], axis=-1)


def _spread(repeats: np.ndarray) -> np.ndarray:
    """Return the standard deviation between the seeds that define an outcome.

    Where there are too few luck could do anything, so it is infinite, and nothing is claimed.
    """
    known = np.isfinite(repeats)
    count = known.sum(axis=0)
    squares = np.where(known, repeats - _mean(repeats), 0.0) ** 2
    spread = np.sqrt(squares.sum(axis=0) / np.maximum(count - 1, 1))
    return np.where(count >= FEWEST_SEEDS, spread, np.inf)


def _interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return the mean of a number over seeds and the ends of its 95 % interval."""
    values = values[np.isfinite(values)]
    if len(values) < FEWEST_SEEDS:
        return (float(values.mean()) if len(values) else np.nan), np.nan, np.nan
    reach = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - reach), float(values.mean() + reach)


def _mean(repeats: np.ndarray) -> np.ndarray:
    """Return the mean over the seeds that define an outcome, 0 where none does."""
    known = np.isfinite(repeats)
    return np.where(known, repeats, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _groups(factors: Sequence[Factor]) -> list[list[int]]:
    """Return every lever alone, and the parameters in groups of neighbours of their table."""
    levers = [[n] for n, one in enumerate(factors) if one.kind in OWN]
    others = [n for n, one in enumerate(factors) if one.kind not in OWN]
    return levers + [others[n : n + GROUP] for n in range(0, len(others), GROUP)]


def _of_best_groups(factors: Sequence[Factor], grouped: Screened) -> list[int]:
    """Return the levers of one of the two, and the factors of the groups that matter most.

    The levers take no room from the groups: a policy of many guesses would otherwise be one that
    depends on nothing but its guesses.
    """
    levers = {n for n, one in enumerate(factors) if one.kind in OWN}
    ranked = [grouped.screening.groups[number]
              for number in np.argsort(-_scores(grouped), kind="stable")]  # fmt: skip
    best = [group for group in ranked if not levers.issuperset(group)][:BEST_GROUPS]
    return sorted(levers.union(*best))


def _screened(drawn: Screening, values: np.ndarray, noise: np.ndarray, seed: int) -> Screened:
    outcomes = range(values.shape[1])
    found = {(o, s): screening.effects(drawn, values[:, o, s], seed)
             for o in outcomes for s in range(len(SIDES))}  # fmt: skip
    count = len(drawn.groups)
    floors = np.array([[screening.floor(noise[o, s], found[o, s].used, count)
                        for s in range(len(SIDES))] for o in outcomes])  # fmt: skip
    return Screened(drawn, found, floors)


def _scores(screened: Screened) -> np.ndarray:
    """Return how much each group matters for the differences, of shape (groups,).

    An outcome counts by what the largest effect on it is, or luck's if that is larger.
    """
    scores = np.zeros(len(screened.screening.groups))
    for (outcome, side), one in screened.effects.items():
        sizes = np.nan_to_num(one.mu_star)
        largest = max(sizes.max(initial=0.0), screened.floors[outcome, side])
        if SIDES[side] == "difference" and largest > 0.0:
            scores = np.maximum(scores, sizes / largest)
    return scores


def _ends(chosen: Sequence[int], home: np.ndarray) -> np.ndarray:
    """Return points with one factor each at the lower and the upper end of its range."""
    points = np.tile(home, (2 * len(chosen), 1))
    for row, factor in enumerate(chosen):
        points[2 * row, factor], points[2 * row + 1, factor] = 0.0, 1.0
    return points


def _turned(by_seed: np.ndarray, by_point: np.ndarray) -> np.ndarray:
    """Return in which points an answer clearly has another sign than at the centre."""
    sign, luck = np.sign(_mean(by_seed)), _spread(by_seed)
    with np.errstate(invalid="ignore"):
        return (np.sign(by_point) == -sign) & (np.abs(by_point) > CLEAR * luck)
