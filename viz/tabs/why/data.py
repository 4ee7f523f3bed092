"""Why: the gates between illness and treatment, who stops at which, and who pays the bills."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from abm import RareCareModel
from agents.codes import Fund
from viz.reading.gates import KINDS, paid, passed
from viz.reading.people import PeopleSoFar
from viz.reading.scene import Scene, scene
from viz.reading.spread import Spread
from viz.twin_models import Twins
from viz.view_state import ViewState


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
        spreads: Differences over pairs with other seeds, of who stops at which gate and of what
            each payer pays, as `viz.doubt.groups` names them; empty where there are none.
    """

    scene: Scene
    disease: tuple[str, str]
    groups: dict[str, list[str]]
    passed: dict[str, np.ndarray]
    paid: dict[str, np.ndarray]
    fund: np.ndarray
    by: str = KINDS[0]
    group: str = "all"
    spreads: Mapping[str, Spread] = field(default_factory=dict)

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
        {kind: np.stack([passed(people, kind) for people in sides]) for kind in kinds},
        {kind: np.stack([paid(people, kind) for people in sides]) for kind in kinds},
        np.array([_fund(model) for model in (twins.a, twins.b)]),
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
