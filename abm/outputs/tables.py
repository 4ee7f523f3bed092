"""A run's tables; columns and units as promised in the documentation of the interfaces."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from abm.outputs.care_network import flows, tiers, waits
from abm.outputs.curves import curves
from abm.outputs.patient_columns import PatientColumns
from abm.outputs.recorder import Records
from abm.outputs.view import View
from agents.codes import (
    MONEY_FLOWS,
    UNDIAGNOSED,
    Bearer,
    Flow,
    Fund,
    PathKind,
    Source,
    Specialty,
    Stage,
    Tier,
)


def _in_stages(model: View, stages: list[int]) -> int:
    """Return how many patients are in some stages, the whole country."""
    return int(model.state.provinces["stocks"][:, stages].sum())


def _now_in(*stages: int) -> Callable[[View], int]:
    """Return a reporter of the patients in some stages; a model with it can be pickled."""
    return partial(_in_stages, stages=list(stages))


def _registered(model: View) -> int:
    """Return how many living patients are in the registry."""
    return model.records.registered_now()


REPORTERS = {
    "undiagnosed": _now_in(*UNDIAGNOSED),
    "waiting": _now_in(Stage.WAITING),
    "diagnosed": _now_in(*range(Stage.DIAGNOSED, Stage.DEAD)),
    "treated": _now_in(Stage.TREATED),
    "interrupted": _now_in(Stage.INTERRUPTED),
    "registered": _registered,
}
"""What the data collector writes down each month."""

PAID = (
    "paid",
    "paid_rare",
    "paid_other",
    "paid_transfer",
    "paid_programmes",
    "programmes_fiscal",
    "unpaid_other",
    "rationed",
    "refused_months",
)
"""What the ledger tells of a fund's year as the fund keeps it."""


def tables(model: View) -> dict[str, pd.DataFrame]:
    """Return all tables of a model up to its present month, a year that is not over so far."""
    return {
        "patients": patients(model),
        "months": months(model),
        "ledger": ledger(model),
        "referrals": referrals(model),
        "hospitals": hospitals(model),
        "drugs": drugs(model),
        "financing": financing(model),
        "costs": costs(model),
        "triggers": triggers(model),
        "flows": flows(model),
        "waits": waits(model),
        "tiers": tiers(model),
        "curves": curves(model),
    }


def patients(model: View) -> pd.DataFrame:
    """One row per patient who has lived with the disease in the scenario so far."""
    return PatientColumns(model.state, model.world, model.steps).to_frame()


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
    """One row per year and fund in use: opening, income by source, paid, rationed, closing.

    Insured are simulated persons, as all amounts are of the simulated part of the country.
    """
    years, pools, parts = [], [], []
    for year, funds in _books(model).ledger:
        moved = np.abs(funds["income"]).sum(axis=1) + np.abs(funds["paid"])
        on = np.flatnonzero((funds["used"] == 1) | (moved > 0.0))
        years.append(np.full(len(on), year))
        pools.append(np.array(model.setup.pools.names)[on])
        parts.append(funds[on])
    if not parts:
        return _stacked([])
    rows = np.concatenate(parts)
    return pd.DataFrame({
        "year": np.concatenate(years),
        "fund": [Fund(k).label for k in rows["kind"]],
        "pool": np.concatenate(pools),
        "insured": rows["heads"],
        "opening": rows["opening"],
        "income": rows["income"].sum(axis=1),
        **{f"income_{source.label}": rows["income"][:, source] for source in Source},
        **{name: rows[name] for name in PAID},
        "closing": rows["balance"],
    })  # fmt: skip


def triggers(model: View) -> pd.DataFrame:
    """One row per trigger that has fired and lever that it moved: when, why, from what to what."""
    rows = [
        (one.year, one.policy, one.number, one.measure, one.figure, path, str(old), str(new))
        for one in model.policy.fired
        for path, (old, new) in one.moves.items()
    ]
    names = ("year", "policy", "trigger", "measure", "figure", "lever", "before", "after")
    return pd.DataFrame(rows, columns=names)


