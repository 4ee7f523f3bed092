"""The charts of a decision: functions of the tables that `rarecare decide` writes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.measures.budget import PAYERS
from experiments.reporting.formatting import Scale, scale
from viz.charts.style import (
    BETTER,
    GREY,
    INK,
    PALETTE,
    WORSE,
    A,
    B,
    Option,
    axis,
    empty,
    option,
    rows_axis,
    whole,
)
from viz.comparison.differences import LABEL, LABEL_LINE
from viz.i18n.texts import Texts

Called = Callable[[str], str]
"""Gives what a policy is called."""

SIDES = (A, B, "#228833", "#AA3377", "#CCBB44", "#66CCEE", "#222255")
"""Colours of the policies, the baseline first."""
SQUARE, WIDE, ROW = 340, 320, 26
"""Pixels: height of a chart with two axes of values, of one over years, and of a row."""
MOST = 12
"""Parameters that a chart has room for."""
KINDS = ("income_quintile", "zone", "residence")
"""Kinds of groups whose winners and losers are shown."""
VERDICTS = {"gains": BETTER, "loses": WORSE}


def plane(
    points: pd.DataFrame, means: pd.DataFrame, texts: Texts, called: Called, note: str
) -> Option:
    """Return the cost-effectiveness plane: a point per pair of runs, means large, the threshold.

    Args:
        points: `plane.csv`.
        means: `cost_effectiveness.csv`.
        texts: Texts of the language.
        called: Gives what a policy is called.
        note: What has to be known to read it.
    """
    base, others = means["policy"].iloc[0], means.iloc[1:]
    health = scale(points["effect"], texts("unit.qalys"), texts.language)
    money = scale(points["cost"], texts("unit.yuan"), texts.language)
    names = [whole(called(policy)) for policy in others["policy"]]
    made = option(
        texts("decision.plane", baseline=called(base)), texts, note, legend=names,
        xAxis=axis(texts("decision.health_axis", unit=health.unit)),
        yAxis=axis(texts("decision.cost_axis", unit=money.unit), vertical=True),
        tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    made["series"] = []
    for name, row, colour in zip(names, others.to_dict("records"), SIDES[1:], strict=False):
        own = points[points["policy"] == row["policy"]]
        made["series"] += [
            {"type": "scatter", "name": name, "symbolSize": 6,
             "itemStyle": {"color": colour, "opacity": 0.45},
             "data": _pairs(own["effect"] / health.divisor, own["cost"] / money.divisor)},
            {"type": "scatter", "name": name, "symbolSize": 16,
             "itemStyle": {"color": colour, "borderColor": INK, "borderWidth": 1.5},
             "data": _pairs([row["effect_difference"] / health.divisor],
                            [row["cost_difference"] / money.divisor])},
        ]  # fmt: skip
    reach = float(points["effect"].abs().max() or 1.0) / health.divisor
    slope = float(means["threshold"].iloc[0]) * health.divisor / money.divisor
    ends = (-reach if points["effect"].min() < 0.0 else 0.0, reach)
    made["color"] = list(SIDES[1:])
    made["series"].append({
        "type": "line", "name": texts("decision.worth"), "symbol": "none", "silent": True,
        "lineStyle": {"color": INK, "type": "dashed", "width": 1.5},
        "data": _pairs(ends, [slope * end for end in ends]),
    })  # fmt: skip
    return made


def acceptability(
    curve: pd.DataFrame, threshold: float, texts: Texts, called: Called, note: str
) -> Option:
    """Return the acceptability curves with the frontier.

    Args:
        curve: `acceptability.csv`.
        threshold: What a QALY is taken to be worth.
        texts: Texts of the language.
        called: Gives what a policy is called.
        note: What has to be known to read it.
    """
    policies = list(dict.fromkeys(curve["policy"]))
    money = scale(curve["threshold"], texts("unit.yuan"), texts.language)
    made = option(
        texts("decision.curve"), texts, note, legend=[whole(called(one)) for one in policies],
        xAxis=axis(texts("decision.threshold_axis", unit=money.unit)),
        yAxis=axis(texts("decision.probability"), vertical=True, min=0, max=100),
        grid={"bottom": 40},
    )  # fmt: skip
    made["series"] = []
    for policy, colour in zip(policies, SIDES, strict=False):
        own = curve[curve["policy"] == policy]
        at = own["threshold"] / money.divisor
        line = {"type": "line", "symbol": "none", "name": whole(called(policy)),
                "color": colour}  # fmt: skip
        made["series"].append({
            **line, "lineStyle": {"color": colour, "width": 1.5},
            "data": _pairs(at, 100.0 * own["probability"]),
        })  # fmt: skip
        if own["without_luck"].notna().all():
            made["series"].append({
                **line, "lineStyle": {"color": colour, "width": 1.5, "type": "dashed"},
                "data": _pairs(at, 100.0 * own["without_luck"]),
            })  # fmt: skip
        best = own["frontier"].astype(bool)
        made["series"].append({
            **line, "lineStyle": {"color": colour, "width": 5, "opacity": 0.5},
            "data": [[x, y if there else None] for (x, y), there in
                     zip(_pairs(at, 100.0 * own["probability"]), best, strict=True)],
        })  # fmt: skip
    made["series"][0]["markLine"] = _upright(threshold / money.divisor)
    return made


def data_worth(table: pd.DataFrame, texts: Texts) -> Option:
    """Return what parameters are worth, with intervals, beside what luck would make them seem.

    Args:
        table: `evppi.csv`, the most valuable first.
        texts: Texts of the language.
    """
    shown = table.head(MOST)
    money = scale(shown["high"], texts("unit.yuan"), texts.language)
    made = option(
        texts("decision.data"), texts, texts("decision.data_note"),
        xAxis=axis(texts("decision.money_axis", unit=money.unit), min=0),
        tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    made["yAxis"] = _names(list(shown["parameters"]))
    bars = []
    for row in shown.to_dict("records"):
        colour = BETTER if row["told"] and not row["convention"] else GREY
        edge = "dashed" if row["convention"] else "solid"
        bars.append({
            "value": _five(row["low"], row["country"], row["high"], money.divisor),
            "itemStyle": {"color": f"{colour}66", "borderColor": colour, "borderType": edge},
        })  # fmt: skip
    luck = [[_short(x / money.divisor), n] for n, x in enumerate(shown["by_luck"])]
    made["series"] = [
        {"type": "boxplot", "data": bars, "boxWidth": [7, 10], "name": made["title"]["text"]},
        {"type": "scatter", "data": luck, "symbol": "diamond", "symbolSize": 9,
         "itemStyle": {"color": INK}, "name": texts("decision.by_luck")},
    ]  # fmt: skip
    return made


def equity_plane(table: pd.DataFrame, texts: Texts, called: Called, bears: str) -> Option:
    """Return the equity-impact plane of Atkinson's index between fifths of income.

    Args:
        table: `equity_plane.csv`.
        texts: Texts of the language.
        called: Gives what a policy is called.
        bears: Who bears the opportunity cost, in words.
    """
    rows = table[(table["by"] == "income_quintile") & (table["index"] == "atkinson")]
    policies = list(dict.fromkeys(rows["policy"]))
    title = texts("decision.equity", baseline=called(policies[0])) if policies else ""
    if len(policies) < 2:
        return empty(
            title or texts("decision.net_health", unit=""), texts, texts("difference.nothing")
        )
    across, up = (scale(rows[key], texts("unit.qalys"), texts.language)
                  for key in ("net_health", "equity_impact"))  # fmt: skip
    note = texts("decision.equity_note", least=f"{rows['aversion'].min():g}",
                 most=f"{rows['aversion'].max():g}", bears=bears)  # fmt: skip
    names = [whole(called(policy)) for policy in policies[1:]]
    made = option(
        title, texts, note, legend=names,
        xAxis=axis(texts("decision.net_health", unit=across.unit)),
        yAxis=axis(texts("decision.equity_axis", unit=up.unit), vertical=True),
        tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    made["series"] = []
    for policy, name, colour in zip(policies[1:], names, SIDES[1:], strict=False):
        own = rows[rows["policy"] == policy].sort_values("aversion")
        made["series"].append({
            "type": "line", "name": name, "symbol": "circle", "symbolSize": 7, "color": colour,
            "lineStyle": {"color": colour, "width": 1}, "itemStyle": {"color": colour},
            "data": [
                {"value": pair, "label": {"show": n in (0, len(own) - 1), "fontSize": 10,
                                          "position": "right", "color": INK,
                                          "formatter": f"{aversion:g}"}}
                for n, (pair, aversion) in enumerate(zip(
                    _pairs(own["net_health"] / across.divisor, own["equity_impact"] / up.divisor),
                    own["aversion"], strict=True))
            ],
        })  # fmt: skip
    return made


def budget(table: pd.DataFrame, policy: str, base: str, texts: Texts, called: Called) -> Option:
    """Return what a policy costs more than the baseline, by year and payer.

    Args:
        table: `budget_impact.csv`.
        policy: Name of the policy.
        base: Name of the baseline.
        texts: Texts of the language.
        called: Gives what a policy is called.
    """
    own = table[table["policy"] == policy]
    years = sorted(set(own["year"]))
    money = scale(own["difference"], texts("unit.yuan_a_year"), texts.language)
    payers = [name for name in PAYERS if (own.loc[own["payer"] == name, "difference"] != 0.0).any()]
    names = {name: _payer(name, texts) for name in payers}
    made = option(
        texts("decision.budget", policy=called(policy), baseline=called(base)), texts,
        texts("decision.budget_note"), legend=[*names.values(), texts("decision.all_payers")],
        xAxis={"type": "category", "data": [str(year) for year in years]},
        yAxis=axis(money.unit, vertical=True),
    )  # fmt: skip
    made["series"] = [
        {"type": "bar", "stack": "paid", "name": names[name], "itemStyle": {"color": colour},
         "data": _by_year(own, name, years, money)}
        for name, colour in zip(payers, (*PALETTE, "#999933"), strict=False)
    ]  # fmt: skip
    made["series"].append({
        "type": "line", "name": texts("decision.all_payers"), "symbolSize": 5,
        "itemStyle": {"color": INK}, "lineStyle": {"color": INK},
        "data": _by_year(own, "all", years, money),
    })  # fmt: skip
    return made


def scenarios(
    table: pd.DataFrame, names: Sequence[str], policy: str, base: str, texts: Texts, called: Called
) -> Option:
    """Return how a policy's budget beside the baseline moves with its factors.

    Args:
        table: `budget_scenarios.csv`.
        names: What each row's scenario, or the factor that it moves, is called.
        policy: Name of the policy.
        base: Name of the baseline.
        texts: Texts of the language.
        called: Gives what a policy is called.
    """
    own = table.assign(name=list(names))[table["policy"].to_numpy() == policy]
    simulated = float(own["difference"].iloc[0])
    money = scale(own["difference"], texts("unit.yuan"), texts.language)
    ends = own.iloc[1:].groupby("name", sort=False)["difference"].agg(["min", "max"])
    title = texts("decision.scenarios", baseline=called(base))
    made = option(
        texts("difference.of", policy=called(policy), measure=title), texts,
        texts("decision.scenarios_note"), xAxis=axis(money.unit, scale=True),
        tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    made["yAxis"] = _names([str(name) for name in ends.index])
    made["series"] = [{
        "type": "boxplot", "boxWidth": [7, 12], "name": whole(called(policy)),
        "data": [{"value": _five(low, min(max(simulated, low), high), high, money.divisor),
                  "itemStyle": {"color": f"{A}66", "borderColor": A}}
                 for low, high in ends.itertuples(index=False)],
        "markLine": _upright(simulated / money.divisor),
    }]  # fmt: skip
    return made


def winners(
    table: pd.DataFrame, measure: str, base: str, texts: Texts, called: Called, horizon: str
) -> Option:
    """Return what each group gains and loses beside the baseline.

    Args:
        table: `winners.csv`.
        measure: "health" or "households".
        base: Name of the baseline.
        texts: Texts of the language.
        called: Gives what a policy is called.
        horizon: Over what time, in words.
    """
    shown = table[(table["measure"] == measure) & table["by"].isin(("all", *KINDS))]
    policies = list(dict.fromkeys(shown["policy"]))
    groups = list(dict.fromkeys(zip(shown["by"], shown["group"], strict=True)))
    unit = texts("unit.qalys" if measure == "health" else "unit.yuan")
    amounts = scale(shown["difference"], unit, texts.language)
    title = texts("decision.winners", measure=texts(f"decision.measure.{measure}"),
                  baseline=called(base))  # fmt: skip
    alone = len(policies) == 1
    made = option(
        texts("difference.of", policy=called(policies[0]), measure=title) if alone else title,
        texts, texts("decision.winners_note", horizon=horizon),
        legend=() if alone else [whole(called(policy)) for policy in policies],
        xAxis=axis(amounts.unit), tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    made["yAxis"] = _names([_group(by, group, texts) for by, group in groups])
    made["series"] = []
    for policy, side in zip(policies, SIDES[1:], strict=False):
        own = shown[shown["policy"] == policy].set_index(["by", "group"])
        data = []
        for key in groups:
            row = own.loc[key]
            colour = VERDICTS.get(row["verdict"], GREY) if alone else side
            faint = "66" if row["verdict"] in VERDICTS else "22"
            low, high = (row[end] if np.isfinite(row[end]) else row["difference"]
                         for end in ("low", "high"))  # fmt: skip
            data.append({
                "value": _five(low, row["difference"], high, amounts.divisor),
                "itemStyle": {"color": f"{colour}{faint}", "borderColor": colour},
            })  # fmt: skip
        made["series"].append({"type": "boxplot", "name": whole(called(policy)), "data": data,
                               "boxWidth": [6, 9], "itemStyle": {"color": side}})  # fmt: skip
    made["color"] = list(SIDES[1:])
    made["series"][0]["markLine"] = _upright(0.0)
    return made


def height(made: Option) -> int:
    """Return the pixels that a chart of a decision needs."""
    rows = made.get("yAxis", {})
    if rows.get("type") == "category":
        bars = max(1, sum(one["type"] == "boxplot" for one in made["series"]))
        return int(made["grid"]["top"]) + 56 + (ROW + 12 * (bars - 1)) * len(rows["data"])
    return int(made["grid"]["top"]) + (SQUARE if made.get("series") else WIDE)


def _names(names: list[str]) -> Option:
    """Return the axis of rows."""
    label = {"interval": 0, "width": LABEL, "overflow": "break", "fontSize": 11,
             "lineHeight": LABEL_LINE, "color": INK}  # fmt: skip
    return rows_axis(names, label, axisLine={"show": False})


def _group(by: str, group: str, texts: Texts) -> str:
    return texts.get(f"group.{by}.{group}", texts.place(group))


def _payer(name: str, texts: Texts) -> str:
    return texts("payers.programmes") if name == "programmes" else texts.name("group.payer", name)


def _by_year(own: pd.DataFrame, payer: str, years: Sequence[int], money: Scale) -> list[Any]:
    rows = own[own["payer"] == payer].set_index("year")["difference"]
    return [money.of(float(rows.get(year, np.nan))) for year in years]


def _pairs(across: Any, up: Any) -> list[list[Any]]:
    """Return points as plain numbers with few digits."""
    return [[_short(float(x)), _short(float(y))] for x, y in zip(across, up, strict=True)]


def _five(low: float, middle: float, high: float, divisor: float) -> list[float]:
    """Return what a bar from low to high with a line at the middle is made of."""
    return [_short(x / divisor) for x in (low, low, middle, high, high)]


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _upright(at: float) -> Option:
    """Return an upright line."""
    return {"silent": True, "symbol": "none", "label": {"show": False},
            "data": [{"xAxis": _short(at)}],
            "lineStyle": {"color": INK, "type": "solid", "width": 1}}  # fmt: skip
