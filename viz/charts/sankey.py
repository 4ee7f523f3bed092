"""Flows between places as a sankey."""

from collections.abc import Mapping

import numpy as np

from experiments.reporting.formatting import format_number
from viz.charts.style import Option, empty, option
from viz.i18n.texts import Texts

OTHERS = "#BBBBBB"
MOST = 8
"""So many places at either side of a sankey can be read; the others are added up."""


def sankey(
    title: str,
    texts: Texts,
    note: str,
    senders: list[str],
    receivers: list[str],
    table: np.ndarray,
    colours: Mapping[str, str],
) -> Option:
    """Return flows as a sankey with the places once on the left and once on the right.

    A sankey must have no cycles, and patients go both up and down.

    Args:
        title: Title of the chart.
        texts: Texts of the language.
        note: What else has to be known to read it.
        senders: Names of the places on the left.
        receivers: Names of the places on the right.
        table: Persons from each sender (rows) to each receiver (columns).
        colours: Colours of the places by name; grey for the others.
    """
    if not table.any():
        return empty(title, texts, texts("network.no_referrals"), note)
    nodes = [
        {"name": texts(side, name=name), "itemStyle": {"color": colours.get(name, OTHERS)}}
        for side, names, sums in (
            ("network.from", senders, table.sum(axis=1)),
            ("network.to", receivers, table.sum(axis=0)),
        )
        for i, name in enumerate(names)
        if sums[i] > 0
    ]
    links = [
        {
            "source": texts("network.from", name=senders[i]),
            "target": texts("network.to", name=receivers[j]),
            "value": round(float(table[i, j]), 1),
            "tooltip": {
                "formatter": texts(
                    "network.link",
                    start=senders[i],
                    end=receivers[j],
                    persons=format_number(float(table[i, j])),
                )
            },
        }
        for i, j in zip(*np.nonzero(table), strict=True)
    ]
    made = option(title, texts, note, named=False, tooltip={"trigger": "item"})
    top = made.pop("grid")["top"]
    made["series"] = [
        {
            "type": "sankey",
            "data": nodes,
            "links": links,
            "top": top,
            "bottom": 12,
            "left": 12,
            "right": 12,
            "layoutIterations": 0,  # keeps the order of the places
            "nodeGap": 9,
            "nodeWidth": 12,
            "draggable": False,
            "emphasis": {"focus": "adjacency"},
            "lineStyle": {"color": "source", "opacity": 0.35},
            "label": {"fontSize": 11},
            "levels": [
                {"depth": 0, "label": {"position": "right"}},
                {"depth": 1, "label": {"position": "left"}},
            ],
        }
    ]
    return made


def largest(
    names: list[str], table: np.ndarray, others: str, by: np.ndarray
) -> tuple[list[str], list[str], np.ndarray]:
    """Return the largest senders and receivers, all the others added up as one, and their flows.

    Sankeys that are compared have the same places in the same order if they are chosen by the same.

    Args:
        names: Names of the places, which send and receive.
        table: Flows from each (rows) to each (columns).
        others: What all the others together are called.
        by: The flows by which the largest are chosen.
    """
    senders, rows = _groups(names, by.sum(axis=1), others)
    receivers, columns = _groups(names, by.sum(axis=0), others)
    key = (rows[:, None] * len(receivers) + columns).ravel()
    merged = np.bincount(key, table.ravel(), len(senders) * len(receivers))
    return senders, receivers, merged.reshape(len(senders), len(receivers))


def _groups(names: list[str], sums: np.ndarray, others: str) -> tuple[list[str], np.ndarray]:
    """Return the names with the largest sums and "others", and the place of each name in them."""
    kept = np.argsort(-sums, kind="stable")[:MOST]
    group = np.full(len(names), len(kept))
    group[kept] = np.arange(len(kept))
    return [*(names[i] for i in kept), others], group
