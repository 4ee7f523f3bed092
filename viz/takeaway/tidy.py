"""Every number of a page as a tidy table: one row per month, side, place, group and measure."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from abm import RareCareModel
from abm.outputs import tables as outcomes
from agents.codes import MONEY_FLOWS, Fund
from experiments.measures import Listed, Place, listed
from viz.cards import data as cards
from viz.reading.moves import KINDS, between, moves_by_year
from viz.reading.people import people
from viz.session import Session
from viz.twin_models import Twins
from viz.view_state import ViewState

COLUMNS = ("month", "side", "place", "group", "measure", "unit", "value")
COUNTRY, ALL = "country", "all"
GROUPS = ("province", "income_quintile", "zone", "residence", "region")
"""By what people are told apart in the month that is shown."""
PLACES = (Place.MAPS, Place.EQUIPLOTS)


def tidy_csv(session: Session) -> str:
    """Return every number of a page as CSV, at full scale; only the head where there are none."""
    view = session.view.value
    with session.shown() as twins:
        return tidy(twins, view).to_csv(index=False)


def tidy(twins: Twins | None, view: ViewState) -> pd.DataFrame:
    """Return every number of a pair: by month of the country and its provinces, and of this month.

    Of further policies too, where the tab of columns has lived them to this month.

    Args:
        twins: The pair, or None.
        view: What is shown of it; a province limits the cards to its people.

    Returns:
        Columns `COLUMNS`. Persons and yuan are at full scale. A stock is the month's end's, a flow
        the month's; a measure is of all months up to its own; moves are a year's, up to the month.
    """
    if twins is None or not twins.month:
        return pd.DataFrame(columns=list(COLUMNS))
    parts = []
    for side, model in twins.lived(view).items():
        parts.append(_by_month(model).assign(side=side.upper()))
        rows = [*_funds(model), *_measures(model, twins.zone), *_moves(model),
                *_cards(twins, model, view)]  # fmt: skip
        parts.append(pd.DataFrame(rows, columns=_without_side()).assign(side=side.upper()))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _without_side() -> list[str]:
    return [name for name in COLUMNS if name != "side"]


def _by_month(model: RareCareModel) -> pd.DataFrame:
    """Return stocks and flows of the country in every month, and of the provinces in the last."""
    table = outcomes.months(model)
    table["province"] = table["province"].astype(str)
    country = table.drop(columns="province").groupby("month", as_index=False).sum()
    last = table[table["month"] == table["month"].max()].rename(columns={"province": "place"})
    rows = pd.concat([country.assign(place=COUNTRY), last], ignore_index=True)
    made = rows.melt(["month", "place"], var_name="measure")
    money = {flow.label for flow in MONEY_FLOWS}
    made["unit"] = np.where(made["measure"].isin(money), "yuan", "persons")
    made["value"] = made["value"] / model.scale
    made["month"] = made["month"].map(model.world.label)
    return made.assign(group=ALL)


def _funds(model: RareCareModel) -> Iterator[tuple]:
    """Yield what funds hold and refuse in every month."""
    book = model.records.fund_book
    if book is None:
        return
    for kind in Fund:
        series = book.series(model.state, model.scale, kind)
        for name, values in (("fund_balance", series.balance), ("fund_refused", series.refused)):
            for month, value in enumerate(values):
                yield (model.world.label(month), COUNTRY, f"fund:{kind.label}", name, "yuan",
                       float(value))  # fmt: skip


def _measures(model: RareCareModel, zone: tuple[str, ...] | None) -> Iterator[tuple]:
    """Yield the measures of the page by group in the month that is shown."""
    everyone, month = people(model, zone=zone), model.world.label(model.steps - 1)
    names = {one.name: one for place in PLACES for one in listed(place, model.years)}
    for one in names.values() if len(everyone) else ():
        for by in GROUPS:
            if everyone.groups(by) is None:
                continue
            for group, value in everyone.measured(one.name, by).items():
                place, of = (group, ALL) if by == "province" else (COUNTRY, f"{by}:{group}")
                yield month, place, of, one.name, one.unit.name, value


def _moves(model: RareCareModel) -> Iterator[tuple]:
    """Yield the moves between provinces of each year."""
    names = list(model.world.provinces["province"])
    province = model.state.hospitals["province"].astype(np.int64)
    for year, moves in moves_by_year(model):
        last = min(12 * (year - model.world.first_year) + 12, model.steps) - 1
        table = between(moves, province, len(names)) / model.scale
        for kind, i, j in zip(*np.nonzero(table), strict=True):
            yield (model.world.label(last), names[i], f"to:{names[j]}", f"moves_{KINDS[kind]}",
                   "moves a year", float(table[kind, i, j]))  # fmt: skip


def _cards(twins: Twins, model: RareCareModel, view: ViewState) -> Iterator[tuple]:
    """Yield the indicator cards of one policy."""
    month = view.world.label(twins.month - 1)
    declared: dict[str, Listed] = {one.name: one for one in cards.on_cards(twins.a.years)}
    for card in cards.compared(twins.a, model, view.province, twins.zone):
        place = COUNTRY if card.country or not view.province else view.province
        if card.b is not None:
            yield month, place, ALL, card.key, declared[card.key].unit.name, card.b
