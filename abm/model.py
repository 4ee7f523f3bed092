"""RareCareModel: builds a world, puts a policy into force, lives month by month, collects."""

import copy
import math
import secrets
from collections.abc import Iterable, Mapping
from functools import partial
from numbers import Real
from pathlib import Path
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd

from abm import precompile
from abm.engine.past import Past, is_same_life
from abm.engine.schedule import Schedule
from abm.errors import UserError
from abm.outputs import journey, tables
from abm.outputs.recorder import Records
from abm.policy import Fired, Policy, load_policy
from abm.setup import referral_network
from abm.setup.initial_state import Setup, build
from abm.world import DEFAULT, World, load_world
from agents.charity import Charity
from agents.core.record import RecordSet
from agents.hospital import Hospital
from agents.insurer import Insurer
from agents.manufacturer import Manufacturer
from agents.patient import Patient
from agents.regulator import Regulator
from agents.state import State

MOST_YEARS = 40
"""Most years of a scenario."""


class RareCareModel(mesa.Model):
    """People with rare diseases in a country, month by month under a policy.

    A step is a month; the world says which is the first. The years before, common to all policies,
    are lived while the model is built.

    Args:
        policy: Name of one of the world's policies, path, names joined by "+", or a `Policy`; by
            default the world's own record.
        world: Name of a shipped world, path of a folder, or a `World`.
        scale: Simulated patients per real one, above 0 and at most 1.
        years: Length of the scenario, years.
        rng: Seed of all draws: a whole number from 0 to 2^62, or a numpy generator that draws one.
            The same seed gives the same people and the same random numbers under every policy. By
            default one is drawn anew, as in any Mesa model; `seed` says which.
        seed: The same, as Mesa's older name.
        provinces: Names of the provinces whose people are simulated; all by default.
        settings: Levers set on top of the policy from the first month on, by path.
        pooled: Whether undetailed rare diseases (about 19 million people) load the hospitals too.
        follow: Share of patients whose every event is kept for `Patient.journey`; by default such
            that they are about 2,000.
        burn_in: Contended years lived before the scenario.

    A lever that is set and cannot act under the rest of the policy is warned of
    (`abm.policy.idle.IdleLeverWarning`); a `Policy` that is given has `Policy.idle` to say it.

    Raises:
        UserError: For anything the user can put right.
    """

    def __init__(
        self,
        *,
        policy: str | Policy | None = None,
        world: str | World = DEFAULT,
        scale: float = 0.01,
        years: int = 15,
        rng: int | np.random.Generator | None = None,
        seed: int | None = None,
        provinces: Iterable[str] | None = None,
        settings: Mapping[str, Any] | None = None,
        pooled: bool = False,
        follow: float | None = None,
        burn_in: int = 20,
    ):
        drawn = _seed(rng, seed)
        _check_numbers(scale, years, drawn, burn_in, follow)
        drawn, past = int(drawn), Past(int(years), pooled, int(burn_in))
        compiling = precompile.start()
        world = _world(world)
        if provinces is not None:
            world = world.only(provinces)
        policy = _loaded(policy or world.about.base, settings, world)
        policy.warn_of_late(world.date(12 * past.years - 1))
        state, setup = build(world, scale, drawn, pooled)
        schedule = Schedule(state, drawn, scale, np.zeros(0, np.int32))
        compile_rest = partial(precompile.wait, compiling)
        past.live_before(schedule, policy, setup, follow, compile_rest)
        past = past.turned(0, policy)
        self._establish(policy, setup, schedule, Records(schedule.state, setup), past)

    def _establish(self, policy: Policy, setup: Setup, schedule: Schedule, records: Records,
                   past: Past, steps: int = 0) -> None:  # fmt: skip
        """Make this a model in which some months have been lived: what a branch has as well.

        Args:
            policy: The policy in force.
            setup: What does not change, shared by all branches.
            schedule: The state, and what moves it on.
            records: What has been written down.
            past: How it came about.
            steps: Months lived.
        """
        before = set(vars(self))
        super().__init__(rng=schedule.seed)
        self.policy, self.setup, self.schedule, self.records = policy, setup, schedule, records
        self.world, self.scale, self.seed = setup.world, schedule.scale, schedule.seed
        self.past, self.years, self.pooled = past, past.years, past.pooled
        self._set_clock(steps)
        self._graph: nx.DiGraph | None = None
        self._register_agents()
        self._made_here = frozenset(set(vars(self)) - before - {"datacollector"})

    def _set_clock(self, steps: int) -> None:
        """Let Mesa's clock show the months lived, without living them."""
        if steps and hasattr(self, "time"):  # from Mesa 3.4 on
            lived = getattr(self, "_user_step")  # noqa: B009 (Mesa's own, without a type)
            self._user_step = _nothing
            self.run_for(steps)
            self._user_step = lived
        self.steps = steps
        self.running = steps < self.horizon

    def _register_agents(self) -> None:
        """Make the Mesa agents: live views of the rows of everyone but the patients."""
        state = self.state
        for kind, rows in ((Hospital, state.hospitals), (Insurer, state.funds),
                           (Charity, state.charities), (Manufacturer, state.drugs)):  # fmt: skip
            for i in range(len(rows)):
                kind(self, rows, i)
        Regulator(self, state.levers, 0)
        self.datacollector = mesa.DataCollector(model_reporters=tables.REPORTERS)
        self.datacollector.collect(self)

    @property
    def state(self) -> State:
        """The arrays that the rules work on."""
        return self.schedule.state

    @property
    def fired(self) -> tuple[Fired, ...]:
        """The policy's triggers that have fired so far, in order."""
        return self.policy.fired

    @property
    def month(self) -> int:
        """The month that comes next, counted from the scenario's first."""
        return self.steps

    @property
    def horizon(self) -> int:
        """Length of the scenario, months."""
        return 12 * self.years

    def step(self) -> None:
        """Live one month.

        Raises:
            UserError: Past the horizon: nobody falls ill after it.
        """
        month = self.steps - 1
        if month >= self.horizon:
            self.steps -= 1
            raise UserError(f"the scenario ends after {self.years} years; build a longer one")
        self.schedule.step_month(month, self.policy, self.setup)
        if self.steps < self.horizon:
            self.policy = self.schedule.next_policy(month, self.policy, self.setup)
        self._graph = None
        self.records.write(self.state, month)
        self.datacollector.collect(self)
        self.running = self.steps < self.horizon

    def run(self) -> "RareCareModel":
        """Live on to the horizon."""
        while self.steps < self.horizon:
            self.step()
        return self

    def branch(self, policy: str | Policy, settings: Mapping[str, Any] | None = None
               ) -> "RareCareModel":  # fmt: skip
        """Return the same people from this month on under another policy.

        Args:
            policy: The policy that holds from the next month on.
            settings: Levers set on top of it.

        Returns:
            A model of this one's class that shares nothing with it. Started at month 0 it equals a
            model built with the policy.
        """
        new = _loaded(policy, settings, self.world)
        other = type(self).__new__(type(self))
        other._establish(
            new, self.setup, self.schedule.branch(self.steps, new, self.setup),
            self.records.copy(), self.past.turned(self.steps, new), self.steps,
        )  # fmt: skip
        same = {id(self): other, **{id(a): b for a, b in zip(self.state, other.state, strict=True)}}
        for name, value in self._kept():
            setattr(other, name, copy.deepcopy(value, same))
        return other

    def _kept(self) -> list[tuple[str, Any]]:
        """Return what a subclass, Mesa's collector and its random numbers keep, by attribute."""
        names = set(vars(self)) - self._made_here - {"_made_here"} | {"random", "rng"}
        return [(name, vars(self)[name]) for name in sorted(names)]

    def __reduce__(self) -> tuple:
        """Pickle what makes the model go on as it would, and what a subclass keeps."""
        parts = self.policy, self.setup, self.schedule, self.records, self.past, self.steps
        return _revived, (type(self), *parts), dict(self._kept())

    def __repr__(self) -> str:
        """Say what is lived, and how far."""
        return (
            f"<{type(self).__name__}: {self.policy.name} in {self.world.name}, "
            f"{len(self.patients):,} patients, scale {self.scale:g}, seed {self.seed}, "
            f"before {self.world.label(self.steps)}>"
        )

    @property
    def patients(self) -> RecordSet:
        """All patients, with the verbs of an AgentSet; members are made on demand.

        `patients[42]` is the patient of row 42, `patients.numbered(568)` the one whom tables and
        stories call 568.
        """
        return RecordSet(lambda i: Patient(self, self.state.patients, i), self.state.patients)

    @property
    def network(self) -> nx.DiGraph:
        """The collaboration network in force: hospitals, referral paths, mentoring ties."""
        if self._graph is None:
            self._graph = referral_network.as_graph(
                self.state.hospitals,
                self.hospital_names,
                self.setup.paths,
                self.state.edges["open"],
            )
        return self._graph

    @property
    def hospital_names(self) -> list[str]:
        """Names of the hospitals, as in the world's table."""
        return list(self.world.hospitals["hospital"])

    @property
    def drug_names(self) -> list[str]:
        """Names of the drugs, as in the world's table."""
        return list(self.world.drugs["name"])

    @property
    def pool_names(self) -> list[str]:
        """Names of the funds' pools."""
        return self.setup.pools.names

    def outcomes(self) -> dict[str, pd.DataFrame]:
        """Return the run's tables so far: patients, months, ledger, referrals, hospitals, ...

        In those by year, a year that is not over counts the months lived of it.
        """
        return tables.tables(self)

    def tell(self, index: int) -> str:
        """Tell a patient's story in words.

        Where the patient's events were not kept, the same life is lived again with them; but not
        what was changed by hand: then the dates are told.

        Args:
            index: Row of the patient.
        """
        row = self.state.patients[index]
        if row.followed:
            return journey.tell(self, index)
        lived = self.past.live_again(self.world, self.scale, self.seed, self.steps, row.identity)
        return journey.tell(lived if is_same_life(lived, row) else self, index)


