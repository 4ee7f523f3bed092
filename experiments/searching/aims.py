"""What is wanted of the levers that are chosen, and what must hold: of outcomes, and of levers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.errors import UserError, shortened, unknown
from experiments.outcomes import Outcome, read_outcome
from experiments.reporting.formatting import describe_difference, describe_value
from experiments.searching.space import Space, Values

Floats = NDArray[np.float64]

MAXIMISE, MINIMISE = "maximise", "minimise"
DIFFERENCE, LEVEL = "difference", "level"
OUTCOME, AIM, OF, LEVERS = "outcome", "aim", "of", "levers"
MOST, LEAST = "at_most", "at_least"
EXAMPLE = '{ outcome = "qalys", aim = "maximise" }'
BOUND_EXAMPLE = '{ outcome = "spending", at_most = 1e9 }'
SUM_EXAMPLE = '{ levers = { "financing.per_head_levy" = 1, "financing.fiscal" = 1 }, at_most = 5 }'


class Quantity(NamedTuple):
    """A number that a candidate is judged by.

    Attributes:
        outcome: The outcome of a run.
        paired: Whether it is the difference from the baseline, or the level.
    """

    outcome: Outcome
    paired: bool

    @property
    def column(self) -> str:
        """Its name as a column of a table."""
        return f"{self.outcome.name}_{DIFFERENCE}" if self.paired else self.outcome.name

    @property
    def unit(self) -> str:
        """The unit of its column."""
        return self.outcome.measure.unit.name

    def said(self, mean: float, low: float = math.nan, high: float = math.nan) -> str:
        """Return an amount of it in words, with its interval if there is one."""
        write = describe_difference if self.paired else describe_value
        return write(mean, low, high, self.outcome.measure.unit)

    def of(self, values: Floats) -> Floats:
        """Return its values, of shape (candidates, runs), undefined ones NaN.

        Args:
            values: Under candidate and baseline, of shape (candidates, runs, 2).
        """
        found = values[..., 0] - values[..., 1] if self.paired else values[..., 0]
        return np.where(np.isfinite(found), found, np.nan)


class Objective(NamedTuple):
    """What is wanted.

    Attributes:
        quantity: Of what.
        sign: 1 if little of it is wanted, -1 if much is.
    """

    quantity: Quantity
    sign: float

    @property
    def aim(self) -> str:
        """Whether it is maximised or minimised."""
        return MINIMISE if self.sign > 0 else MAXIMISE

    @property
    def words(self) -> str:
        """What is wanted, in words."""
        return f"{'least' if self.sign > 0 else 'most'} {self.quantity.outcome.phrase}"


class Bound(NamedTuple):
    """What must hold of an outcome, in the mean over the runs.

    Attributes:
        quantity: Of what.
        least: At least so much.
        most: At most so much.
    """

    quantity: Quantity
    least: float
    most: float

    def excess(self, means: Floats) -> Floats:
        """Return by how much it is broken, as a part of the bound; at most 0 where it holds."""
        size = max(abs(x) for x in (self.least, self.most) if math.isfinite(x)) or 1.0
        return np.maximum(means - self.most, self.least - means) / size

    @property
    def words(self) -> str:
        """What must hold, in words."""
        ends = [f"{word} {self.quantity.said(end)}"
                for word, end in (("at least", self.least), ("at most", self.most))
                if math.isfinite(end)]  # fmt: skip
        return f"{self.quantity.outcome.phrase} {' and '.join(ends)}"

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data; an end that is not bounded is None."""
        ends = {LEAST: self.least, MOST: self.most}
        return {
            OUTCOME: self.quantity.outcome.name, "measure": self.quantity.outcome.measure.name,
            "difference": self.quantity.paired,
            **{name: end if math.isfinite(end) else None for name, end in ends.items()},
        }  # fmt: skip


