"""Two countries side by side: the same people with the same random numbers under two policies."""

import copy
from collections.abc import Callable, Collection
from functools import cached_property

import pandas as pd
from mesa.agent import Agent

from abm import RareCareModel
from abm.policy import Policy
from abm.world import World
from experiments.design import zone_asked
from experiments.validation.table import table_at_start
from viz.view_state import PolicySpec, ViewState


class Twins:
    """Two models in lock-step with common random numbers.

    The years before the scenario are lived once, in a model that is kept, so that other policies
    can start from the same day without living those years again.

    Attributes:
        a: The model under policy A.
        b: The model under policy B.
        zone: Cities that lie in either policy's special zone at some time; None without a zone that
            has borders. The same people are told apart by it under both.
        more: Models under further policies, only those that were asked for.
    """

    def __init__(self, trunk: RareCareModel, view: ViewState, a: Policy, b: Policy):
        self._trunk = trunk
        self.zone = zone_asked((a, b), view.world)
        self._people = _people(view)
        self.a = trunk.branch(a)
        self.b = trunk.branch(b)
        self.more: dict[PolicySpec, RareCareModel] = {}
        for model in (self.a, self.b):
            model.records.follow_funds()

    @classmethod
    def build(
        cls,
        view: ViewState,
        before: "Twins | None" = None,
        starting: Callable[[], None] = lambda: None,
    ) -> "Twins":
        """Return the two models of a view at the first month.

        Args:
            view: World, policies, scale, years and seed.
            before: Twins whose people are taken over if they are the same, and which must not be
                used afterwards.
            starting: Called before people are made anew, which takes seconds.

        Raises:
            UserError: For policies that cannot be loaded.
        """
        a, b = view.a.load(view.world), view.b.load(view.world)
        if before is not None and before._people == _people(view):
            trunk = before._trunk
            before.rest()
        else:
            if before is not None:
                before.close()
            starting()
            trunk = RareCareModel(
                policy=view.world.about.base,
                world=view.world,
                scale=view.scale,
                years=view.years,
                rng=view.seed,
            )
        return cls(trunk, view, a, b)

    @property
    def month(self) -> int:
        """Months lived."""
        return self.a.steps

    @property
    def horizon(self) -> int:
        """Length of the scenario, months."""
        return self.a.horizon

    @cached_property
    def calibration(self) -> pd.DataFrame:
        """What the patients at the start answer to the surveys, and the published figures."""
        return table_at_start(self._trunk)

    def step(self) -> None:
        """Live one month under both policies."""
        self.a.step()
        self.b.step()

    def follow(self, specs: Collection[PolicySpec], world: World, most: int) -> bool:
        """Live further policies towards the month of A and B; return whether they are there.

        A model that is ahead of it begins anew: months of theirs are not kept.

        Args:
            specs: The policies; models of others are let go.
            world: The country.
            most: Months that are lived at most, all policies together.
        """
        for spec in [one for one in self.more if one not in specs]:
            self._let_go(self.more.pop(spec))
        for spec in specs:
            if spec in self.more and self.more[spec].steps > self.month:
                self._let_go(self.more.pop(spec))
            if spec not in self.more:
                self.more[spec] = self._trunk.branch(spec.load(world))
                self.more[spec].records.follow_funds()
            while self.more[spec].steps < self.month:
                if most == 0:
                    return False
                self.more[spec].step()
                most -= 1
        return True

    def lived(self, view: ViewState) -> dict[str, RareCareModel]:
        """Return the models by the letters of their policies, A first.

        Of further policies only those that have been lived to the month of A and B (`follow`).
        """
        models = {"a": self.a, "b": self.b}
        for side, spec in view.policies.items():
            model = self.more.get(spec)
            if side not in models and model is not None and model.steps == self.month:
                models[side] = model
        return models

    def put(self, a: RareCareModel, b: RareCareModel) -> None:
        """Take other models of the same people, such as those of a month that has gone by."""
        self._forget("a", "b")
        self.a, self.b = a, b

    def beside(self, a: RareCareModel, b: RareCareModel) -> "Twins":
        """Return another pair of the same people, which `rest` lets go."""
        other = copy.copy(self)
        other.a, other.b, other.more = a, b, {}
        return other

    def rest(self) -> None:
        """Let the two models go, but not the years before, which another pair may need."""
        for model in self.more.values():
            self._let_go(model)
        self.more = {}
        self._forget("a", "b")

    def close(self) -> None:
        """Let the models go; they must not be used afterwards."""
        self.rest()
        self._forget("_trunk")

    def _forget(self, *names: str) -> None:
        """Let models go by their names."""
        for name in names:
            self._let_go(self.__dict__.pop(name, None))

    @staticmethod
    def _let_go(model: RareCareModel | None) -> None:
        """Let a model go that Mesa 3.3 would keep for ever in a table of its agents' numbers."""
        getattr(Agent, "_ids", {}).pop(model, None)


def _people(view: ViewState) -> tuple:
    """Return what the people at the first month depend on."""
    return view.world, view.scale, view.years, view.seed
