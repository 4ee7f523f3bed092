"""What a search says in sentences: the answer first, then what luck has to do with it."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.reporting.formatting import describe_difference
from experiments.searching.aims import Aims, Floats, Objective
from experiments.searching.front import judged
from experiments.searching.space import told_values
from experiments.searching.tables import Twice, interval_of


def sentences(
    aims: Aims, twice: Twice, names: Sequence[str], written: str, baseline: str, sets: bool
) -> list[str]:
    """Return what was found.

    Args:
        aims: What is wanted.
        twice: What was found.
        names: Names of the points' policies.
        written: Name of the policy as it is written.
        baseline: Name of the policy that differences are from.
        sets: Whether each run lives with another parameter set.
    """
    told = [_answer(aims, twice, names, written, baseline)]
    told += _best(aims, twice, names)
    told.append(_as_written(aims, twice, written))
    told.append(_curse(aims, twice, written))
    told.append(_robust(twice, names, sets))
    return told


def _answer(aims: Aims, twice: Twice, names: Sequence[str], written: str, baseline: str) -> str:
    """Return the answer in a sentence."""
    count, tried = len(names), len(twice.tried.candidates)
    wanted = _and([one.words for one in aims.objectives])
    under = f" under {_and([one.words for one in aims.bounds])}" if aims.bounds else ""
    stay = int(twice.judged_again.on_front.sum())
    among = "all" if twice.tried.complete else "the"
    if count == 1:
        kept = "and new runs agree that it meets the constraints" if aims.bounds else ""
        if aims.bounds and not stay:
            kept = "but by new runs it does not meet the constraints"
        tail = f", {kept}" if kept else ""
        return (f"Of {among} {tried:,} variants of {written} that were tried, {names[0]} is the "
                f"one with {wanted}{under}{tail}.")  # fmt: skip
    return (
        f"Of {among} {tried:,} variants of {written} that were tried, {count} are on the front "
        f"between {wanted}{under}: none of the others is better in one without being worse in "
        f"another. Against each other, {stay} of these {count} are so by new runs too, in which "
        f"the others were not run again (differences are from {baseline})."
    )


def _best(aims: Aims, twice: Twice, names: Sequence[str]) -> Iterator[str]:
    """Yield which point is best in each objective by new runs, and what it costs in the others."""
    again, found = twice.judged_again, dict[int, list[int]]()
    for number in range(len(aims.objectives)):
        wanted = np.where(again.admissible, again.wanted[:, number], np.inf)
        if not np.isfinite(wanted).any():
            yield "By new runs no point of the front meets the constraints."
            return
        found.setdefault(int(np.argmin(wanted)), []).append(number)
    for row, best_in in found.items():
        values = ", ".join(told_values(twice.tried.candidates[twice.front[row]]))
        parts = [_amount(aims, each, twice.again[[row]]) for each in _order(aims, best_in[0])]
        yield (f"{_capital(_and([aims.objectives[n].words for n in best_in]))}: {names[row]} "
               f"({values}), by new runs {_and(parts)}.")  # fmt: skip


def _as_written(aims: Aims, twice: Twice, written: str) -> str:
    """Return what the policy as it is written comes to, in the new runs."""
    parts = [_amount(aims, each, twice.written_again) for each in range(len(aims.quantities))]
    found = twice.judged_again
    own = judged(aims, twice.written_again)
    better = ((found.wanted < own.wanted[0]).all(axis=1) & found.admissible).sum()
    beyond = "" if own.admissible[0] or not aims.bounds else ", and does not meet the constraints"
    return (f"{written} as it is written has {_and(parts)}{beyond}; {better} of the "
            f"{len(found.wanted)} points are better than it in every objective.")  # fmt: skip


def _curse(aims: Aims, twice: Twice, written: str) -> str:
    """Return how much better points looked in the runs that chose them."""
    before, after = twice.tried.values[twice.front], twice.again
    parts = [_change(one, aims, (before, after), (twice.written, twice.written_again), written)
             for one in aims.objectives]  # fmt: skip
    runs, again = twice.judged.runs, twice.judged_again.runs
    return (
        f"The winner's curse: points are chosen by {runs} runs each, and some look good by luck. "
        f"From those runs to {again} new ones the front's points change, in the mean, by "
        f"{'; '.join(parts)}. Go by the new runs."
    )


def _change(
    one: Objective, aims: Aims, front: tuple[Floats, Floats], own: tuple[Floats, Floats],
    written: str,
) -> str:  # fmt: skip
    """Return how an objective changes from some runs to others: of the front, and as written."""
    unit = one.quantity.outcome.measure.unit
    moved = (_mean(one, aims, after) - _mean(one, aims, before) for before, after in (front, own))
    change, control = (describe_difference(each, np.nan, np.nan, unit) for each in moved)
    return f"{one.quantity.outcome.phrase} {change} ({written}, which nobody chose: {control})"


def _robust(twice: Twice, names: Sequence[str], sets: bool) -> str:
    """Return in how many runs the points are on the front."""
    again = twice.judged_again
    each = "new runs, each with another parameter set" if sets else "new runs"
    most = int(np.argmax(again.often))
    least, mean = int(again.often.min()), again.often.mean() / again.runs
    if len(names) == 1:
        return (f"It is best, of itself alone, in {again.often[0]} of {again.runs} {each}: what is "
                "counted there is whether it meets the constraints.")  # fmt: skip
    return (
        f"Run by run, of {again.runs} {each}: {names[most]} is on the front of these points in "
        f"{again.often[most]}, the least often {least}, in the mean {mean:.0%} of them."
    )


def _mean(one: Objective, aims: Aims, values: Floats) -> float:
    number = aims.quantities.index(one.quantity)
    return float(np.nanmean(one.quantity.of(values[:, :, number]).mean(axis=1)))


def _order(aims: Aims, first: int) -> Iterator[int]:
    """Yield the numbers of the quantities, one of them first."""
    yield first
    yield from (n for n in range(len(aims.quantities)) if n != first)


def _amount(aims: Aims, number: int, values: Floats) -> str:
    """Return a quantity of one candidate in words, with its interval."""
    found = interval_of(aims, number, values)
    one = aims.quantities[number]
    amount = one.said(float(found.mean[0]), float(found.low[0]), float(found.high[0]))
    return f"{one.outcome.phrase} {amount}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _and(parts: Sequence[str]) -> str:
    """Return parts of a sentence, the last after "and"."""
    return " and ".join([*([", ".join(parts[:-1])] if parts[:-1] else []), parts[-1]])
