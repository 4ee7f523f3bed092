"""The state of a world: a handful of arrays, handed as one to every rule that needs a neighbour."""

from typing import NamedTuple

import numpy as np

from agents.core.by_reference import by_reference
from agents.core.parameters import Parameters
from agents.core.record import Rows, longer
from agents.records.charity import CharityRow
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.events import CountersRow, EventRow
from agents.records.hospital import EdgeRow, HospitalRow
from agents.records.insurance import AccountRow, FundRow, LayerRow, RefundRow
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow, ProvinceRow


@by_reference
class State(NamedTuple):
    """Everything that changes while a model runs, and what its rules look up.

    Rows of one kind each, but for `due` (the month in which each patient is next visited), `km`
    (the way between two cities), `own_way` (patients who went from one hospital to another
    unreferred this year), `from_home` (patients who went to a hospital from home this year, by why
    and home province), `waited` (this year's consultations by the patient's home province, the
    hospital's tier and the months waited) and `taken_up` (by city and drug: the rate of uptake
    added up over the months since its launch). Copying these arrays copies the world.
    """

    patients: Rows[PatientRow]
    due: np.ndarray
    cities: Rows[CityRow]
    provinces: Rows[ProvinceRow]
    hospitals: Rows[HospitalRow]
    diseases: Rows[DiseaseRow]
    drugs: Rows[DrugRow]
    funds: Rows[FundRow]
    layers: Rows[LayerRow]
    accounts: Rows[AccountRow]
    refunds: Rows[RefundRow]
    charities: Rows[CharityRow]
    levers: Rows[LeversRow]
    params: Rows[Parameters]
    event_log: Rows[EventRow]
    km: np.ndarray
    edges: Rows[EdgeRow]
    counters: Rows[CountersRow]
    own_way: np.ndarray
    from_home: np.ndarray
    waited: np.ndarray
    taken_up: np.ndarray

    def copy(self) -> "State":
        """Return a state that shares nothing with this one."""
        opened = int(self.counters["accounts"][0])
        parts = {name: array.copy() for name, array in self._asdict().items() if name != "accounts"}
        return State(**parts, accounts=longer(self.accounts[:opened], len(self.accounts)))
