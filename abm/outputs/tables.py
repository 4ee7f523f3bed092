"""A run's tables; columns and units as promised in the documentation of the interfaces."""

import numpy as np
import pandas as pd

from abm.calendar import FIRST_YEAR
from abm.outputs.view import View
from agents.codes import (
    MONEY_FLOWS,
    UNDIAGNOSED,
    AgeGroup,
    Code,
    Flow,
    Fund,
    PathKind,
    Payer,
    Residence,
    ResponseClass,
    Scheme,
    Sex,
    Source,
    Specialty,
    Stage,
    Tier,
)
from agents.core.jit import kernel
from agents.disease import progress, terminal_quality
from agents.patient import NEVER


def _stock(stage: Stage):
    """Return a reporter of the patients in a stage, the whole country."""
    return lambda model: int(model.state.provinces["stocks"][:, stage].sum())


REPORTERS = {
    "undiagnosed": lambda m: int(m.state.provinces["stocks"][:, list(UNDIAGNOSED)].sum()),
    "waiting": _stock(Stage.WAITING),
    "diagnosed": lambda m: int(m.state.provinces["stocks"][:, Stage.DIAGNOSED : Stage.DEAD].sum()),
    "treated": _stock(Stage.TREATED),
    "interrupted": _stock(Stage.INTERRUPTED),
    "registered": lambda m: m.records.registered_now(),
}
"""What the data collector writes down each month."""


def tables(model: View) -> dict[str, pd.DataFrame]:
    """Return all tables of a model up to its present month."""
    return {
        "patients": patients(model),
        "months": months(model),
        "ledger": ledger(model),
        "referrals": referrals(model),
        "hospitals": hospitals(model),
        "drugs": drugs(model),
        "financing": financing(model),
    }


@kernel
def health_to_date(state, month, chosen, work, severity, qalys):
    """Work out severity and QALYs as they stand, with a terminal value, changing nothing."""
    params = state.params[0]
    for n in range(len(chosen)):
        work[0] = state.patients[chosen[n]]
        patient = work[0]
        if patient.stage != Stage.DEAD:
            disease = state.diseases[patient.disease]
            progress(patient, disease, params, month)
            patient.qalys += terminal_quality(patient, disease, params)
        severity[n] = patient.severity
        qalys[n] = patient.qalys


def patients(model: View) -> pd.DataFrame:
    """One row per patient who has lived with the disease in the scenario so far."""
    state, world = model.state, model.world
    now = model.steps
    chosen = np.flatnonzero(state.patients["onset"] < now)
    rows = state.patients[chosen]
    severity, qalys = np.zeros(len(rows)), np.zeros(len(rows))
    health_to_date(state, now, chosen, rows[:1].copy() if len(rows) else rows, severity, qalys)
    cities = pd.Categorical.from_codes(rows["city"], world.cities["city"])
    provinces = world.provinces["province"]
    province = state.cities["province"][rows["city"]]
    age = (rows["onset"].astype(int) - rows["birth"]) / 12.0
    end = np.where(rows["died"] < NEVER, rows["died"], now)
    drug = state.diseases["drug"][rows["disease"]]
    approved = np.where(drug >= 0, state.drugs["approved"][np.maximum(drug, 0)], NEVER)
    frame = pd.DataFrame(
        {
            "patient": rows["identity"],
            "city": cities,
            "province": pd.Categorical.from_codes(province, provinces),
            "residence": _named(rows["rural"], Residence),
            "sex": _named(rows["sex"], Sex),
            "disease": pd.Categorical.from_codes(rows["disease"], world.diseases["disease"]),
            "response_class": _named(state.diseases["response"][rows["disease"]], ResponseClass),
            "scheme": _named(rows["scheme"], Scheme),
            "income": rows["income"],
            "income_quintile": rows["quintile"],
            "household_size": rows["household"],
            "low_income_aid": rows["poor"] == 1,
            "age_at_onset": age,
            "age_group": _named((age >= 18).astype(int) + (age >= 60), AgeGroup),
            "in_zone": state.cities["zone"][rows["city"]] == 1,
            "alive_at_start": rows["onset"] < 0,
            "treatable": approved < end,
        }
    )
    for name in ("onset", "first_visit", "diagnosed", "registered", "treated", "interrupted",
                 "died"):  # fmt: skip
        frame[name] = _months(rows[name])
    for name in ("visits", "hospitals_seen", "misdiagnoses", "km", "travel"):
        frame[name] = rows[name]
    at = np.where(rows["diagnosed_at"] >= 0, state.hospitals["city"][rows["diagnosed_at"]], -1)
    frame["diagnosed_city"] = pd.Categorical.from_codes(at, world.cities["city"])
    frame["diagnosed_province"] = pd.Categorical.from_codes(
        np.where(at >= 0, state.cities["province"][at], -1), provinces
    )
    frame["diagnosis_km"] = np.where(at >= 0, state.km[rows["city"], at], np.nan)
    frame["stage"] = _named(rows["stage"], Stage)
    frame["severity"], frame["qalys"] = severity, qalys
    frame["followed_months"] = end - rows["onset"]
    _add_payments(frame, rows, state)
    for name in ("catastrophic_years", "impoverished_years", "observed_years"):
        frame[name] = rows[name]
    return frame


