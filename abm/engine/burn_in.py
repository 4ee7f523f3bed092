"""Before the scenario: eighty years of onsets, and the contended years of the burn-in."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from abm.engine import phases
from abm.engine.schedule import Schedule
from abm.policy import Policy
from abm.setup import epidemiology, population
from abm.setup.initial_state import Setup
from abm.setup.risk_pools import open_funds
from abm.world import World
from abm.world.limits import at_most
from agents.core.limits import IDENTITIES
from agents.core.record import LONG_AGO, longer
from agents.records.events import EventRow
from agents.records.patient import PatientRow
from agents.state import State

COHORTS = 80
"""Years of onsets before the scenario from which the stock of patients is built: long enough to
hold hardly anybody's onset before, not a parameter."""
BLOCK = 60
"""Months of onsets for which rows are filled at a time during the burn-in."""
EVENTS = 60
"""Entries of the event log made ready for each followed patient of the years before the burn-in."""
ROOM = 1.05
"""Rows made ready over the expected number of patients."""


class Followed(NamedTuple):
    """Whose every event is kept.

    Attributes:
        share: Of a share of patients, drawn.
        whom: And of the patient of this number, -1 for none.
    """

    share: float
    whom: int = -1


class Cohorts:
    """The onsets of a country, drawn once: who falls ill, by disease and month.

    They are those of the whole country also where only some of its provinces are inhabited: who
    lives elsewhere is passed over when rows are filled.

    Args:
        world: The tables.
        diseases: The diseases' records.
        scale: Simulated patients per real one.
        seed: The run's seed.
        months: Length of the scenario.
        pooled: Whether undetailed rare diseases are included.

    Raises:
        UserError: If more people fall ill than there are numbers for.
    """

    def __init__(self, world: World, diseases: np.ndarray, scale: float, seed: int,
                 months: int, pooled: bool):  # fmt: skip
        self.first = -12 * COHORTS
        self.last = months
        self._world, self._diseases, self._seed = world, diseases, seed
        persons = world.cities["population"].to_numpy(float)
        self._share = float(persons[world.lived_in].sum() / persons.sum())
        self._expected = epidemiology.onsets(world, diseases, self.first, months) * scale
        if not pooled:
            self._expected[diseases["pooled"] == 1] = 0.0
        self._groups = [
            population.draw_cells(self._expected[which], self.first, seed, which)
            for which in (np.flatnonzero(diseases["pooled"] == group) for group in (0, 1))
        ]
        for cells in self._groups:
            where = f"world {world.name!r} at scale {scale:g}"
            at_most(where, int(cells[:, 2].sum()), "people fall ill", IDENTITIES)

    def between(self, first: int, last: int) -> list[tuple[int, np.ndarray]]:
        """Return who falls ill from one month up to another.

        Returns:
            For detailed and for pooled diseases: the first identity, and the cells of (disease,
            month, number).
        """
        parts = []
        for group, cells in enumerate(self._groups):
            earlier = int(cells[cells[:, 1] < first, 2].sum())
            chosen = cells[(cells[:, 1] >= first) & (cells[:, 1] < last)]
            parts.append((group * population.POOLED_FROM + earlier, chosen))
        return parts

    def people(self, first: int, last: int) -> int:
        """Return about how many are simulated who fall ill from one month up to another."""
        return int(self._share * sum(cells[:, 2].sum() for _, cells in self.between(first, last)))

    def count(self, state: State, first: int, last: int) -> int:
        """Return exactly how many are simulated who fall ill from one month up to another."""
        return sum(
            population.count_inhabitants(state, identity, int(cells[:, 2].sum()), self._seed)
            for identity, cells in self.between(first, last)
        )

    def alive(self, month: int) -> float:
        """Return about how many are simulated who live with a disease, if all are treated."""
        age = month - np.arange(self.first, month)
        total = 0.0
        for row, expected in zip(self._diseases, self._expected, strict=True):
            share = epidemiology.survival(row, self._world.parameters, row.effect)
            total += expected[: len(age)] @ share[np.minimum(age, len(share) - 1)]
        return self._share * float(total)


