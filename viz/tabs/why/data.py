"""Why: the gates between illness and treatment, who stops at which, and who pays the bills.

Everybody who is alive with the disease has passed some gates, one after the other. Who is on
treatment has passed them all; of the others the first that is closed counts, so that the numbers
behind each gate are those of the gates before less those who stop there.
"""

from dataclasses import dataclass

import numpy as np

from abm import RareCareModel
from agents.codes import DrugFilter, Fund, Payer, Stage
from agents.core.record import NEVER
from viz.reading.people import PeopleSoFar
from viz.reading.scene import Scene, scene
from viz.twin_models import Twins
from viz.view_state import ViewState

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


@dataclass(frozen=True)
class WhyData:
    """What the tab shows; the first axis of all arrays is the side, A then B.

    Attributes:
        scene: Whose data these are.
        disease: Name of the disease looked at, English and Chinese; empty for all.
        groups: Names of the groups of each kind.
        passed: Persons who have passed each gate, at full scale, by kind: (2, groups, gates).
        paid: Paid by each of `PAYERS` since the scenario began, yuan, by kind: (2, groups, payers).
        fund: Whether there is a special fund, what it has paid, and what it has refused for want of
            money, of the whole country, of shape (2, 3).
        by: The kind of group that is shown.
        group: Its group.
    """

    scene: Scene
    disease: tuple[str, str]
    groups: dict[str, list[str]]
    passed: dict[str, np.ndarray]
    paid: dict[str, np.ndarray]
    fund: np.ndarray
    by: str = KINDS[0]
    group: str = "all"

    @property
    def row(self) -> int:
        """Place of the group that is shown among those of its kind."""
        return self.groups[self.by].index(self.group)

    @property
    def now(self) -> np.ndarray:
        """Persons of the group that is shown who have passed each gate, of shape (2, gates)."""
        return self.passed[self.by][:, self.row]

    @property
    def stopped(self) -> np.ndarray:
        """Persons who stop before each gate but the first, of shape (2, gates - 1)."""
        return -np.diff(self.now, axis=1)

    @property
    def shares(self) -> np.ndarray:
        """What each of `PAYERS` pays of 100 yuan billed, shape (2, payers); NaN without bills."""
        paid = self.paid[self.by][:, self.row]
        total = paid.sum(axis=1, keepdims=True)
        return 100.0 * np.divide(paid, total, out=np.full_like(paid, np.nan), where=total > 0)


def read(twins: Twins, view: ViewState) -> WhyData:
    """Return what the tab shows of the month lived last."""
    sides = [
        PeopleSoFar(model, view.province, view.disease, zone=twins.zone)
        for model in (twins.a, twins.b)
    ]
    kinds = [kind for kind in KINDS if sides[0].groups(kind) is not None]
    table = view.world.diseases
    known = zip(table["disease"], table["name"], table["name_zh"], strict=True)
    return WhyData(
        scene(twins, view),
        next(((en, zh) for name, en, zh in known if name == view.disease), ("", "")),
        {kind: sides[0].grouped(kind).names for kind in kinds},
        {kind: np.stack([_passed(people, kind) for people in sides]) for kind in kinds},
        {kind: np.stack([_paid(people, kind) for people in sides]) for kind in kinds},
        np.array([_fund(model) for model in (twins.a, twins.b)]),
    )


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


def _passed(people: PeopleSoFar, kind: str) -> np.ndarray:
    """Return the persons of each group who have passed each gate, at full scale."""
    passed, groups = gates_passed(people), people.grouped(kind)
    counts = [groups.totals(passed > gate) for gate in range(len(GATES))]
    return np.stack(counts, axis=1) / people.scale


def _paid(people: PeopleSoFar, kind: str) -> np.ndarray:
    """Return what each payer has paid for each group, yuan at full scale."""
    groups = people.grouped(kind)
    return (
        np.stack([groups.totals(people[f"paid_{name}"]) for name in PAYERS], axis=1) / people.scale
    )


def _fund(model: RareCareModel) -> tuple[float, float, float]:
    """Return whether there is a special fund, what it has paid and what it has refused."""
    funds, past = model.state.funds, model.records.ledger
    special = funds["kind"] == Fund.SPECIAL_FUND
    there = bool(((funds["serves"] == 1) | (funds["balance"] != 0.0))[special].any())
    open_year = [funds] if model.steps % 12 else []
    paid, refused = (
        float(sum(book[field][special].sum() for book in (*(old for _, old in past), *open_year)))
        for field in ("paid_rare", "rationed")
    )
    return float(there), paid / model.scale, refused / model.scale
