"""`rarecare decide`: what a finished comparison says to whoever has to choose and to pay."""

import json
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from abm.errors import UserError
from experiments.commands.options import Json, Language
from experiments.commands.settings import assigned, grouped
from experiments.decision.analysis import FOLDER, Analysis, analyse
from experiments.decision.budget_scenarios import FACTORS
from experiments.decision.data_worth import FALSE, Groups
from experiments.decision.distribution import ACCOUNTS, EQUAL
from experiments.decision.evidence import HOUSEHOLDS, LIFE, PAYERS, SCENARIO, SOCIETY
from experiments.decision.net_benefit import DOMINATED, EXTENDED, ON_FRONTIER
from experiments.reporting import streams
from experiments.reporting.texts import LANGUAGES, Words
from experiments.reporting.wrapping import columns, wrapped
from experiments.running.manifest import REPORTS

WIDTH = 100
"""Columns of what is printed."""
MOST = 8
"""Rows of a table of parameters that are printed."""
EVERY = 5
"""Years between those whose budget is printed, besides the first and the last."""
STATUS = {ON_FRONTIER: "status.frontier", DOMINATED: "status.dominated",
          EXTENDED: "status.extended"}  # fmt: skip


def decide(
    context: typer.Context,
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
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="A scenario of the budget: NAME=factor:times,factor:times, such as "
                     f"cheaper=unit_cost:0.7; factors are {', '.join(FACTORS)}. May be repeated.",
                     show_default=False),
    ] = None,
    language: Language = LANGUAGES[0],
    as_json: Json = False,
) -> int:  # fmt: skip
    """Say which data to collect first, whether policies are worth their money, and for whom."""
    words = Words(language)
    asked: Groups | None = grouped(group) or None
    found = analyse(folder, threshold, perspective, horizon, bears, asked, scenarios_of(scenario))
    there = found.save(folder)
    drawn = _drawn(there, context)
    if as_json:
        told = {"folder": str(there), **found.as_data()}
        print(json.dumps(told, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))
    else:
        print("\n".join(lines_of(found, words)))
        rest = {"where": f"{FOLDER}/", "folder": folder}
        if drawn:
            report = f"{FOLDER}/{REPORTS[language]}"
            print(f"\n{words('decide.rest_drawn', report=report, **rest)}")
        else:
            print(f"\n{words('decide.rest', **rest)}")
    return 1 if drawn is False else 0


def scenarios_of(texts: list[str] | None) -> dict[str, dict[str, float]]:
    """Return scenarios by name from texts such as "cheaper=unit_cost:0.7,uptake:1.2".

    Raises:
        UserError: If a text is not a name and factors with numbers, or a name is given twice.
    """
    expected = "NAME=factor:times,factor:times, such as cheaper=unit_cost:0.7"
    found: dict[str, dict[str, float]] = {}
    for name, listed in assigned("--scenario", texts, expected).items():
        found[name] = {}
        for part in listed.split(","):
            factor, _, times = (one.strip() for one in part.partition(":"))
            try:
                found[name][factor] = float(times)
            except ValueError:
                raise UserError(
                    f"--scenario {name}={listed}: {part}, expected {expected}"
                ) from None
    return found


def _drawn(there: Path, context: typer.Context) -> bool | None:
    """Add figures and report; return whether they are there, None if none were wanted.

    Whatever goes wrong, the tables themselves are there, so one line says it and no more.
    """
    illustrate = getattr(context.obj, "illustrate", None)
    if illustrate is None:
        return None
    try:
        illustrate(there, None)
    except Exception as error:
        told = error or type(error).__name__
        streams.complain(f"figures and report.html of the decision were not made: {told}")
        return False
    return True


def lines_of(found: Analysis, words: Words) -> list[str]:
    """Return what an analysis has found, the answer first, then short tables.

    Args:
        found: What it has found.
        words: The texts of the language.
    """
    lines: list[str] = []
    for sentence in found.said(words):
        lines += _broken(sentence, words)
    base = found.tables["cost_effectiveness"]["baseline"].iloc[0]
    for title, rows, legend in (
        (words("decide.table.data"), _data(found, words), _data_legend(found, words)),
        (words("decide.table.worth", baseline=base), _worth(found, words),
         [words("decide.legend.worth")]),
        (words("decide.table.fifths"), _fifths(found, words), []),
        (words("decide.table.budget"), _budget(found, words), []),
        (words("decide.table.scenarios"), _scenarios(found, words), []),
    ):  # fmt: skip
        if len(rows) > 1:
            lines += ["", title, *_aligned(rows)]
            lines += [line for text in legend for line in _broken(text, words)]
    return lines


def _of_parameters(found: Analysis) -> pd.DataFrame:
    """Return what each parameter is worth; empty where that was not to be told."""
    return found.tables.get("evppi", pd.DataFrame({"country": []}))


