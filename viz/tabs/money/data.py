"""The money tab: who pays, what the funds hold, and what drugs cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from abm import RareCareModel
from abm.outputs.fund_book import FundSeries
from agents.codes import Flow, Fund, Payer
from agents.core.record import NEVER
from agents.records.drug import DrugRow
from viz.reading.scene import Scene, province_index, scene
from viz.reading.spread import Band, Spread
from viz.twin_models import Twins
from viz.view_state import ViewState

PAYERS = Payer.names()
_FIRST = (Fund.SPECIAL_FUND, Fund.BASIC_RESIDENT)
FUNDS = tuple(fund.label for fund in (*_FIRST, *(kind for kind in Fund if kind not in _FIRST)))
"""The kinds of fund in the order in which they are offered."""


@dataclass(frozen=True)
class Bills:
    """Who has paid since the scenario began, yuan at full scale.

    Attributes:
        billed: All bills.
        paid: What each of `PAYERS` paid; adds up to `billed`.
    """

    billed: float
    paid: tuple[float, ...]


@dataclass(frozen=True)
class DrugLine:
    """A drug's launch, listing and price.

    Attributes:
        key: Short name of the drug.
        name: English name.
        disease: Name of the disease, English and Chinese.
        launched: Month of the approval.
        launch_price: Price at launch, yuan a year for a typical patient.
        listed: Month of the listing under A and under B, None where not listed so far.
        price: Price now under A and under B, yuan a year.
    """

    key: str
    name: str
    disease: tuple[str, str]
    launched: int
    launch_price: float
    listed: tuple[int | None, int | None]
    price: tuple[float, float]


@dataclass(frozen=True)
class MoneyData:
    """What the money tab shows.

    Attributes:
        scene: Whose data these are.
        a: Who paid under A.
        b: Who paid under B.
        funds: Each kind of fund by month under A and under B.
        drugs: Drugs launched or listed in the scenario so far, the earliest first.
        spreads: Differences in each payer's part of all bills, per cent, over pairs with other
            seeds, by payer.
        bands: Intervals of the differences in a fund's balance and in what it refuses, likewise,
            by `FUND.balance` and `FUND.refused`.
    """

    scene: Scene
    a: Bills
    b: Bills
    funds: dict[str, tuple[FundSeries, FundSeries]]
    drugs: tuple[DrugLine, ...]
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    bands: Mapping[str, Band | None] = field(default_factory=dict)


def read(twins: Twins, view: ViewState) -> MoneyData:
    """Return what the money tab shows of the month lived last."""
    row = province_index(twins.a, view.province)
    return MoneyData(
        scene(twins, view),
        _bills(twins.a, row),
        _bills(twins.b, row),
        {name: (_series(twins.a, name, row), _series(twins.b, name, row)) for name in FUNDS},
        _drugs(twins),
    )


def _series(model: RareCareModel, fund: str, row: int | None) -> FundSeries:
    """Return a kind of fund by month, of the pools that carry a province or of all."""
    book = model.records.fund_book
    if book is None:
        raise ValueError("the model keeps no book of its funds; see Records.follow_funds")
    return book.series(model.state, model.scale, Fund.of(fund), row)


def _bills(model: RareCareModel, row: int | None) -> Bills:
    """Return who has paid, in a province or in all."""
    flows = model.records.flows
    if not flows:
        return Bills(0.0, (0.0,) * len(PAYERS))
    total = np.sum(flows, axis=0) / model.scale
    total = total.sum(axis=0) if row is None else total[row]
    paid = tuple(float(total[payer.flow]) for payer in Payer)
    return Bills(float(total[Flow.BILLED]), paid)


def _drugs(twins: Twins) -> tuple[DrugLine, ...]:
    """Return the drugs to which something has happened since the scenario began."""
    table, now = twins.a.world.diseases, twins.a.steps
    names = list(zip(table["name"], table["name_zh"], strict=True))
    at_launch = twins.a.world.drugs["price_before"]
    made = []
    for d, (key, name) in enumerate(_drug_names(twins.a)):
        a, b = twins.a.state.drugs[d], twins.b.state.drugs[d]
        listed = _listed(a, now), _listed(b, now)
        launched, first = int(a["approved"]) - int(a["early"]), float(at_launch[d])
        new = 0 <= launched < now or any(month is not None and month >= 0 for month in listed)
        if new:
            prices = float(a["price"]), float(b["price"])
            made.append(DrugLine(key, name, names[a["disease"]], launched, first, listed, prices))
    return tuple(sorted(made, key=_first_event))


def _drug_names(model: RareCareModel) -> list[tuple[str, str]]:
    """Return the drugs' short and full names, in the order of the state."""
    table = model.world.drugs
    return list(zip(table["drug"], table["name"], strict=True))


def _listed(drug: DrugRow, now: int) -> int | None:
    """Return the month in which a drug was listed, None if it is not listed."""
    month = int(drug["listed_month"])
    return month if drug["listed"] and month < min(now, NEVER) else None


def _first_event(drug: DrugLine) -> int:
    return min(month for month in (drug.launched, *drug.listed) if month is not None and month >= 0)