class LeverSum(NamedTuple):
    """What must hold of a weighted sum of levers.

    Attributes:
        weights: By the lever's path.
        least: At least so much.
        most: At most so much.
    """

    weights: Mapping[str, float]
    least: float
    most: float

    def holds(self, values: Values) -> bool:
        """Return whether it holds, but for rounding."""
        total = sum(weight * values[path] for path, weight in self.weights.items())
        slack = 1e-9 * max(1.0, *(abs(x) for x in (self.least, self.most) if math.isfinite(x)))
        return self.least - slack <= total <= self.most + slack


class Aims(NamedTuple):
    """Objectives and constraints.

    Attributes:
        objectives: What is wanted.
        bounds: What must hold of outcomes.
        sums: What must hold of levers.
    """

    objectives: tuple[Objective, ...]
    bounds: tuple[Bound, ...]
    sums: tuple[LeverSum, ...]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All that candidates are judged by, each once: the objectives first."""
        return tuple(dict.fromkeys([*(one.quantity for one in self.objectives),
                                    *(one.quantity for one in self.bounds)]))  # fmt: skip

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of the quantities, in their order."""
        return tuple(one.outcome for one in self.quantities)

    def by_quantity(self, values: Floats) -> dict[Quantity, Floats]:
        """Return the values of each quantity, of shape (candidates, runs).

        Args:
            values: By candidate, run, quantity, and under candidate and baseline.
        """
        return {one: one.of(values[:, :, n]) for n, one in enumerate(self.quantities)}

    def wanted(self, means: Mapping[Quantity, Floats]) -> Floats:
        """Return the objectives as what there should be little of, shape (candidates, objectives).

        Args:
            means: By quantity, of shape (candidates,).
        """
        return np.stack([one.sign * means[one.quantity] for one in self.objectives], axis=-1)

    def excess(self, means: Mapping[Quantity, Floats]) -> Floats:
        """Return by how much the bounds are broken, of shape (candidates, bounds)."""
        count = len(next(iter(means.values())))
        columns = [one.excess(means[one.quantity]) for one in self.bounds]
        return np.stack(columns, axis=-1) if columns else np.zeros((count, 0))


def read_aims(
    objectives: Sequence[Mapping[str, Any]], constraints: Sequence[Mapping[str, Any]],
    space: Space, years: int,
) -> Aims:  # fmt: skip
    """Return objectives and constraints, checked.

    Args:
        objectives: Tables with outcome, aim and of.
        constraints: Tables with outcome (and of) or levers, and at_most or at_least.
        space: The levers that are chosen.
        years: Length of the scenario.

    Raises:
        UserError: For no objective, one twice, an unknown outcome or entry, or a constraint that
            nothing can meet.
    """
    if not objectives:
        raise UserError(f"objectives: none; expected one or more, such as {EXAMPLE}")
    found = [_objective(one, f"objective {n}", years) for n, one in enumerate(objectives, start=1)]
    for number, one in enumerate(found, start=1):
        if one.quantity in [other.quantity for other in found[: number - 1]]:
            raise UserError(f"objective {number}: {one.quantity.column} is there twice; expected "
                            "different ones")  # fmt: skip
    bounds, sums = [], []
    for number, table in enumerate(constraints, start=1):
        where = f"constraint {number}"
        if LEVERS in table and OUTCOME not in table:
            sums.append(_sum(table, where, space))
        else:
            bounds.append(_bound(table, where, years))
    aims = Aims(tuple(found), tuple(bounds), tuple(sums))
    _check_bounds(aims.bounds)
    _check_sums(aims.sums, space)
    return aims


