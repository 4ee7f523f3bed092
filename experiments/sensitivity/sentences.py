"""What an analysis of sensitivity says: no more than stands out from luck."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.reporting.formatting import describe_difference, format_difference, notation
from experiments.sensitivity.factors import BASELINE, LEVER, Factor
from experiments.sensitivity.outcomes import Outcome
from experiments.sensitivity.study import Found

DIFFERENCE = 2
"""Number of the side that is told."""
TOLD = 3
"""Factors that a sentence names at most."""
LEAST = 0.05
"""Share of the spread that is worth naming."""
MOST = 0.5
"""Share of the spread that is most of it."""
NOTHING = "No factor moves the difference by more than luck could: at this size nothing is claimed."
"""What is said where nothing stands out."""


def sentences(found: Found, outcomes: Sequence[Outcome], policy: str, baseline: str) -> list[str]:
    """Return a paragraph for each outcome.

    Args:
        found: What was found.
        outcomes: The outcomes, in its order.
        policy: Name of the policy.
        baseline: Name of what it is compared with.
    """
    return [" ".join(_told(found, number, outcome, policy, baseline))
            for number, outcome in enumerate(outcomes)]  # fmt: skip


def _told(found: Found, number: int, outcome: Outcome, policy: str, baseline: str) -> Iterator[str]:
    mean, low, high = found.difference(number)
    amount = describe_difference(mean, low, high, outcome.measure.unit)
    defined = int(np.isfinite(found.repeats[:, number, DIFFERENCE]).sum())
    all_seeds = len(found.repeats)
    seeds = f"{defined} of {all_seeds}" if defined < all_seeds else str(all_seeds)
    name = outcome.phrase[:1].upper() + outcome.phrase[1:]
    yield (f"{name}: {policy} differs from {baseline} by {amount} where all is as written "
           f"({seeds} seeds){_sign(found, number)}.")  # fmt: skip
    question = "The difference"
    if found.is_clear(number) and number not in found.gaps:
        question = f"Whether {policy} {_verb(found, number)} it"
    if not found.indices:
        yield from _moves(found, number, outcome, question)
        return
    yield from _depends(found, number, question)
    yield from _levers(found, number, policy)
    if found.is_clear(number):
        yield from _turns(found, number)


def _sign(found: Found, number: int) -> str:
    """Return what is to be said of the sign: that it may be luck, or which way a gap goes."""
    clear = found.is_clear(number)
    if number in found.gaps:
        return (f": it {_verb(found, number)} the gap" if clear else
                "; whether that makes the gap narrower or wider may be luck")  # fmt: skip
    return "" if clear else "; this may be luck, so there is no sign that could turn round"


def _verb(found: Found, number: int) -> str:
    """Return what the policy does to an outcome: a gap becomes narrower or wider."""
    lower, higher = ("narrows", "widens") if number in found.gaps else ("lowers", "raises")
    return lower if found.answer(number)[0] < 0.0 else higher


def _depends(found: Found, number: int, question: str) -> Iterator[str]:
    """Say on which factors it depends most, of those that stand out from luck."""
    told = standing_out(found, number)
    if not told:
        yield NOTHING
        return
    indices = found.indices[number, DIFFERENCE]
    named = []
    for place in told[:TOLD]:
        factor, total = found.factors[found.chosen[place]], indices.total[place]
        reach = indices.total_reach[place]
        ends = f"{100 * max(total - reach, 0):.0f} to {100 * min(total + reach, 1):.0f}"
        share = f"{100 * min(total, 1):.0f} % of the spread, {ends}"
        named.append(f"{factor.spoken} ({factor.described}; {share})")
    yield f"{question} depends most on {_and(named)}."


def _moves(found: Found, number: int, outcome: Outcome, question: str) -> Iterator[str]:
    """Say which factors move it most, after a screening alone."""
    told = beyond_luck(found, number)
    if not told:
        yield NOTHING
        return
    effects = found.single.effects[number, DIFFERENCE]
    named = []
    for place in told[:TOLD]:
        factor = found.factors[found.single.screening.groups[place][0]]
        size = amount(effects.mu_star[place], outcome).removeprefix("+")
        named.append(f"{factor.spoken} ({factor.described}; {size} across its range)")
    yield f"{question} depends most on {_and(named)}, by a screening alone."


def beyond_luck(found: Found, number: int) -> list[int]:
    """Return the factors screened singly, by place, whose mu* luck alone would hardly reach.

    The largest comes first.
    """
    sizes = np.nan_to_num(found.single.effects[number, DIFFERENCE].mu_star)
    floor = found.single.floors[number, DIFFERENCE]
    return [int(place) for place in np.argsort(-sizes, kind="stable") if sizes[place] > floor]


def standing_out(found: Found, number: int) -> list[int]:
    """Return the chosen factors, by place, whose share of the spread luck does not explain.

    The lower end of the interval of the total index must be above the share that the variance
    between seeds is of the variance over the sample; the largest comes first.
    """
    indices = found.indices[number, DIFFERENCE]
    if not indices.variance > 0.0:
        return []
    luck = found.noise[number, DIFFERENCE] ** 2 / indices.variance
    lower = np.nan_to_num(indices.total - indices.total_reach)
    order = np.argsort(-np.nan_to_num(indices.total), kind="stable")
    return [int(place) for place in order
            if lower[place] > luck and indices.total[place] >= LEAST]  # fmt: skip


def levers_share(found: Found, number: int, kind: str = LEVER) -> float:
    """Return the share of the spread of levers of a kind, the policy's own by default.

    It is that of the sum of all total indices; NaN if unknown.
    """
    total = np.clip(np.nan_to_num(found.indices[number, DIFFERENCE].total), 0.0, None)
    levers = np.array([found.factors[one].kind == kind for one in found.chosen], bool)
    return float(total[levers].sum() / total.sum()) if total.sum() > 0.0 else float("nan")


def _levers(found: Found, number: int, policy: str) -> Iterator[str]:
    """Say that guesses of the policy, or of the baseline alone, make most of the spread, if so."""
    if not standing_out(found, number):
        return
    share, against = levers_share(found, number), levers_share(found, number, BASELINE)
    if against > MOST:
        yield (f"Most of the spread ({100 * against:.0f} %) comes from guessed levers of the "
               f"baseline, which {policy} has not: what is not known is the baseline, and guessed "
               f"levers of {policy} make {100 * share:.0f} %.")  # fmt: skip
    elif share > MOST:
        yield (f"Most of the spread ({100 * share:.0f} %) comes from guessed levers of the policy "
               f"itself, not from the world: what {policy} does to it is for the most part what "
               "it was assumed to do.")  # fmt: skip
    else:
        alone = any(one.kind == BASELINE for one in found.factors)
        others = f", and of the baseline alone {100 * against:.0f} %" if alone else ""
        yield (f"Guessed levers of the policy make {100 * share:.0f} % of the spread{others}; the "
               "rest comes from what both share: the world, and rules of both.")  # fmt: skip


def _turns(found: Found, number: int) -> Iterator[str]:
    """Say where the answer turns round, if anywhere."""
    turned = found.turned[:, number]
    known, unclear = found.known_points(number)
    that = f"That it {_verb(found, number)} the gap" if number in found.gaps else ""
    it = that or "It"
    inside = f"; in {unclear} it could be luck" if unclear else ""
    box = found.boxes.get(number)
    if not turned.any():
        yield (f"{it} turns round in none of {known} points of the ranges of the "
               f"{len(found.chosen)} factors{inside}.")  # fmt: skip
    elif box is None:
        yield (f"{it} turns round in {int(turned.sum())} of {known} points, too few to say "
               f"where{inside}.")  # fmt: skip
    elif not box.limited:
        yield (f"{it} turns round in {int(turned.sum())} of {known} points, in no region in "
               f"particular{inside}.")  # fmt: skip
    else:
        limits = [_limits(found.factors[found.chosen[one]], box.low[one], box.high[one])
                  for one in box.limited]  # fmt: skip
        yield (f"{that or 'The answer'} turns round if {_and(limits)}: there it does in "
               f"{100 * box.density:.0f} % of the points ({_tried(found.left_out[number])}), which "
               f"are {100 * box.coverage:.0f} % of all {int(turned.sum())} of {known} in which it "
               f"does{inside}.")  # fmt: skip


def _tried(density: float) -> str:
    """Return how a region does in points that had no part in finding it, in words."""
    if not np.isfinite(density):
        return "there is no other point to try it on"
    return f"{100 * density:.0f} % of such as had no part in finding the region"


def _limits(factor: Factor, low: float, high: float) -> str:
    """Return the limits of a factor in words."""
    least, most = factor.at(max(low, 0.0)), factor.at(min(high, 1.0))
    if not factor.numeric:
        values = list(dict.fromkeys(factor.at(place) for place in np.linspace(
            max(low, 0.0), min(high, 1.0), 100)))  # fmt: skip
        return f"{factor.spoken} is {' or '.join(factor.said(one) for one in values)}"
    if not np.isfinite(low):
        return f"{factor.spoken} is at most {factor.said(most)}"
    if not np.isfinite(high):
        return f"{factor.spoken} is at least {factor.said(least)}"
    return f"{factor.spoken} is from {factor.said(least)} to {factor.said(most)}"


def _and(parts: Sequence[str]) -> str:
    """Return parts joined as in a sentence."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def amount(value: float, outcome: Outcome) -> str:
    """Return a difference with its unit, without an interval; "unknown" if it is not finite."""
    if not np.isfinite(value):
        return "unknown"
    how = notation(outcome.measure.unit, abs(value))
    return f"{format_difference(value, np.nan, np.nan, how, abs(value))} {how.difference}".strip()
