"""Charts of equity: equiplots, Lorenz and concentration curves, Theil's index."""

import numpy as np

from experiments.measures import Place
from experiments.reporting.formatting import format_number, rounded
from viz.charts.layout import Panel, Row
from viz.charts.style import GREY, A, B, Option, axis, empty, option, rows_axis
from viz.i18n.texts import Texts
from viz.reading.fairness import CONCENTRATION, KINDS, LORENZ, CurveData, shares
from viz.reading.spread import Spread
from viz.tabs.equity.data import EquityData
from viz.tabs.equity.winners import WINNERS, winners
from viz.tabs.labels import doubtful, group_name, is_claimed, place, sides

ORDERED = ("#8C510A", "#DFC27D", "#BBBBBB", "#80CDC1", "#01665E")
"""From the poorest to the richest fifth."""
UNORDERED = ("#CCBB44", "#66CCEE", "#AA3377", "#228833")


def equiplot(data: EquityData, texts: Texts, kind: str) -> Option:
    """Return dots of groups on a line for each measure under A and under B: far apart is unequal.

    Args:
        data: What the equity tab shows.
        texts: Texts of the language.
        kind: One of `KINDS`.
    """
    names = [group_name(kind, name, texts) for name in data.groups[kind]]
    note = f"{_where(data, texts)} {_sides(data, texts)}; {texts('chart.hollow')}"
    title = texts(f"equity.equiplot.{kind}")
    rows = [
        (f"{texts.pick(*one.at(Place.EQUIPLOTS).label)} {side}", values * 100, share)
        for share, one in shares(data.scene.horizon // 12).items()
        for side, values in zip("AB", data.shares[kind][share], strict=True)
    ]
    if not names:
        return empty(title, texts, texts("equity.no_zone"), note)
    if not any(np.isfinite(values).any() for _, values, _ in rows):
        return empty(title, texts, texts("chart.not_yet"), note)
    colours = ORDERED if len(names) == 5 else UNORDERED
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(texts("unit.percent"), min=0, max=100),
        yAxis=rows_axis([name for name, *_ in rows]),
    )
    made["series"] = [*(_span(name, values) for name, values, _ in rows)]
    spreads = data.spreads.get(f"equiplot {kind}", {})
    made["series"] += [
        {
            "type": "scatter",
            "name": group,
            "color": colours[i % len(colours)],
            "symbolSize": 10,
            "z": 3,
            "data": [
                _dot(
                    name,
                    group,
                    float(values[i]),
                    colours[i % len(colours)],
                    texts,
                    spreads.get(f"{share} {data.groups[kind][i]}"),
                )
                for name, values, share in rows
                if np.isfinite(values[i])
            ],
        }
        for i, group in enumerate(names)
    ]
    return made


def lorenz(data: EquityData, texts: Texts, key: str) -> Option:
    """Return the Lorenz curves of an outcome with their Gini coefficients.

    Args:
        data: What the equity tab shows.
        texts: Texts of the language.
        key: One of `LORENZ`.
    """
    title = texts("equity.lorenz", of=texts(f"equity.{key}"))
    rank = texts("equity.rank.own")
    note = _index_note(data, texts, f"lorenz.{key}")
    return _curves(note, data, texts, title, data.lorenz[key], texts("equity.gini"), rank)


def concentration(data: EquityData, texts: Texts, key: str) -> Option:
    """Return the concentration curves of an outcome by income with their indices.

    Args:
        data: What the equity tab shows.
        texts: Texts of the language.
        key: One of `CONCENTRATION`.
    """
    title = texts("equity.concentration", of=texts(f"equity.{key}"))
    rank = texts("equity.rank.income")
    note = _index_note(data, texts, f"concentration.{key}")
    return _curves(note, data, texts, title, data.concentration[key], texts("equity.index"), rank)