def _check_entries(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise UserError(f"{where}: {unknown('entry', str(name), known)}")


def _quantity(table: Mapping[str, Any], where: str, years: int, example: str) -> Quantity:
    name, of = table.get(OUTCOME), table.get(OF, DIFFERENCE)
    if not isinstance(name, str):
        raise UserError(f"{where}: {OUTCOME}: expected a measure or one of a group (docs/"
                        f"measures.md), such as {example}")  # fmt: skip
    if of not in (DIFFERENCE, LEVEL):
        raise UserError(f"{where}: {OF}: expected {DIFFERENCE} or {LEVEL}, got {shortened(of)}")
    return Quantity(read_outcome(name, years, f"{where}:"), of == DIFFERENCE)


def _objective(table: Mapping[str, Any], where: str, years: int) -> Objective:
    _check_entries(table, (OUTCOME, AIM, OF), where)
    quantity = _quantity(table, where, years, EXAMPLE)
    better = quantity.outcome.measure.better
    usual = {"lower": MINIMISE, "higher": MAXIMISE}.get(better)
    aim = table.get(AIM, None if quantity.outcome.less else usual)
    if aim not in (MAXIMISE, MINIMISE):
        told = "missing" if aim is None else f"got {shortened(aim)}"
        raise UserError(f"{where}: {AIM}: expected {MAXIMISE} or {MINIMISE}, {told}")
    return Objective(quantity, 1.0 if aim == MINIMISE else -1.0)


def _ends(table: Mapping[str, Any], where: str) -> tuple[float, float]:
    """Return least and most, infinite where none is given."""
    ends = []
    for name, none in ((LEAST, -math.inf), (MOST, math.inf)):
        value = table.get(name, none)
        if not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
            raise UserError(f"{where}: {name}: expected a number, got {shortened(value)}")
        ends.append(float(value))
    least, most = ends
    if not (math.isfinite(least) or math.isfinite(most)):
        raise UserError(f"{where}: expected {MOST} or {LEAST}, such as {BOUND_EXAMPLE}")
    if least > most:
        raise UserError(f"{where}: {LEAST} {least:g} and {MOST} {most:g}: nothing is both; "
                        f"expected {LEAST} below {MOST}")  # fmt: skip
    return least, most


def _bound(table: Mapping[str, Any], where: str, years: int) -> Bound:
    _check_entries(table, (OUTCOME, OF, MOST, LEAST, LEVERS), where)
    if LEVERS in table:
        raise UserError(f"{where}: an outcome and levers; expected one of the two")
    return Bound(_quantity(table, where, years, BOUND_EXAMPLE), *_ends(table, where))


def _sum(table: Mapping[str, Any], where: str, space: Space) -> LeverSum:
    _check_entries(table, (LEVERS, MOST, LEAST), where)
    weights = table[LEVERS]
    if not isinstance(weights, Mapping) or not weights:
        raise UserError(f"{where}: {LEVERS}: expected weights by lever, such as {SUM_EXAMPLE}")
    numeric = [one.path for one in space.dimensions if one.spread.numeric]
    found = {}
    for path, weight in weights.items():
        if path not in numeric:
            raise UserError(
                f"{where}: {unknown('lever that is chosen from a range', path, numeric)}"
            )
        if not isinstance(weight, int | float) or isinstance(weight, bool):
            raise UserError(f"{where}: {path}: expected a number, got {shortened(weight)}")
        found[path] = float(weight)
    return LeverSum(found, *_ends(table, where))


def _check_bounds(bounds: Sequence[Bound]) -> None:
    """Refuse bounds of one quantity that contradict each other."""
    for number, one in enumerate(bounds):
        for other in bounds[:number]:
            least, most = max(one.least, other.least), min(one.most, other.most)
            if one.quantity == other.quantity and least > most:
                raise UserError(f"constraints on {one.quantity.column}: {LEAST} {least:g} and "
                                f"{MOST} {most:g}: nothing is both")  # fmt: skip


def _check_sums(sums: Sequence[LeverSum], space: Space) -> None:
    """Refuse sums that no values of the levers meet together."""
    if not sums:
        return
    from scipy.optimize import Bounds, LinearConstraint, milp  # which takes a second to load

    numeric = [one for one in space.dimensions if one.spread.numeric]
    weights = [[one.weights.get(each.path, 0.0) for each in numeric] for one in sums]
    limits = LinearConstraint(weights, [one.least for one in sums], [one.most for one in sums])
    low, high = zip(*(one.spread.values for one in numeric), strict=True)
    found = milp(
        np.zeros(len(numeric)), constraints=limits, bounds=Bounds(low, high),
        integrality=[int(one.spread.whole) for one in numeric],
    )  # fmt: skip
    if not found.success:
        raise UserError("constraints on levers: no values within the levers' ranges meet them; "
                        "expected wider ranges or bounds")  # fmt: skip