def live_before(schedule: Schedule, policy: Policy, setup: Setup, cohorts: Cohorts, start: int,
                follow: Followed, compile_rest: Callable[[State], None]) -> None:  # fmt: skip
    """Live the years before the scenario under the dated rules of the time.

    Args:
        schedule: A world without patients.
        policy: The policy, whose rules before the first month are history.
        setup: What does not change.
        cohorts: Everyone who falls ill.
        start: The burn-in's first month.
        follow: Whose every event is kept.
        compile_rest: Called with the state before the first phase of a month is.
    """
    schedule.apply_policy(policy, start, setup)
    phases.raise_incomes(schedule.state, start, schedule.seed, False)
    seed_prevalent_cases(schedule, setup, cohorts, start, follow)
    compile_rest(schedule.state)
    schedule.asked_under = None
    phases.update_list(schedule.state, start, schedule.seed)
    phases.stock_up(schedule.state, start, schedule.seed)
    phases.take_up_as_recorded(schedule.state, start)
    for month in range(start, 0):
        if (month - start) % BLOCK == 0:
            replace_cohorts(schedule, setup, cohorts, month, min(0, month + BLOCK), follow)
        if policy.changes_in(setup.world.date(month)):
            schedule.apply_policy(policy, month, setup)
        schedule.look_again(month)
        schedule.live_month(month)
    replace_cohorts(schedule, setup, cohorts, 0, cohorts.last, follow)
    start_scenario(schedule, setup)
    schedule.apply_policy(policy, 0, setup)


def seed_prevalent_cases(
    schedule: Schedule, setup: Setup, cohorts: Cohorts, start: int, follow: Followed
) -> None:
    """Fill the world with the patients whose symptoms began before the burn-in.

    They live up to it without waiting for a place; those who have died by then are not kept.
    """
    rows = max(
        cohorts.alive(start) + cohorts.people(start, start + BLOCK),
        cohorts.alive(0) + cohorts.people(0, cohorts.last),
    )
    rows = int(ROOM * rows) + 1000
    n = -1
    while n < 0:
        schedule.state.counters["events"] = 0
        schedule.state = schedule.state._replace(
            patients=PatientRow.array(rows),
            due=np.zeros(rows, np.int16),
            event_log=EventRow.array(1000 + int(EVENTS * follow.share * rows)),
        )
        n = _fill(schedule, setup, cohorts.between(cohorts.first, start), 0, start, start, follow)
        rows += rows // 4
    _start_afresh(schedule, n)


def replace_cohorts(schedule: Schedule, setup: Setup, cohorts: Cohorts, first: int, last: int,
              follow: Followed) -> None:  # fmt: skip
    """Drop the dead, and add those whose symptoms begin from one month up to another."""
    n = int(schedule.state.counters["patients"][0])
    kept = np.empty(n, np.int32)
    alive = population.move_up(schedule.state, schedule.queue, kept)
    schedule.state.patients[alive:n].view(np.uint8)[:] = 0
    schedule.unfunded = kept[schedule.unfunded]
    schedule.unfunded = schedule.unfunded[schedule.unfunded >= 0]
    del kept
    need = alive + cohorts.count(schedule.state, first, last)
    if need > len(schedule.state.patients):
        schedule.state = schedule.state._replace(
            patients=longer(schedule.state.patients, need), due=longer(schedule.state.due, need)
        )
    n = _fill(schedule, setup, cohorts.between(first, last), alive, LONG_AGO, first, follow)
    _start_afresh(schedule, n)


def start_scenario(schedule: Schedule, setup: Setup) -> None:
    """Start the scenario: its accounts begin at zero, and funds at their published balances."""
    n = int(schedule.state.counters["patients"][0])
    schedule.state = schedule.state._replace(
        patients=schedule.state.patients[:n], due=schedule.state.due[:n]
    )
    population.begin_scenario(schedule.state, 0)
    open_funds(schedule.state, setup.world, setup.pools, setup.heads)


def _fill(schedule: Schedule, setup: Setup, parts: list[tuple[int, np.ndarray]], n: int,
          start: int, first: int, follow: Followed) -> int:  # fmt: skip
    """Fill rows from the n-th on; return how many are in use then, or -1 if there are too few."""
    for identity, cells in parts:
        n = population.populate(
            schedule.state,
            cells,
            n,
            identity,
            start,
            first,
            schedule.seed,
            setup.people.cuts,
            follow.share,
            follow.whom,
        )
        if n < 0:
            return n
    return n


def _start_afresh(schedule: Schedule, n: int) -> None:
    """Count the stocks anew and forget what was counted so far.

    Everyone for whom there is a drug gets room for an account; one more stays empty.
    """
    state = schedule.state
    state.counters["patients"] = n
    opened = int(state.counters["accounts"][0])
    need = opened + population.count_stocks(state) + 1
    if need > len(state.accounts):
        schedule.state = state._replace(accounts=longer(state.accounts[:opened], need))
    state.provinces["flows"] = 0.0
    state.provinces["borne"] = 0.0
    state.edges["sent"] = state.edges["followed"] = 0
    state.own_way[:] = state.from_home[:] = state.waited[:] = 0
    for field in ("fresh", "confirmed", "seen", "opened", "found"):
        state.hospitals[field] = 0
