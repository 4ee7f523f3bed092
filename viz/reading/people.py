"""The patients of a running model, column by column, for the measures of the batch runs.

All 48 columns of the patients' table take a third of a second for 150,000 people; a frame needs a
dozen of them.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from weakref import WeakKeyDictionary, ref

import numpy as np
import pandas as pd

from abm import RareCareModel
from abm.outputs import tables
from agents.codes import Payer, Residence, ResponseClass, Scheme, Stage
from agents.patient import NEVER
from experiments.measures import measures
from experiments.measures.run_view import Groups, Run
from viz.reading.scene import province_index

MONTHS = ("onset", "first_visit", "diagnosed", "registered", "treated", "interrupted", "died")
CODED = {
    "residence": ("rural", Residence.names()),
    "scheme": ("scheme", Scheme.names()),
    "stage": ("stage", Stage.names()),
}
RENAMED = {"patient": "identity", "income_quintile": "quintile"}
BOOKED = {"mean_wait": "months", "displaced_qalys": "financing"}
"""Measures that look at a table which is empty before its first month or year is over."""
REGIONS = ("East", "Central", "West", "Northeast")


class People(Run):
    """Those who have lived with their disease in the scenario so far, and what befell them.

    A `Run` as far as it has got: the measures of `experiments.measures` work on it, and at the
    horizon give the numbers of a batch run.

    Args:
        model: The model.
        province: Home province of the people, empty for all.
        disease: Their disease, empty for all.
        followed: Only those whose diary is kept.
    """

    def __init__(
        self, model: RareCareModel, province: str = "", disease: str = "", followed: bool = False
    ):
        years = max(1, model.steps) / 12
        super().__init__(_Tables(model, province), model.world, model.scale, years)
        self._model, self.province = ref(model), province
        self.disease, self.followed = disease, followed
        self._columns: dict[str, np.ndarray] = {}
        self._raw: dict[str, np.ndarray] = {}

    @property
    def model(self) -> RareCareModel:
        """The model, which these people do not keep alive."""
        model = self._model()
        if model is None:
            raise ReferenceError("the model is gone")
        return model

    @property
    def horizon(self) -> int:
        """Months lived."""
        return self.model.steps

    @cached_property
    def chosen(self) -> np.ndarray:
        """Rows of these people in the state."""
        patients = self.model.state.patients
        there = patients["onset"] < self.model.steps
        if self.province:
            home = self.model.state.cities["province"][patients["city"]]
            there &= home == province_index(self.model, self.province)
        if self.disease:
            there &= patients["disease"] == list(self.world.diseases["disease"]).index(self.disease)
        if self.followed:
            there &= patients["followed"] == 1
        return np.flatnonzero(there)

    def __len__(self) -> int:
        return len(self.chosen)

    def __getitem__(self, column: str) -> np.ndarray:
        """Return a column of the patients' table, names in place of codes."""
        if column not in self._columns:
            self._columns[column] = self._made(column)
        return self._columns[column]

    def raw(self, field: str) -> np.ndarray:
        """Return a field of the patients' records."""
        if field not in self._raw:
            self._raw[field] = self.model.state.patients[field][self.chosen]
        return self._raw[field]

    def _made(self, column: str) -> np.ndarray:
        if column in MONTHS:
            values = self.raw(column)
            return np.where(values == NEVER, np.nan, values).astype(np.float32)
        if column in CODED:
            field, names = CODED[column]
            return np.array(names)[self.raw(field)]
        if column.startswith("paid_"):
            return self._paid(Payer.of(column.removeprefix("paid_")))
        special = {
            "billed": self._billed, "qalys": self._qalys, "treatable": self._treatable,
            "response_class": self._response, "province": self._province,
            "region": lambda: np.array(REGIONS)[self._codes("region")],
        }.get(column)  # fmt: skip
        return special() if special else self.raw(RENAMED.get(column, column))

    def _patients_by(self, by: str) -> Groups | None:
        if by == "all":
            return Groups(np.zeros(len(self), np.int64), ["all"])
        if by == "income_quintile":
            return Groups(self.raw("quintile").astype(np.int64) - 1, range(1, 6))
        if by == "residence":
            return Groups(self.raw("rural"), Residence.names())
        if by == "province":
            return Groups(self._codes("province"), self.world.provinces["province"])
        if by == "region":
            return Groups(self._codes("region"), REGIONS)
        return None

    def _codes(self, by: str) -> np.ndarray:
        """Return the row of each one's home province, or the number of its region."""
        province = self.model.state.cities["province"][self.raw("city")]
        if by == "province":
            return province
        regions = self.world.provinces["region"]
        return np.array([REGIONS.index(region) for region in regions])[province]

    def _province(self) -> np.ndarray:
        return self.world.provinces["province"].to_numpy()[self._codes("province")]

    def _response(self) -> np.ndarray:
        response = self.model.state.diseases["response"][self.raw("disease")]
        return np.array(ResponseClass.names())[response]

    def _treatable(self) -> np.ndarray:
        state, died = self.model.state, self.raw("died")
        end = np.where(died < NEVER, died, self.model.steps)
        drug = state.diseases["drug"][self.raw("disease")]
        return np.where(drug >= 0, state.drugs["approved"][np.maximum(drug, 0)], NEVER) < end

    def _qalys(self) -> np.ndarray:
        state, chosen = self.model.state, self.chosen
        severity, qalys = np.zeros(len(chosen)), np.zeros(len(chosen))
        work = state.patients[chosen[:1]].copy() if len(chosen) else state.patients[:0]
        tables.health_to_date(state, self.model.steps, chosen, work, severity, qalys)
        return qalys

    def _billed(self) -> np.ndarray:
        return self.raw("search_billed") + self._from_account("billed")

    def _paid(self, payer: Payer) -> np.ndarray:
        paid = self._from_account("paid", payer)
        if payer == Payer.BASIC:
            paid = paid + self.raw("search_basic")
        if payer == Payer.HOUSEHOLD:
            paid = paid + (self.raw("search_billed") - self.raw("search_basic"))
        return paid

    def _from_account(self, field: str, payer: int | None = None) -> np.ndarray:
        values = np.zeros(len(self))
        account = self.raw("account")
        has = account >= 0
        held = self.model.state.accounts[field]
        values[has] = (held if payer is None else held[:, payer])[account[has]]
        return values

    def measured(self, name: str, by: str = "all") -> dict[str, float]:
        """Return a measure of `experiments.measures` in every group that has members.

        Args:
            name: Name of the measure.
            by: Kind of group.

        Returns:
            Nothing where it is not defined yet.
        """
        if name in BOOKED and self.tables[BOOKED[name]].empty:
            return {}
        one = next(m for m in measures(self.model.years) if m.name == name)
        rows = one.recipe(self, by)
        if rows is None:
            return {}
        found = zip(rows.groups, rows.values, rows.weights, strict=True)
        return {group: float(value) for group, value, weight in found if weight > 0}


class _Tables(Mapping):
    """The tables by month and year that measures look at, made when asked for."""

    def __init__(self, model: RareCareModel, province: str):
        self._model, self.province = ref(model), province
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in ("months", "financing"):
            raise KeyError(name)
        if name not in self._made:
            frame = getattr(tables, name)(self._model())
            if self.province and not frame.empty:
                frame = frame[frame["province"] == self.province]
            self._made[name] = frame
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("months", "financing"))

    def __len__(self) -> int:
        return 2


_present: WeakKeyDictionary[RareCareModel, tuple[int, dict[str, People]]] = WeakKeyDictionary()


def people(model: RareCareModel, province: str = "") -> People:
    """Return the people of a model's present month, the same until the model moves on.

    The cards and the open tab look at the same columns.

    Args:
        model: The model.
        province: Home province of the people, empty for all.
    """
    month, made = _present.get(model, (-1, {}))
    if month != model.steps:
        made = {}
        _present[model] = model.steps, made
    if province not in made:
        made[province] = People(model, province)
    return made[province]