def _add_payments(frame: pd.DataFrame, rows: np.ndarray, state) -> None:
    """Add what was billed since the scenario's start, and who paid it.

    The search's consultations and tests were paid by basic insurance and the household; drugs by
    all payers, as the accounts say.
    """
    paid = np.zeros((len(rows), len(Payer)))
    billed = rows["search_billed"].astype(float)
    has = rows["account"] >= 0
    accounts = state.accounts[rows["account"][has]]
    paid[has] = accounts["paid"]
    billed[has] += accounts["billed"]
    paid[:, Payer.BASIC] += rows["search_basic"]
    paid[:, Payer.HOUSEHOLD] += rows["search_billed"] - rows["search_basic"]
    frame["billed"] = billed
    for payer in Payer:
        frame[f"paid_{payer.label}"] = paid[:, payer]


def _named(numbers: np.ndarray, kind: type[Code]) -> pd.Categorical:
    """Return codes as their labels."""
    return pd.Categorical.from_codes(np.asarray(numbers, np.int16), list(kind.names()))


def _months(values: np.ndarray) -> np.ndarray:
    """Return months, NaN for what has not happened."""
    return np.where(values == NEVER, np.nan, values).astype(np.float32)


def months(model: View) -> pd.DataFrame:
    """Stocks and flows, one row per month and province."""
    provinces = list(model.world.provinces["province"])
    steps = len(model.records.flows)
    if not steps:
        return pd.DataFrame(columns=["month", "province"])
    flows = np.array(model.records.flows)
    stocks = np.array(model.records.stocks)
    frame = pd.DataFrame({
        "month": np.repeat(np.arange(steps), len(provinces)),
        "province": pd.Categorical.from_codes(
            np.tile(np.arange(len(provinces)), steps), provinces
        ),
    })  # fmt: skip
    frame["alive"] = stocks[:, :, Stage.SEEKING : Stage.DEAD].sum(axis=2).ravel()
    frame["undiagnosed"] = stocks[:, :, list(UNDIAGNOSED)].sum(axis=2).ravel()
    frame["waiting"] = stocks[:, :, Stage.WAITING].ravel()
    frame["diagnosed"] = stocks[:, :, Stage.DIAGNOSED : Stage.DEAD].sum(axis=2).ravel()
    frame["treated"] = stocks[:, :, Stage.TREATED].ravel()
    frame["interrupted"] = stocks[:, :, Stage.INTERRUPTED].ravel()
    frame["registered"] = np.array(model.records.registered).ravel()
    for flow in Flow:
        if flow != Flow.REGISTERED_DEATHS:
            values = flows[:, :, flow].ravel()
            frame[flow.label] = values if flow in MONEY_FLOWS else values.astype(np.int64)
    return frame


