"""Who goes without a drug because of what it costs, as a survey hears it."""

import numpy as np

from agents.codes import Stage
from agents.core.jit import kernel
from agents.household import means
from agents.manufacturer import donates, dose_factor
from agents.patient import is_child_now
from agents.state import State

YEAR = 12


@kernel
def _tell(state: State, who: np.ndarray, month: int, told: np.ndarray) -> None:
    """Write for each of some patients whether the price keeps them from treatment."""
    params = state.params[0]
    for n in range(len(who)):
        patient = state.patients[who[n]]
        city = state.cities[patient.city]
        levers = state.levers[city.zone]
        age = (month - patient.birth) / YEAR
        least = np.inf
        sold, listed = False, False
        d = state.diseases[patient.disease].first_drug
        while d >= 0:
            drug = state.drugs[d]
            if drug.launched <= month and not drug.older:
                sold = True
                listed = listed or drug.listed == 1
                own = 1.0 - donates(drug, month, levers)
                least = min(least, drug.price * dose_factor(drug, age, params) * own)
            d = drug.next_drug
        if sold:
            told[n] = patient.forgone
            if patient.stage != Stage.TREATED and not listed:
                child = is_child_now(patient, month, params)
                if least > means(patient, city, 12.0, params, child):
                    told[n] = 1.0


def kept_by_price(state: State, who: np.ndarray, month: int) -> np.ndarray:
    """Return for some patients 1 if the price keeps them from treatment, 0 if not.

    A respondent who goes without tells that the drug is too dear whether or not a hospital keeps
    it: hospitals do not stock what nobody near them can pay. So besides those whom a bill has
    turned away, it keeps whoever could not pay a year of the least expensive new drug against the
    disease. Drugs off the national list are taken to be paid by the household, less what their
    makers donate: what local schemes and charities would pay is left out, an assumption.

    Args:
        state: The arrays of the model.
        who: The patients' rows.
        month: The month in which they are asked.

    Returns:
        Shape (patients,); NaN where no new drug against the disease is on the market.
    """
    told = np.full(len(who), np.nan)
    _tell(state, who, month, told)
    return told
