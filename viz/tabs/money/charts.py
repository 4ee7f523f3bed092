"""Charts of money: who pays, what funds hold and refuse, when drugs come and what they cost."""

import itertools

import numpy as np

from abm.calendar import label
from abm.outputs.fund_book import FundSeries
from experiments.reporting.formatting import Scale, format_number, rounded, scale
from viz.charts.labels import Side, place, side_name, sides
from viz.charts.layout import Panel, Row
from viz.charts.style import (
    GREY,
    PALETTE,
    A,
    B,
    Option,
    axis,
    empty,
    months_axis,
    option,
    rows_axis,
    short,
)
from viz.i18n.texts import Words
from viz.tabs.money.data import FUNDS, PAYERS, DrugLine, MoneyData

MOST_DRUGS, DRUG_WIDTH = 24, 20
"""Rows of the drugs' chart, and columns of a name there."""


def waterfall(data: MoneyData, words: Words, side: Side) -> Option:
    """Return who has paid what part of all bills, payer by payer up to the total.

    Args:
        data: What the money tab shows.
        words: Texts of the language.
        side: Policy "a" or "b".
    """
    scene = data.scene
    title = f"{words('money.waterfall')} · {side_name(scene, side, words)}"
    note, bills = words("money.since", where=place(scene, words)), getattr(data, side)
    if not bills.billed:
        return empty(title, words, words("chart.not_yet"), note)
    by = scale((data.a.billed, data.b.billed), words("unit.yuan"), words.language)
    rows = [*(words.name("group.payer", payer) for payer in PAYERS), words("money.billed")]
    values = [*bills.paid, bills.billed]
    starts = [0.0, *itertools.accumulate(bills.paid[:-1]), 0.0]
    most = max(data.a.billed, data.b.billed) / by.divisor
    made = option(
        title,
        words,
        note,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(by.unit, min=0, max=rounded(most * 1.25, 2)),
        yAxis=rows_axis(rows, {"interval": 0}),
    )
    shares = [format_number(100 * value / bills.billed, 1) for value in values]
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
                _bar(row, by.of(value), share, by.unit, words)
                for row, value, share in zip(rows, values, shares, strict=True)
            ],
        },
    ]
    return made


def balances(data: MoneyData, words: Words, fund: str) -> Option:
    """Return what a kind of fund holds by month, with the months in which it began to run short.

    Args:
        data: What the money tab shows.
        words: Texts of the language.
        fund: One of `FUNDS`.
    """
    title = words("money.balances", fund=words.name("fund", fund))
    return _courses(data, words, fund, title, "balance")


def refused(data: MoneyData, words: Words, fund: str) -> Option:
    """Return the claims that a kind of fund has refused for want of money, by month.

    Args:
        data: What the money tab shows.
        words: Texts of the language.
        fund: One of `FUNDS`.
    """
    title = words("money.refused", fund=words.name("fund", fund))
    return _courses(data, words, fund, title, "refused")


def drugs(data: MoneyData, words: Words) -> Option:
    """Return when drugs were launched and, under A and B, listed; prices when pointed at."""
    scene = data.scene
    title, note = words("money.drugs"), words("money.drugs.note", where=words("chart.country"))
    shown = data.drugs[:MOST_DRUGS]
    if not shown:
        return empty(title, words, words("money.no_drugs"), note)
    names = [words("money.launched"), *sides(scene, words)]
    made = option(
        title,
        words,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=months_axis(scene.horizon, labels=3),
        yAxis=rows_axis(
            [short(_drug_name(drug, words), DRUG_WIDTH) for drug in shown],
            {"fontSize": 9, "interval": 0},
            splitLine={"show": True},
        ),
    )
    launches = [
        _event(drug, drug.launched, words("money.event.launched"), drug.launch_price, words)
        for drug in shown
        if 0 <= drug.launched < scene.month
    ]
    series = [_events(names[0], GREY, "triangle", 9, launches)]
    for i, (name, colour, symbol, size) in enumerate(
        ((names[1], A, "circle", 11), (names[2], B, "diamond", 8))
    ):
        listings = [
            _event(drug, month, words("money.event.listed", side="AB"[i]), drug.price[i], words)
            for drug in shown
            if (month := drug.listed[i]) is not None and month >= 0
        ]
        series.append(_events(name, colour, symbol, size, listings))
    made["series"] = series
    return made


