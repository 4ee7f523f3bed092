"""`rarecare decide`: what a finished comparison says to whoever has to choose and to pay."""

import json
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from experiments.commands.options import Json
from experiments.commands.settings import grouped
from experiments.decision.analysis import FOLDER, Analysis, analyse
from experiments.decision.data_worth import Groups
from experiments.decision.distribution import ACCOUNTS, EQUAL
from experiments.decision.evidence import HOUSEHOLDS, LIFE, PAYERS, SCENARIO, SOCIETY

WIDTH = 100
"""Columns of what is printed."""
MOST = 8
"""Rows of a table of parameters that are printed."""
EVERY = 5
"""Years between those whose budget is printed, besides the first and the last."""


def decide(
    folder: Annotated[Path, typer.Argument(help="Folder of a comparison (rarecare compare).")],
    threshold: Annotated[
        float | None,
        typer.Option(help="What a QALY is worth. [default: the world's cost per QALY displaced]",
                     show_default=False),
    ] = None,
    perspective: Annotated[
        str, typer.Option(help=f"Whose costs count: {PAYERS}, {HOUSEHOLDS} or {SOCIETY}.")
    ] = PAYERS,
    horizon: Annotated[
        str, typer.Option(help=f"Patients' whole lives ({LIFE}), or the {SCENARIO} alone.")
    ] = LIFE,
    bears: Annotated[
        str | None,
        typer.Option(help=f"Who loses the health that the money would have brought: those from "
                     f"whom the accounts say it comes ({ACCOUNTS}), or everyone alike ({EQUAL}). "
                     "[default: the accounts, where they tell]", show_default=False),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(help="Parameters that would be found out together: NAME=parameter,parameter. "
                     "May be repeated. [default: each by itself]", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say whether policies are worth their money, for whom, and which data to collect first."""
    asked: Groups | None = grouped(group) or None
    found = analyse(folder, threshold, perspective, horizon, bears, asked)
    there = found.save(folder)
    if as_json:
        told = {"folder": str(there), **found.as_data()}
        print(json.dumps(told, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))
    else:
        print("\n".join(lines_of(found)))
        print(f"\nThe tables: {FOLDER}/*.csv in {folder}.")


def lines_of(found: Analysis) -> list[str]:
    """Return what an analysis has found, the answer first, then short tables."""
    lines: list[str] = []
    for sentence in found.sentences:
        lines += textwrap.wrap(sentence, WIDTH, break_on_hyphens=False)
    for title, rows in (
        (f"Beside {found.tables['cost_effectiveness']['baseline'].iloc[0]}", _worth(found)),
        ("What data would be worth", _data(found)),
        ("Health by fifth of income, beside the baseline", _fifths(found)),
        ("The budget, undiscounted", _budget(found)),
    ):
        if len(rows) > 1:
            lines += ["", title, *_aligned(rows)]
    return lines


def _worth(found: Analysis) -> list[Sequence[str]]:
    """Return the table of cost-effectiveness."""
    rows: list[Sequence[str]] = [("policy", "cost, million", "QALYs", "per QALY", "net QALYs",
                                  "best in", "among all")]  # fmt: skip
    for row in found.tables["cost_effectiveness"].to_dict("records"):
        rows.append((
            row["policy"], _number(row["cost_difference"] / 1e6), _number(row["effect_difference"]),
            _number(row["icer"]), _number(row["nhb_difference"]), f"{row['probability']:.0%}",
            row["status"],
        ))  # fmt: skip
    return rows


def _data(found: Analysis) -> list[Sequence[str]]:
    """Return the table of what parameters are worth."""
    rows: list[Sequence[str]] = [("parameter", "million", "95 %", "by luck", "a patient", "chance")]
    table = found.tables.get("evppi", pd.DataFrame())
    for row in table.head(MOST).to_dict("records"):
        ends = f"{_number(row['low'] / 1e6)} to {_number(row['high'] / 1e6)}"
        rows.append((row["parameters"], _number(row["country"] / 1e6), ends,
                     _number(row["by_luck"] / 1e6), _number(row["per_patient"]),
                     f"{row['chance']:.3f}"))  # fmt: skip
    return rows


def _fifths(found: Analysis) -> list[Sequence[str]]:
    """Return the table of who gains health and who bears its cost."""
    rows: list[Sequence[str]] = [("policy", "fifth", "gained", "borne", "net", "net, 95 %")]
    table = found.tables["groups"]
    for row in table[table["by"] == "income_quintile"].to_dict("records"):
        ends = f"{_number(row['net_low'])} to {_number(row['net_high'])}"
        rows.append((row["policy"], row["group"], _number(row["gained"]), _number(row["borne"]),
                     _number(row["net"]), ends))  # fmt: skip
    return rows


def _budget(found: Analysis) -> list[Sequence[str]]:
    """Return the table of some years' budgets."""
    rows: list[Sequence[str]] = [("policy", "year", "eligible", "diagnosed", "treated",
                                  "paid, million", "more than the baseline")]  # fmt: skip
    table = found.tables["budget_impact"]
    table = table[table["payer"] == "all"]
    years = sorted(set(table["year"]))
    shown = {years[0], *years[::EVERY], years[-1]} if years else set()
    for row in table[table["year"].isin(shown)].to_dict("records"):
        rows.append((
            row["policy"], str(row["year"]), _number(row["eligible"]), _number(row["diagnosed"]),
            _number(row["treated"]), _number(row["paid"] / 1e6), _number(row["difference"] / 1e6),
        ))  # fmt: skip
    return rows


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines, the first column to the left and the others to the right."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    return ["  ".join(
        cell.ljust(width) if n == 0 else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(row, widths, strict=True))
    ).rstrip() for row in zip(*columns, strict=True)]  # fmt: skip


def _number(value: float) -> str:
    """Return a number with three digits, a dash for none."""
    if not np.isfinite(value):
        return "-"
    short = float(f"{value:.3g}")
    return f"{short:,.0f}" if abs(short) >= 100.0 or short == 0.0 else f"{short:g}"


def _plain(value: object) -> object:
    """Return numbers of numpy as Python's."""
    return value.item() if isinstance(value, np.generic) else str(value)
