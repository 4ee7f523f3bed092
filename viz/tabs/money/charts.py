"""Charts of money: who pays, what funds hold and refuse, when drugs come and what they cost."""

import itertools

import numpy as np

from abm.outputs.fund_book import FundSeries
from agents.codes import Payer
from experiments.reporting.formatting import Scale, format_number, scale
from viz.charts.layout import Panel, Row
from viz.charts.lines import line
from viz.charts.style import (
    GREY,
    PALETTE,
    A,
    B,
    Option,
    axis,
    beside,
    empty,
    months_axis,
    option,
    reaching,
    rows_axis,
    short,
)
from viz.i18n.texts import Texts
from viz.tabs.bands import band_lines
from viz.tabs.labels import TITLE_NAME, Side, doubtful, is_claimed, place, side_name, sides
from viz.tabs.money.data import FUNDS, PAYERS, DrugLine, MoneyData

MOST_DRUGS, DRUG_WIDTH = 24, 28
"""Rows of the drugs' chart, and columns of a name there."""


def fund_name(kind: str, texts: Texts) -> str:
    """Return the name of a kind of fund; that of its payer where it has none of its own."""
    return texts.get(f"fund.{kind}", texts.name("group.payer", kind))


def waterfall(data: MoneyData, texts: Texts, side: Side) -> Option:
    """Return who has paid what part of all bills, payer by payer up to the total.

    Args:
        data: What the money tab shows.
        texts: Texts of the language.
        side: Policy "a" or "b".
    """
    scene = data.scene
    title = f"{texts('money.waterfall')} · {side_name(scene, side, texts, TITLE_NAME)}"
    note, bills = texts("money.since", where=place(scene, texts)), getattr(data, side)
    outright = bills.billed - bills.paid[PAYERS.index(Payer.DONATION.label)]
    if outright:
        own = 100 * bills.paid[PAYERS.index(Payer.HOUSEHOLD.label)] / outright
        note = f"{note}{texts('money.donated', share=format_number(own, 1))}"
    note = f"{note}{texts('money.unclear')}" if side == "b" else note
    if not bills.billed:
        return empty(title, texts, texts("chart.not_yet"), note)
    by = scale((data.a.billed, data.b.billed), texts("unit.yuan"), texts.language)
    rows = [*(texts.name("group.payer", payer) for payer in PAYERS), texts("money.billed")]
    values = [*bills.paid, bills.billed]
    starts = [0.0, *itertools.accumulate(bills.paid[:-1]), 0.0]
    most = max(data.a.billed, data.b.billed) / by.divisor
    made = option(
        title,
        texts,
        note,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(by.unit, min=0, **reaching(most * 1.2)),
        yAxis=rows_axis(rows, {"interval": 0}),
    )
    shares = [format_number(100 * value / bills.billed, 1) for value in values]
    doubts = ["" if side == "a" or name is None else doubtful(data.spreads.get(name), 1, texts)
              for name in (*PAYERS, None)]  # fmt: skip
    marks = ["?" if told and not is_claimed(data.spreads.get(name)) else ""
             for name, told in zip((*PAYERS, ""), doubts, strict=True)]  # fmt: skip
    colour = A if side == "a" else B
    made["series"] = [
        {
            "type": "bar",
            "stack": "bills",
            "silent": True,
            "color": "transparent",
            "data": [by.of(start) for start in starts],
        },
        {
            "type": "bar",
            "stack": "bills",
            "color": colour,
            "barWidth": "60%",
            "data": [
                _bar(row, by.of(value), share, by.unit, texts, told, mark)
                for row, value, share, told, mark in zip(
                    rows, values, shares, doubts, marks, strict=True
                )
            ],
        },
    ]
    return made


def balances(data: MoneyData, texts: Texts, fund: str) -> Option:
    """Return what a kind of fund holds by month, with the months in which it began to run short.

    Args:
        data: What the money tab shows.
        texts: Texts of the language.
        fund: One of `FUNDS`.
    """
    title = texts("money.balances", fund=fund_name(fund, texts))
    return _courses(data, texts, fund, title, "balance")


def refused(data: MoneyData, texts: Texts, fund: str) -> Option:
    """Return the claims that a kind of fund has refused for want of money, by month.

    Args:
        data: What the money tab shows.
        texts: Texts of the language.
        fund: One of `FUNDS`.
    """
    title = texts("money.refused", fund=fund_name(fund, texts))
    return _courses(data, texts, fund, title, "refused")


def drugs(data: MoneyData, texts: Texts) -> Option:
    """Return when drugs were launched and, under A and B, listed; prices when pointed at."""
    scene = data.scene
    title, note = texts("money.drugs"), texts("money.drugs.note", where=texts("chart.country"))
    shown = data.drugs[:MOST_DRUGS]
    if not shown:
        return empty(title, texts, texts("money.no_drugs"), note)
    names = [texts("money.launched"), *sides(scene, texts)]
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=months_axis(scene.horizon, texts, labels=3),
        yAxis=rows_axis(
            [short(_drug_name(drug, texts), DRUG_WIDTH) for drug in shown],
            {"fontSize": 9, "interval": 0},
            splitLine={"show": True},
        ),
    )
    launches = [
        _event(drug, drug.launched, texts("money.event.launched"), drug.launch_price, texts)
        for drug in shown
        if 0 <= drug.launched < scene.month
    ]
    series = [_events(names[0], GREY, "triangle", 9, launches)]
    for i, (name, colour, symbol, size) in enumerate(
        ((names[1], A, "circle", 11), (names[2], B, "diamond", 8))
    ):
        listings = [
            _event(drug, month, texts("money.event.listed", side="AB"[i]), drug.price[i], texts)
            for drug in shown
            if (month := drug.listed[i]) is not None and month >= 0
        ]
        series.append(_events(name, colour, symbol, size, listings))
    made["series"] = series
    return made


