"""Small made-up worlds, patients and runs, so that results can be worked out by hand."""

from concurrent.futures import Executor, Future
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from abm import RareCareModel
from abm.outputs import tables
from agents.codes import Payer, Tier
from experiments.measures.run_view import RunTables

NEVER = np.nan

WORLD = SimpleNamespace(
    provinces=pd.DataFrame({"province": ["A", "B"], "population": [1000, 3000]}),
    cities=pd.DataFrame({"city": ["a1", "a2", "b1"], "province": ["A", "A", "B"]}),
    inhabited=("A", "B"),
    year_of=lambda month: 2019 + month // 12,
)

DEFAULTS = {
    "city": "a1", "residence": "urban", "scheme": "resident", "age_group": "adult",
    "response_class": "high", "sex": "female", "disease": "X",
    "income": 50_000, "household_size": 3, "income_quintile": 3,
    "onset": 0.0,
    "treatable": True, "stage": "seeking", "hospitals_seen": 1, "diagnosis_km": NEVER,
    "qalys": 1.0, "observed_years": 5, "eligible_months": 60,
    "supportive_billed": 900, "supportive_forgone": 100,
}  # fmt: skip
"""What a patient is who is not described further; any other column is nothing, or has not
happened."""


@cache
def columns() -> dict[str, object]:
    """Return a value of nothing for each column of the patients' table that a real run gives."""
    real = tables.patients(RareCareModel(scale=0.0005, years=1, burn_in=1, rng=0))
    months = {name for name, kind in real.dtypes.items() if kind == np.float32}
    return {
        name: NEVER if name in months else None if kind == "category" else kind.type(0)
        for name, kind in real.dtypes.items()
    }


def patients(*rows: dict) -> pd.DataFrame:
    """Return a table of patients; what a row does not say is as in `DEFAULTS`, else nothing."""
    blank = columns()
    assert not set().union(*rows) - blank.keys(), "no such column"
    frame = pd.DataFrame([{**blank, **DEFAULTS, **row} for row in rows], columns=list(blank))
    home = dict(zip(WORLD.cities["city"], WORLD.cities["province"], strict=True))
    frame["province"] = frame["city"].map(home)
    frame["diagnosed_province"] = frame["diagnosed_city"].map(home)
    frame["patient"] = np.arange(len(frame))
    for name, nothing in blank.items():
        if nothing is None:
            frame[name] = frame[name].astype("category")
    places = {"city": WORLD.cities["city"], "province": WORLD.provinces["province"]}
    for name, known in places.items():
        for prefix in ("", "diagnosed_"):
            frame[prefix + name] = frame[prefix + name].cat.set_categories(known)
    for name in ("onset", "diagnosed", "registered", "treated", "died", "diagnosis_km"):
        frame[name] = frame[name].astype(float)
    return frame


def run(frame: pd.DataFrame, *, zone=("a1", "a2"), scale=0.1, years=5,
        ranked_by="head") -> RunTables:  # fmt: skip
    """Return a run with these patients."""
    months = pd.DataFrame({"month": [0, 0], "province": ["A", "B"], "waiting": [6.0, 0.0],
                           "visits": [2.0, 4.0], "diagnosed": [12.0, 24.0],
                           "referrals": [5.0, 3.0],
                           "treated": [6.0, 0.0],
                           **{f"paid_{payer}": [1.0, 2.0] for payer in Payer.names()}})  # fmt: skip
    financing = pd.DataFrame({
        "year": [2019, 2019], "province": ["A", "B"], "income_quintile": [1, 5],
        "contributed": [10.0, 20.0], "fiscal": [1.0, 0.0], "donated": [0.0, 3.0],
        "premiums_raised": [0.0, 0.0],
        "qalys_displaced": [0.5, 0.1], "qalys_displaced_after": [1.0, 0.2],
    })  # fmt: skip
    costs = pd.DataFrame({
        "year": [2019, 2019], "province": ["A", "B"], "income_quintile": [1, 5],
        "social": [100.0, 10.0], "commercial": [1.0, 2.0], "households": [30.0, 40.0],
        "givers": [5.0, 6.0], "carers": [7.0, 8.0],
    })  # fmt: skip
    ledger = pd.DataFrame({
        "year": [2019, 2020, 2020, 2020], "pool": ["a1", "a1", "A", "a1"],
        "fund": ["basic_resident", "basic_resident", "basic_employee", "special_fund"],
        "rationed": [1.0, 0.0, 20.0, 300.0], "refused_months": [3.0, 0.0, 0.0, 12.0],
        "paid_rare": [9.0, 10.0, 80.0, 100.0], "unpaid_other": [7.0, 0.0, 0.001, 0.0],
        "closing": [-9.0, -4.0, 2.0, -1.0], "paid_programmes": [50.0, 0.0, 0.0, 0.0],
        "paid": [59.0, 10.0, 80.0, 100.0],
    })  # fmt: skip
    drugs = pd.DataFrame({"year": [2019, 2019, 2020], "billed": [3.0, 1.0, 5.0]})
    made = {"patients": frame, "drugs": drugs, "months": months, "financing": financing,
            "costs": costs, "ledger": ledger,
            "flows": flows(), "waits": waits(), "tiers": tiers()}  # fmt: skip
    return RunTables(made, WORLD, scale, years, zone, ranked_by)


def flows() -> pd.DataFrame:
    """Return ten first visits and ten moves."""
    columns = ("year", "from_province", "to_province", "from_tier", "to_tier", "kind", "way",
               "persons")  # fmt: skip
    frame = pd.DataFrame([
        (2019, "A", "A", "home", "county", "own_way", "first", 6),
        (2019, "A", "A", "home", "tertiary", "own_way", "first", 3),
        (2019, "B", "A", "home", "national", "own_way", "first", 1),
        (2019, "A", "A", "county", "tertiary", "referred", "up", 4),
        (2020, "A", "B", "tertiary", "lead", "own_way", "up", 2),
        (2020, "A", "A", "lead", "county", "referred", "down", 1),
        (2020, "B", "B", "lead", "centre", "own_way", "across", 3),
    ], columns=columns)  # fmt: skip
    kinds = {"province": ["A", "B"], "tier": [*Tier.names(), "home"]}
    for name, known in kinds.items():
        for end in ("from", "to"):
            frame[f"{end}_{name}"] = pd.Categorical(frame[f"{end}_{name}"], known)
    return frame


def waits() -> pd.DataFrame:
    """Return twenty consultations by how long they were waited for."""
    return pd.DataFrame({
        "year": [2019] * 4, "province": ["A", "A", "A", "B"],
        "tier": ["county", "county", "lead", "lead"],
        "months": [0, 1, 3, 2], "visits": [5, 4, 1, 10],
    })  # fmt: skip


def tiers() -> pd.DataFrame:
    """Return the slots of three kinds of hospitals and how many were used."""
    return pd.DataFrame({
        "year": [2019] * 3, "province": ["A", "A", "B"], "tier": ["county", "lead", "lead"],
        "hospitals": [1, 1, 1], "slots": [100.0, 50.0, 20.0], "visits": [50, 40, 20],
        "diagnoses": [1, 9, 5], "waiting": [0, 2, 1],
    })  # fmt: skip


class Inline(Executor):
    """An executor that does the work at once, in this process."""

    def submit(self, work, /, *args, **kwargs):
        future = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