def ledger(model: View) -> pd.DataFrame:
    """One row per year and fund in use: opening, income by source, paid, rationed, closing."""
    names = np.array(model.setup.pools.names)
    parts = []
    for year, funds in model.records.ledger:
        moved = np.abs(funds["income"]).sum(axis=1) + np.abs(funds["paid"])
        on = np.flatnonzero((funds["used"] == 1) | (moved > 0.0))
        rows = funds[on]
        part = pd.DataFrame(
            {
                "year": year,
                "fund": [Fund(k).label for k in rows["kind"]],
                "pool": names[on],
                "opening": rows["opening"],
                "income": rows["income"].sum(axis=1),
            }
        )
        for source in Source:
            part[f"income_{source.label}"] = rows["income"][:, source]
        for name in ("paid", "paid_rare", "paid_other", "paid_transfer", "rationed"):
            part[name] = rows[name]
        part["closing"] = rows["balance"]
        parts.append(part)
    return _stacked(parts)


def referrals(model: View) -> pd.DataFrame:
    """One row per year, hospital and hospital: patients sent and followed, or on their own way."""
    names, paths = np.array(model.world.hospitals["hospital"]), model.setup.paths
    parts = []
    for year, sent in model.records.referrals:
        e = np.flatnonzero(sent["sent"] + sent["followed"])
        parts.append(pd.DataFrame({
            "year": year, "from_hospital": names[paths.start[e]], "to_hospital": names[paths.to[e]],
            "kind": [PathKind(k).label for k in paths.kind[e]],
            "sent": sent["sent"][e], "followed": sent["followed"][e],
        }))  # fmt: skip
        start, end = np.divmod(sent["own"], len(names))
        parts.append(pd.DataFrame({
            "year": year, "from_hospital": names[start], "to_hospital": names[end], "kind": "self",
            "sent": 0, "followed": sent["times"],
        }))  # fmt: skip
    return _stacked(parts)


def hospitals(model: View) -> pd.DataFrame:
    """One row per year and hospital."""
    table = model.world.hospitals
    parts = []
    for year, rows in model.records.hospitals:
        slots = rows["slots"] * 12.0
        used = np.divide(rows["seen"], slots, out=np.full(len(rows), np.nan), where=slots > 0)
        part = pd.DataFrame(
            {
                "year": year,
                "hospital": table["hospital"],
                "city": table["city"],
                "province": table["province"],
                "tier": [Tier(t).label for t in rows["tier"]],
                "network": rows["network"] == 1,
                "slots": rows["slots"],
                "visits": rows["seen"],
                "waiting": rows["waiting"],
                "diagnoses": rows["found"],
                "utilisation": used,
            }
        )
        for specialty in Specialty:
            part[f"skill_{specialty.label}"] = rows["skill"][:, specialty]
        parts.append(part)
    return _stacked(parts)


def drugs(model: View) -> pd.DataFrame:
    """One row per year and drug; `treated` counts patient-years of treatment."""
    table = model.world.drugs
    parts = [
        pd.DataFrame(
            {
                "year": year,
                "drug": table["name"],
                "disease": table["disease"],
                "price": rows["price"],
                "listed": rows["listed"] == 1,
                "treated": rows["treated"],
                "billed": rows["billed"],
            }
        )
        for year, rows in model.records.drugs
    ]
    return _stacked(parts)


def financing(model: View) -> pd.DataFrame:
    """One row per year, province and income quintile: who contributed, what health it displaced.

    Contributed: general pools' spending on rare diseases and transfers to the special fund, and
    levies. Displaced: the part from general pools over the cost per QALY at the margin (GUESS),
    discounted to January 2019 as the patients' QALYs are.
    """
    provinces = list(model.world.provinces["province"])
    price = model.world.parameters["cost_per_displaced_qaly"]
    rate = 1.0 + model.world.parameters["discount_rate"]
    parts = [
        pd.DataFrame(
            {
                "year": year,
                "province": np.repeat(provinces, 5),
                "income_quintile": np.tile(np.arange(1, 6), len(provinces)),
                "contributed": contributed.ravel(),
                "qalys_displaced": taken.ravel() / price / rate ** (year + 0.5 - FIRST_YEAR),
            }
        )
        for year, contributed, taken in model.records.financing
    ]
    return _stacked(parts)


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts below each other."""
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"year": []})