def _bar(row: str, value: float | None, share: str, unit: str, words: Words) -> Option:
    text = words("money.part", payer=row, value=format_number(value, 1), unit=unit, share=share)
    return {
        "name": text,
        "value": value,
        "label": {"show": True, "position": "right", "fontSize": 10, "formatter": f"{share} %"},
    }


def _courses(data: MoneyData, words: Words, fund: str, title: str, what: str) -> Option:
    """Return a number of a kind of fund by month under A and B."""
    scene, pair = data.scene, data.funds[fund]
    note = [place(scene, words)]
    if not scene.month:
        return empty(title, words, words("chart.not_yet"), note[0])
    if not any(_exists(course) for course in pair):
        return empty(title, words, words("money.no_fund"), note[0])
    if scene.province:
        note.append(words("money.pools"))
    note += [_shortage(course, side, words) for side, course in zip("AB", pair, strict=True)]
    by = scale((float(getattr(c, what).max()) for c in pair), words("unit.yuan"), words.language)
    named = zip(sides(scene, words), (A, B), (4, 1.5), pair, strict=True)
    shown = [part for part in named if _exists(part[-1])]
    marked = [words("money.runs_short")] if any(c.short.any() for c in pair) else []
    made = option(
        title,
        words,
        "; ".join(filter(None, note)),
        xAxis=months_axis(scene.horizon),
        legend=[*(name for name, *_ in shown), *marked],
        yAxis=axis(by.unit, vertical=True, min=0),
    )
    made["series"] = [
        {
            "type": "line",
            "name": name,
            "color": colour,
            "showSymbol": False,
            "lineStyle": {"width": width},
            "data": [by.of(float(v)) for v in getattr(course, what)],
        }
        for name, colour, width, course in shown
    ]
    if marked:
        points = [_mark(c, month, what, by) for *_, c in shown for month in _spells(c)]
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


def _shortage(course: FundSeries, side: str, words: Words) -> str:
    """Return in how many months a fund was short, or that there is none; empty if it never was."""
    if not _exists(course):
        return words("money.none", side=side)
    if not course.short.any():
        return ""
    short = course.short > 0
    return words(
        "money.short",
        side=side,
        months=int(short.sum()),
        of=len(short),
        first=label(int(np.argmax(short))),
    )


def _mark(course: FundSeries, month: int, what: str, by: Scale) -> Option:
    """Return the mark of a month in which a fund began to run short."""
    return {
        "name": label(month),
        "value": [label(month), by.of(float(getattr(course, what)[month]))],
    }


def _spells(course: FundSeries) -> list[int]:
    """Return the months in which a shortage begins: short, and not the month before."""
    short = course.short > 0
    return [int(month) for month in np.flatnonzero(short & ~np.append(False, short[:-1]))]


def _drug_name(drug: DrugLine, words: Words) -> str:
    """Return a drug's name; only those of the shipped world have one in Chinese."""
    return words.get(f"drug.{drug.key}", drug.name)


def _event(drug: DrugLine, month: int, what: str, price: float, words: Words) -> Option:
    """Return an event of a drug as a point, with the price in its words."""
    text = words(
        "money.event",
        drug=_drug_name(drug, words),
        disease=words.pick(*drug.disease),
        what=what,
        month=label(month),
        price=format_number(price),
        launch=format_number(drug.launch_price),
    )
    return {"name": text, "value": [label(month), short(_drug_name(drug, words), DRUG_WIDTH)]}


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
