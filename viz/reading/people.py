"""The patients of a running model, for the measures of the batch runs.

All 48 columns of the patients' table take a third of a second for 150,000 people; what a page shows
of a month needs a dozen of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary, ref

import numpy as np

from abm import RareCareModel
from abm.outputs import care_network, tables
from abm.outputs.patient_columns import PatientColumns
from experiments.measures import measures
from experiments.measures.run_view import INSIDE, OUTSIDE, Groups, RunTables
from viz.reading.scene import province_index

MADE = {
    "months": tables.months, "financing": tables.financing, "costs": tables.costs,
    "ledger": tables.ledger, "flows": care_network.flows, "waits": care_network.waits,
    "tiers": care_network.tiers,
}  # fmt: skip
"""The tables that measures look at here, beside the patients'."""


class PeopleSoFar(RunTables):
    """Those who have lived with their disease in the scenario so far, and what happened to them.

    `RunTables` as far as they have got: the measures of `experiments.measures` work on them, and
    at the horizon give the numbers of a batch run.

    Args:
        model: The model.
        province: Home province of the people, empty for all.
        disease: Their disease, empty for all.
        followed: Only those whose events are kept.
        zone: Cities by which people are told apart as inside and outside; None for no zone.
    """

    def __init__(
        self,
        model: RareCareModel,
        province: str = "",
        disease: str = "",
        followed: bool = False,
        zone: tuple[str, ...] | None = None,
    ):
        self.columns = PatientColumns(
            model.state, model.world, model.steps, _rows(model, province, disease, followed)
        )
        years = max(1, model.steps) / 12
        tables = _Tables(model, province, self.columns)
        super().__init__(tables, model.world, model.scale, years, zone)
        self._model, self.province = ref(model), province

    @property
    def model(self) -> RareCareModel:
        """The model, which these people do not keep alive."""
        return _there(self._model)

    @property
    def horizon(self) -> int:
        """Months lived."""
        return self.columns.month

    def __len__(self) -> int:
        return len(self.columns)

    def raw(self, field: str) -> np.ndarray:
        """Return a field of the patients' records."""
        return self.columns.field(field)

    def _patients_by(self, by: str) -> Groups | None:
        if by == "income_quintile":
            return Groups(self.raw("quintile").astype(np.int64) - 1, range(1, 6))
        if by == "region":
            regions = self.world.regions
            code = np.array([regions.index(name) for name in self.world.provinces["region"]])
            return Groups(code[self.columns.home_province], regions)
        if by == "zone" and self.zone is not None:
            inside = self.world.cities["city"].isin(self.zone).to_numpy()
            return Groups(~inside[self.raw("city")], [INSIDE, OUTSIDE])
        return super()._patients_by(by)

    def measured(self, name: str, by: str = "all") -> dict[str, float]:
        """Return a measure of `experiments.measures` in every group that has members.

        Args:
            name: Name of the measure.
            by: Kind of group.

        Returns:
            Nothing where it is not defined yet.
        """
        one = next(m for m in measures(self.model.years) if m.name == name)
        rows = one.estimator(self, by)
        if rows is None:
            return {}
        found = zip(rows.groups, rows.values, rows.weights, strict=True)
        return {group: float(value) for group, value, weight in found if weight > 0}


def _rows(model: RareCareModel, province: str, disease: str, followed: bool) -> np.ndarray:
    """Return the rows in the state of those who are looked at."""
    patients, world = model.state.patients, model.world
    there = patients["onset"] < model.steps
    if province:
        home = model.state.cities["province"][patients["city"]]
        there &= home == province_index(model, province)
    if disease:
        there &= patients["disease"] == list(world.diseases["disease"]).index(disease)
    if followed:
        there &= patients["followed"] == 1
    return np.flatnonzero(there)


def _there(model: "ref[RareCareModel]") -> RareCareModel:
    """Return a model that must still be there."""
    found = model()
    if found is None:
        raise ReferenceError("the model is gone")
    return found


class _Tables(Mapping):
    """The tables that measures look at, made when asked for; the patients' column by column."""

    def __init__(self, model: RareCareModel, province: str, patients: PatientColumns):
        self._model, self.province = ref(model), province
        self._made: dict[str, Any] = {"patients": patients}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            frame = MADE[name](_there(self._model))
            if self.province and "province" in frame:  # a pool may be of several
                frame = frame[frame["province"] == self.province]
            self._made[name] = frame
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("patients", *MADE))

    def __len__(self) -> int:
        return 1 + len(MADE)


_present: WeakKeyDictionary[RareCareModel, tuple[int, dict[tuple, PeopleSoFar]]]
_present = WeakKeyDictionary()


def people(
    model: RareCareModel, province: str = "", zone: tuple[str, ...] | None = None
) -> PeopleSoFar:
    """Return the people of a model's present month, the same until the model moves on.

    The cards and the open tab look at the same columns.

    Args:
        model: The model.
        province: Home province of the people, empty for all.
        zone: Cities of the special zone, None for none.
    """
    month, made = _present.get(model, (-1, {}))
    if month != model.steps:
        made = {}
        _present[model] = model.steps, made
    if (province, zone) not in made:
        made[province, zone] = PeopleSoFar(model, province, zone=zone)
    return made[province, zone]