def referrals(model: View) -> pd.DataFrame:
    """One row per year, hospital and hospital: patients sent and followed, or on their own way."""
    names, paths = np.array(model.world.hospitals["hospital"]), model.setup.paths
    parts = []
    for year, sent in _books(model).referrals:
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
    for n, (year, rows) in enumerate(_books(model).hospitals):
        slots = rows["slots"] * float(min(12, model.steps - 12 * n))
        used = np.divide(rows["seen"], slots, out=np.full(len(rows), np.nan), where=slots > 0)
        part = pd.DataFrame(
            {
                "year": year,
                "hospital": table["hospital"],
                "city": table["city"],
                "province": table["province"],
                "tier": [Tier.names()[t] for t in rows["tier"]],
                "network": rows["network"] == 1,
                "slots": rows["slots"],
                "visits": rows["seen"],
                "waiting": rows["waiting"],
                "diagnoses": rows["found"],
                "utilisation": used,
                "willing": rows["willing"],
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
        for year, rows in _books(model).drugs
    ]
    return _stacked(parts)


def financing(model: View) -> pd.DataFrame:
    """One row per year, province and income quintile: who contributed, what health it displaced.

    Contributed: general pools' spending on rare diseases and transfers to the special fund, levies,
    and fiscal money for it and for programmes, which is told apart as well. Donations are not
    among it, nor is by how much premiums have risen because pools were short, whatever these then
    pay for. Displaced: what insurance, assistance and the special fund spent on care, whatever
    their money is called, over the cost per QALY at the margin (GUESS), discounted to the
    scenario's first month as the patients' QALYs are. Displaced after, in the last year's rows:
    the same of what they will spend on the rest of the patients' lives, by the same people's part.
    """
    provinces = list(model.world.provinces["province"])
    price = model.world.parameters["cost_per_displaced_qaly"]
    records = _books(model).financing
    later = [np.zeros((len(provinces), 5)) for _ in records]
    if records:
        people = PatientColumns(model.state, model.world, model.steps)
        displacing = records[-1][1].displacing
        ahead = people.health.after[:, Bearer.SOCIAL].sum() if len(people) else 0.0
        later[-1] = displacing / max(displacing.sum(), 1e-9) * ahead
    parts = [
        pd.DataFrame(
            {
                "year": year,
                "province": np.repeat(provinces, 5),
                "income_quintile": np.tile(np.arange(1, 6), len(provinces)),
                "contributed": paid.contributed.ravel(),
                "fiscal": paid.fiscal.ravel(),
                "donated": paid.donated.ravel(),
                "premiums_raised": paid.raised.ravel(),
                "qalys_displaced": paid.displacing.ravel() / price,
                "qalys_displaced_after": after.ravel() / price,
            }
        )
        for (year, paid), after in zip(records, later, strict=True)
    ]
    return _stacked(parts)


def costs(model: View) -> pd.DataFrame:
    """One row per year, province and income quintile of the ill: who bore what, discounted yuan.

    Programmes, which are nobody's in particular, are those of whoever pays for them. A bill falls
    to the years whose months it pays for.
    Discounted month by month to the scenario's first, as the patients' QALYs are. What the rest of
    life costs is in the patients' table.
    """
    provinces = list(model.world.provinces["province"])
    parts = []
    for year, borne in _books(model).borne:
        part = pd.DataFrame({
            "year": year,
            "province": np.repeat(provinces, 5),
            "income_quintile": np.tile(np.arange(1, 6), len(provinces)),
        })  # fmt: skip
        for bearer in Bearer:
            part[bearer.label] = borne[:, :, bearer].ravel()
        parts.append(part)
    return _stacked(parts)


def _books(model: View) -> Records:
    """Return the yearly books up to the present month."""
    return model.records.to_date(model.state, model.steps)


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts below each other."""
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"year": []})