def theil(data: EquityData, texts: Texts) -> Option:
    """Return Theil's index of payments and of QALYs, within and between provinces (or cities)."""
    places = texts("equity.cities" if data.scene.province else "equity.provinces")
    names = [texts(f"equity.{part}", places=places) for part in ("between", "within")]
    title = texts("equity.theil")
    told = "; ".join(
        f"{texts(f'equity.{key}')}: {doubtful(_index(data, f'theil.{key}'), 3, texts)}"
        for key in LORENZ
    )
    note = f"{_where(data, texts)} {_sides(data, texts)}. {told}"
    rows = [
        (f"{texts(f'equity.{key}')} {side}", split)
        for key in LORENZ
        for side, split in zip("AB", data.theil[key], strict=True)
        if split is not None
    ]
    if not rows:
        return empty(title, texts, texts("chart.not_yet"), note)
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        xAxis=axis(texts("unit.nats")),
        yAxis=rows_axis([name for name, _ in rows]),
    )
    values = ([s.between for _, s in rows], [s.within for _, s in rows])
    made["series"] = [
        {
            "type": "bar",
            "stack": "theil",
            "name": name,
            "color": colour,
            "barWidth": "55%",
            "data": [rounded(v) for v in part],
        }
        for name, colour, part in zip(names, (UNORDERED[0], UNORDERED[1]), values, strict=True)
    ]
    return made


def _where(data: EquityData, texts: Texts) -> str:
    return texts("equity.where", where=place(data.scene, texts))


def _index(data: EquityData, name: str) -> Spread | None:
    return data.spreads.get("index", {}).get(name)


def _index_note(data: EquityData, texts: Texts, name: str) -> str:
    """Return where it is, and how far the difference in an index is from luck."""
    return f"{_where(data, texts)} {doubtful(_index(data, name), 3, texts)}"


def _sides(data: EquityData, texts: Texts) -> str:
    return " / ".join(sides(data.scene, texts))


def _dot(
    row: str, group: str, value: float, colour: str, texts: Texts, spread: Spread | None
) -> Option:
    """Return a group's dot; under B hollow where the difference from A may be chance."""
    dot: Option = {
        "name": f"{row}: {group} {format_number(value, 1)} %",
        "value": [rounded(value), row],
    }
    if row.endswith("B"):
        dot["name"] += f"; {doubtful(spread, 1, texts, 100.0)}"
        if not is_claimed(spread):
            dot["itemStyle"] = {"color": "#fff", "borderColor": colour, "borderWidth": 2}
    return dot


def _span(row: str, values: np.ndarray) -> Option:
    """Return the line from the lowest to the highest group of a row, in its side's colour."""
    known = values[np.isfinite(values)]
    ends = [[rounded(float(v)), row] for v in (known.min(), known.max())] if len(known) else []
    return {
        "type": "line",
        "data": ends,
        "showSymbol": False,
        "silent": True,
        "color": A if row.endswith("A") else B,
        "lineStyle": {"width": 3, "opacity": 0.5},
        "tooltip": {"show": False},
    }


def _curves(
    note: str,
    data: EquityData,
    texts: Texts,
    title: str,
    pair: tuple[CurveData | None, ...],
    index: str,
    rank: str,
) -> Option:
    """Return two curves below the diagonal, with their indices in the legend."""
    if not any(pair):
        return empty(title, texts, texts("equity.nothing"), note)
    named = zip(sides(data.scene, texts), (A, B), pair, strict=True)
    shown = [
        (f"{name}: {index} {format_number(curve.index, 3)}", colour, curve)
        for name, colour, curve in named
        if curve
    ]
    percent = texts("unit.percent")
    made = option(
        title,
        texts,
        note,
        legend=[*(name for name, *_ in shown), texts("equity.equal")],
        xAxis=axis(f"{rank} ({percent})", min=0, max=100),
        yAxis=axis(f"{texts('equity.share')} ({percent})", vertical=True, min=0, max=100),
    )
    made["series"] = [
        _line(name, colour, curve.population, curve.share) for name, colour, curve in shown
    ]
    diagonal = _line(texts("equity.equal"), GREY, np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    made["series"].append(diagonal | {"lineStyle": {"type": "dashed", "width": 1}})
    return made


def _line(name: str, colour: str, x: np.ndarray, y: np.ndarray) -> Option:
    return {
        "type": "line",
        "name": name,
        "color": colour,
        "showSymbol": False,
        "lineStyle": {"width": 4 if colour == A else 1.5},  # so that both show where they meet
        "data": [
            [rounded(100 * float(p)), rounded(100 * float(q))] for p, q in zip(x, y, strict=True)
        ],
    }


ROWS = (
    Row(tuple(Panel(winners, key) for key in WINNERS), narrow=320),
    Row((*(Panel(equiplot, kind, 420) for kind in KINDS), Panel(theil, height=420))),
    Row(
        (
            *(Panel(lorenz, key, 360) for key in LORENZ),
            *(Panel(concentration, key, 360) for key in CONCENTRATION),
        ),
        narrow=320,
    ),
)
"""The charts of the tab: who wins and loses, gaps between groups, curves and indices."""