def _bar(
    row: str, value: float | None, share: str, unit: str, texts: Texts, told: str, mark: str
) -> Option:
    text = texts("money.part", payer=row, value=format_number(value, 1), unit=unit, share=share)
    text = f"{text}; {told}" if told else text
    return {
        "name": text,
        "value": value,
        "label": beside(f"{share} % {mark}".strip()),
    }


def _courses(data: MoneyData, texts: Texts, fund: str, title: str, what: str) -> Option:
    """Return a number of a kind of fund by month under A and B."""
    scene, pair = data.scene, data.funds[fund]
    note = [place(scene, texts)]
    if not scene.month:
        return empty(title, texts, texts("chart.not_yet"), note[0])
    if not any(_exists(course) for course in pair):
        return empty(title, texts, texts("money.no_fund"), note[0])
    if scene.province:
        note.append(texts("money.pools"))
    note += [_shortage(course, side, texts) for side, course in zip("AB", pair, strict=True)]
    by = scale((float(getattr(c, what).max()) for c in pair), texts("unit.yuan"), texts.language)
    named = zip(sides(scene, texts), (A, B), (4, 1.5), pair, strict=True)
    shown = [part for part in named if _exists(part[-1])]
    marked = [texts("money.runs_short")] if any(c.short.any() for c in pair) else []
    band = data.bands.get(f"{fund}.{what}")
    told = [texts("series.band")] if band is not None else []
    made = option(
        title,
        texts,
        "; ".join(filter(None, note)),
        xAxis=months_axis(scene.horizon, texts),
        legend=[*(name for name, *_ in shown), *marked, *told],
        yAxis=axis(by.unit, vertical=True, min=0),
    )
    made["series"] = [
        line(name, colour, getattr(course, what), by, width)
        for name, colour, width, course in shown
    ]
    if band is not None:
        made["series"] += band_lines(told[0], band, getattr(pair[0], what), by, texts)
    if marked:
        points = [_mark(c, month, what, by, texts) for *_, c in shown for month in _spells(c)]
        made["series"].append(
            {
                "type": "scatter",
                "name": marked[0],
                "color": PALETTE[7],
                "symbol": "triangle",
                "symbolSize": 9,
                "data": points,
                "z": 4,
                "labelLayout": {"hideOverlap": True},
                "label": {
                    "show": True,
                    "position": "top",
                    "fontSize": 10,
                    "formatter": "{b}",
                    "backgroundColor": "#ffffffcc",
                },
            }
        )
    return made


def _exists(course: FundSeries) -> bool:
    """Return whether a fund has ever held money or refused a claim."""
    return bool(course.balance.any() or course.short.any())


def _shortage(course: FundSeries, side: str, texts: Texts) -> str:
    """Return in how many months a fund was short, or that there is none; empty if it never was."""
    if not _exists(course):
        return texts("money.none", side=side)
    if not course.short.any():
        return ""
    short = course.short > 0
    return texts(
        "money.short",
        side=side,
        months=int(short.sum()),
        of=len(short),
        first=texts.world.label(int(np.argmax(short))),
    )


def _mark(course: FundSeries, month: int, what: str, by: Scale, texts: Texts) -> Option:
    """Return the mark of a month in which a fund began to run short."""
    return {
        "name": texts.world.label(month),
        "value": [texts.world.label(month), by.of(float(getattr(course, what)[month]))],
    }


def _spells(course: FundSeries) -> list[int]:
    """Return the months in which a shortage begins: short, and not the month before."""
    short = course.short > 0
    return [int(month) for month in np.flatnonzero(short & ~np.append(False, short[:-1]))]


def _drug_name(drug: DrugLine, texts: Texts) -> str:
    """Return a drug's name; only those of the shipped world have one in Chinese."""
    return texts.get(f"drug.{drug.key}", drug.name)


def _event(drug: DrugLine, month: int, what: str, price: float, texts: Texts) -> Option:
    """Return an event of a drug as a point, with the price in its words."""
    text = texts(
        "money.event",
        drug=_drug_name(drug, texts),
        disease=texts.pick(*drug.disease),
        what=what,
        month=texts.world.label(month),
        price=format_number(price),
        launch=format_number(drug.launch_price),
    )
    return {
        "name": text,
        "value": [texts.world.label(month), short(_drug_name(drug, texts), DRUG_WIDTH)],
    }


def _events(name: str, colour: str, symbol: str, size: int, data: list[Option]) -> Option:
    return {
        "type": "scatter",
        "name": name,
        "color": colour,
        "symbol": symbol,
        "symbolSize": size,
        "data": data,
        "itemStyle": {"opacity": 0.9},
    }


BILLS = (Row((Panel(waterfall, "a", 360), Panel(waterfall, "b", 360))),)
BY_FUND = {fund: (Row((Panel(balances, fund), Panel(refused, fund))),) for fund in FUNDS}
"""The charts of one kind of fund, which the page lets choose."""
DRUGS = (Row((Panel(drugs, height=620),)),)
ROWS = (*BILLS, *(row for rows in BY_FUND.values() for row in rows), *DRUGS)
"""The charts of the tab."""