def _data_legend(found: Analysis, words: Words) -> list[str]:
    """Return what the columns of the table of data are, and how many parameters it leaves out."""
    none = int((_of_parameters(found)["country"] == 0.0).sum())
    told = [words("decide.legend.data", chance=f"{FALSE:g}")]
    return [*told, words("decide.legend.others", count=none)] if none else told


def _broken(sentence: str, words: Words) -> list[str]:
    """Return a sentence in lines."""
    if words.language == "en":
        return textwrap.wrap(sentence, WIDTH, break_on_hyphens=False)
    return wrapped(sentence, WIDTH)


def _heads(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words(f"head.{name}") for name in names)


def _worth(found: Analysis, words: Words) -> list[Sequence[str]]:
    """Return the table of cost-effectiveness."""
    rows: list[Sequence[str]] = [_heads(words, "policy", "cost", "qalys", "per_qaly", "net_qalys",
                                        "best_in", "among")]  # fmt: skip
    for row in found.tables["cost_effectiveness"].to_dict("records"):
        rows.append((
            row["policy"], _number(row["cost_difference"] / 1e6), _number(row["effect_difference"]),
            _number(row["icer"]), _number(row["nhb_difference"]), f"{row['probability']:.0%}",
            words(STATUS[row["status"]]),
        ))  # fmt: skip
    return rows


def _data(found: Analysis, words: Words) -> list[Sequence[str]]:
    """Return the table of what parameters are worth."""
    rows: list[Sequence[str]] = [_heads(words, "parameter", "million", "interval", "by_luck",
                                        "a_patient", "chance")]  # fmt: skip
    table = _of_parameters(found)
    for row in table[table["country"] > 0.0].head(MOST).to_dict("records"):
        ends = words("answer.range", low=_number(row["low"] / 1e6), high=_number(row["high"] / 1e6))
        rows.append((row["parameters"], _number(row["country"] / 1e6), ends,
                     _number(row["by_luck"] / 1e6), _number(row["per_patient"]),
                     f"{row['chance']:.3f}"))  # fmt: skip
    return rows


def _fifths(found: Analysis, words: Words) -> list[Sequence[str]]:
    """Return the table of who gains health and who bears its cost."""
    rows: list[Sequence[str]] = [_heads(words, "policy", "fifth", "gained", "borne", "net",
                                        "net_interval")]  # fmt: skip
    table = found.tables["groups"]
    for row in table[table["by"] == "income_quintile"].to_dict("records"):
        ends = words("answer.range", low=_number(row["net_low"]), high=_number(row["net_high"]))
        rows.append((row["policy"], row["group"], _number(row["gained"]), _number(row["borne"]),
                     _number(row["net"]), ends))  # fmt: skip
    return rows


def _budget(found: Analysis, words: Words) -> list[Sequence[str]]:
    """Return the table of some years' budgets."""
    rows: list[Sequence[str]] = [_heads(words, "policy", "year", "eligible", "diagnosed", "treated",
                                        "paid", "more")]  # fmt: skip
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


def _scenarios(found: Analysis, words: Words) -> list[Sequence[str]]:
    """Return the table of the budget's scenarios, the baseline's own left out."""
    rows: list[Sequence[str]] = [_heads(words, "scenario", "policy", "eligible", "treated",
                                        "per_treated", "paid", "more")]  # fmt: skip
    table = found.tables.get("budget_scenarios", pd.DataFrame())
    for row in table.to_dict("records"):
        if np.isfinite(row["difference"]):
            treated = row["eligible"] * row["diagnosed"] * row["uptake"]
            rows.append((
                scenario_name(row, words), row["policy"], _number(row["eligible"]),
                _number(treated), _number(row["unit_cost"] / 1e3), _number(row["paid"] / 1e6),
                _number(row["difference"] / 1e6),
            ))  # fmt: skip
    return rows


def scenario_name(row: dict, words: Words) -> str:
    """Return what a scenario is called; one of the user as it was typed."""
    if row["factor"]:
        factor = words(f"scenario.{row['factor']}")
        return words(f"scenario.{row['end']}", factor=factor)
    return words("scenario.simulated") if row["scenario"] == "simulated" else str(row["scenario"])


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines, the first column to the left and the others to the right."""
    found = list(zip(*rows, strict=True))
    widths = [max(map(columns, column)) for column in found]
    return ["  ".join(
        cell + " " * (width - columns(cell)) if n == 0 else " " * (width - columns(cell)) + cell
        for n, (cell, width) in enumerate(zip(row, widths, strict=True))
    ).rstrip() for row in zip(*found, strict=True)]  # fmt: skip


def _number(value: float) -> str:
    """Return a number with three digits, a dash for none."""
    if not np.isfinite(value):
        return "-"
    short = float(f"{value:.3g}")
    return f"{short:,.0f}" if abs(short) >= 100.0 or short == 0.0 else f"{short:g}"


def _plain(value: object) -> object:
    """Return numbers of numpy as Python's."""
    return value.item() if isinstance(value, np.generic) else str(value)
