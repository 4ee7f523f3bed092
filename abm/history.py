"""Before the scenario: eighty years of onsets, and the contended years of the burn-in."""

import numpy as np

from abm import course, money, population
from abm.build import Ground
from abm.month import Clockwork
from abm.world import World
from agents.diary import EventRow
from agents.patient import PatientRow

COHORTS = 80
"""Years of onsets before the scenario from which the stock of patients is built."""
EVENTS = 60
"""Diary entries made ready for each followed patient of the years before the burn-in."""
ROOM = 1.05
"""Rows made ready over the expected number of patients."""


class Cohorts:
    """The onsets of a world, drawn once: who falls ill, by disease and month.

    Args:
        world: The tables.
        diseases: The diseases' records.
        scale: Simulated patients per real one.
        seed: The run's seed.
        months: Length of the scenario.
        pooled: Whether undetailed rare diseases are included.
    """

    def __init__(self, world: World, diseases: np.ndarray, scale: float, seed: int,
                 months: int, pooled: bool):  # fmt: skip
        first = -12 * COHORTS
        lived_in = world.cities["population"].to_numpy(float) * world.lived_in
        share = scale * lived_in.sum() / world.cities["population"].sum()
        expected = course.onsets(world, diseases, first, months) * share
        self.groups: list[np.ndarray] = []
        for is_pooled in (0, 1) if pooled else (0,):
            which = np.flatnonzero(diseases["pooled"] == is_pooled)
            self.groups.append(population.draw_cells(expected[which], first, seed, which))
        self.before = [cells[cells[:, 1] < 0] for cells in self.groups]
        self.after = [cells[cells[:, 1] >= 0] for cells in self.groups]
        back = np.arange(first, 0)
        self.alive = sum(
            float((expected[d, : len(back)] * self._survivors(world, row, -back)).sum())
            for d, row in enumerate(diseases)
            if pooled or not row.pooled
        )

    @staticmethod
    def _survivors(world: World, row, age: np.ndarray) -> np.ndarray:
        """Return the share alive so many months after onset, at most."""
        return course.survival(row, world.parameters, treated=True)[np.minimum(age, 1199)]

    def people(self, when: str) -> int:
        """Return how many fall ill before or after the scenario's start."""
        return int(sum(cells[:, 2].sum() for cells in getattr(self, when)))


def settle(clock: Clockwork, ground: Ground, cohorts: Cohorts, start: int, follow: float) -> None:
    """Fill the world with the patients whose symptoms begin before the scenario.

    Those with onset before `start` live up to it without waiting for a place; the others follow as
    the burn-in goes on.
    """
    burn_in = int(sum(c[c[:, 1] >= start, 2].sum() for c in cohorts.before))
    rows = int(ROOM * (cohorts.alive + burn_in)) + 1000
    rows = max(rows, int(ROOM * cohorts.alive) + cohorts.people("after") + 1000)
    n = -1
    while n < 0:
        n = _fill(clock, ground, cohorts, start, follow, rows)
        rows += rows // 4
    clock.state.country["patients"] = n
    _start_afresh(clock, n)


def _fill(clock: Clockwork, ground: Ground, cohorts: Cohorts, start: int, follow: float,
          rows: int) -> int:  # fmt: skip
    """Fill so many rows; return how many were needed, or -1 if there are too few."""
    clock.state.country["events"] = 0
    clock.state = clock.state._replace(
        patients=PatientRow.array(rows),
        due=np.zeros(rows, np.int16),
        diary=EventRow.array(1000 + int(EVENTS * follow * rows)),
    )
    n = 0
    for group, cells in enumerate(cohorts.before):
        first = group * population.POOLED_FROM
        n = population.populate(
            clock.state, cells, n, first, start, clock.seed, ground.people.cuts, follow
        )
        if n < 0:
            return n
    return n


def _start_afresh(clock: Clockwork, n: int) -> None:
    """Count the stocks anew and forget what was counted so far."""
    state = clock.state
    living = state._replace(patients=state.patients[:n])
    population.count_stocks(living)
    state.country["followed"] = state.patients["followed"][:n].sum()
    state.provinces["flows"] = 0.0
    state.edges["sent"] = state.edges["followed"] = 0
    state.own_way[:] = 0
    for field in ("fresh", "confirmed", "seen", "found"):
        state.hospitals[field] = 0


def begin(clock: Clockwork, world: World, ground: Ground, cohorts: Cohorts, follow: float) -> None:
    """Start the scenario: drop the dead, add the onsets to come, set the published balances."""
    n = int(clock.state.country["patients"][0])
    kept = np.empty(n, np.int32)
    alive = population.move_up(clock.state, clock.queue, kept)
    state = clock.state
    state.patients[alive:n].view(np.uint8)[:] = 0
    n = alive
    for group, cells in enumerate(cohorts.after):
        first = group * population.POOLED_FROM + int(cohorts.before[group][:, 2].sum())
        n = population.populate(
            state, cells, n, first, -32000, clock.seed, ground.people.cuts, follow
        )
        if n < 0:
            raise MemoryError("more patients than rows were made ready")
    state.country["patients"] = n
    clock.state = state._replace(patients=state.patients[:n], due=state.due[:n])
    population.begin_scenario(clock.state, 0)
    money.open_balances(clock.state.funds, world.parameters)
    _start_afresh(clock, n)
