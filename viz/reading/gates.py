"""The gates between illness and treatment, who has passed which, and who pays the bills.

Everybody who is alive with the disease has passed some gates, one after the other. Who is on
treatment has passed them all; of the others the first that is closed counts, so that the numbers
behind each gate are those of the gates before less those who stop there.
"""

import numpy as np

from abm import RareCareModel
from agents.codes import DrugFilter, Payer, Stage
from agents.core.record import NEVER
from viz.reading.people import PeopleSoFar

GATES = (
    "ill",
    "seeks",
    "diagnosed",
    "drug",
    "paid_for",
    "at_hand",
    "affordable",
    "funded",
    "treated",
)
"""In their order: alive and ill, has seen a doctor for it, diagnosed, a drug is sold, insurance
pays for it, doctors prescribe it and somebody in reach stocks it, the household could pay if all
funds paid, the funds do, on treatment."""
KINDS = ("all", "income_quintile", "zone", "residence", "region")
PAYERS = tuple(name for name in Payer.names() if name != Payer.DONATION.label)
"""Donated vials are left out, as on the card."""


def gates_passed(people: PeopleSoFar) -> np.ndarray:
    """Return how many of `GATES` each person has passed, 0 for the dead."""
    model, stage = people.model, people.raw("stage")
    refused = np.zeros(len(people))
    account = people.raw("account")
    refused[account >= 0] = model.state.accounts["refused"][account[account >= 0]]
    tests = (
        stage != Stage.DEAD,
        (people.raw("first_visit") != NEVER) | (stage >= Stage.DIAGNOSED),
        stage >= Stage.DIAGNOSED,
        people.columns.launched < model.steps,
        insured(model)[people.raw("city"), people.raw("disease")],
        people.raw("forgone") == 1,
        refused > 0.0,  # the household could have paid the rest; a fund had no money
        np.zeros(len(people), bool),
        stage == Stage.TREATED,
    )
    passed = np.logical_and.accumulate(tests).sum(axis=0)
    return np.where(stage == Stage.TREATED, len(GATES), passed)


def insured(model: RareCareModel) -> np.ndarray:
    """Return in which city insurance pays for a drug of which disease, (cities, diseases).

    A drug that is sold and listed, or covered off the list by a layer for everybody in a scheme.
    """
    state = model.state
    found = np.zeros((len(state.cities), len(state.diseases)), bool)
    for d in np.flatnonzero(state.drugs["launched"] < model.steps):
        drug = state.drugs[d]
        if drug["listed"]:
            found[:, drug["disease"]] = True
            continue
        for k, layer in enumerate(state.layers):
            if _covers_all(layer, drug):
                found[:, drug["disease"]] |= _has(state.cities["layers"], k)
    return found


def _covers_all(layer: np.void, drug: np.void) -> bool:
    """Return whether a layer covers a drug that is off the list (`agents.insurer.covers_all`)."""
    if layer["drug_filter"] == DrugFilter.LISTED or layer["poor_only"] or layer["enrolled_only"]:
        return False
    if not layer["cost_above"] < drug["price"] <= layer["cost_below"]:
        return False
    return bool(
        _has(layer["responses"], drug["response"]) & _has(layer["diseases"], drug["disease"])
    )


def _has(members: np.ndarray, k: int) -> np.ndarray:
    """Return whether sets of bits have a member (`agents.core.bitset`)."""
    return (members[..., int(k) >> 5] >> (int(k) & 31)) & 1 == 1


def passed(people: PeopleSoFar, kind: str) -> np.ndarray:
    """Return the persons of each group who have passed each gate, at full scale."""
    upto, groups = gates_passed(people), people.grouped(kind)
    counts = [groups.totals(upto > gate) for gate in range(len(GATES))]
    return np.stack(counts, axis=1) / people.scale


def paid(people: PeopleSoFar, kind: str) -> np.ndarray:
    """Return what each payer has paid for each group, yuan at full scale."""
    groups = people.grouped(kind)
    return (
        np.stack([groups.totals(people[f"paid_{name}"]) for name in PAYERS], axis=1) / people.scale
    )