def _nothing(*_: Any) -> None:
    """Do nothing."""


def _revived(kind: type[RareCareModel], *parts: Any) -> RareCareModel:
    """Return a model as it was when it was pickled."""
    model = kind.__new__(kind)
    model._establish(*parts)
    return model


def _seed(rng: Any, seed: Any) -> Any:
    """Return the seed, from whichever of Mesa's two arguments is given; or a new one."""
    if rng is not None and seed is not None:
        raise UserError(f"rng {rng} and seed {seed}: expected one of them")
    given = seed if rng is None else rng
    if given is None:
        return secrets.randbelow(2**31)
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**31))
    return given


def _world(world: Any) -> World:
    """Return a world, read if it is not one yet."""
    if isinstance(world, World):
        return world
    if not isinstance(world, str | Path):
        raise UserError(f"world {world!r}: expected the name of a world or the path of its folder")
    return load_world(world)


def _loaded(policy: str | Policy, settings: Mapping[str, Any] | None, world: World) -> Policy:
    """Return a policy with settings; warn of what is idle in it, but not in one that is given."""
    loaded = load_policy(policy, settings, world=world)
    if loaded is not policy:
        loaded.warn_of_idle(world)
    return loaded


def _check_numbers(scale: float, years: int, rng: int, burn_in: int, follow: float | None) -> None:
    """Refuse numbers that make no world."""
    if not isinstance(scale, Real) or not 0.0 < scale <= 1.0:
        raise UserError(f"scale {scale}: expected above 0 and at most 1 (everyone)")
    if not _is_whole(years) or not 1 <= years <= MOST_YEARS:
        raise UserError(f"years {years}: expected a whole number from 1 to {MOST_YEARS}")
    if not _is_whole(rng) or not 0 <= rng < 2**62:
        raise UserError(f"seed {rng}: expected a whole number from 0 to 2^62")
    if not _is_whole(burn_in) or not 1 <= burn_in <= 60:
        raise UserError(f"burn-in {burn_in}: expected a whole number of years from 1 to 60")
    if follow is not None and not (isinstance(follow, Real) and 0.0 <= follow <= 1.0):
        raise UserError(f"follow {follow}: expected a share from 0 to 1")


def _is_whole(value: object) -> bool:
    """Return whether something is a whole number, however it is written."""
    return isinstance(value, Real) and math.isfinite(value) and float(value).is_integer()
