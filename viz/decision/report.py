"""The report of a decision: which data first, what they are worth, how sure that is."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError
from abm.world import World, load_world
from experiments.commands.decide import scenario_name
from experiments.decision.analysis import ABOUT
from experiments.decision.data_worth import FALSE
from experiments.measures.units import QALYS_AT_FULL_SCALE, YUAN_AT_FULL_SCALE
from experiments.reporting.formatting import currency_in, describe_difference, describe_value, scale
from experiments.reporting.texts import Words
from experiments.running.files import write_text
from experiments.running.manifest import REPORTS
from viz.charts.style import Option
from viz.comparison.results import Results, read_results
from viz.decision import charts
from viz.i18n.texts import Texts
from viz.report import foot
from viz.report.figures import Figure, on_page, slug, write_sheets
from viz.report.markup import figure, listed, page, pairs, safe, table
from viz.report.svg import Pen

MOST = 12
"""Parameters of the table."""


@dataclass(frozen=True)
class Decision:
    """What the folder of a decision holds.

    Attributes:
        about: The content of `decision.json`.
        tables: Its tables by name.
        results: The comparison that it was worked out from.
        meanings: What each parameter is, in English, as far as its world says.
    """

    about: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    results: Results
    meanings: dict[str, str]

    @property
    def policies(self) -> list[str]:
        """Names of the policies, the baseline first."""
        return list(self.tables["cost_effectiveness"]["policy"])

    def called(self, policy: str, texts: Texts) -> str:
        """Return what a policy is called."""
        return str(self.about["in_words"][texts.language]["titles"].get(policy, policy))

    def words(self, texts: Texts) -> dict[str, Any]:
        """Return what it says in a language."""
        return dict(self.about["in_words"][texts.language])


def illustrate(folder: str | Path, world: World | None = None) -> None:
    """Add figures and the report, in both languages, to the folder of a decision.

    Args:
        folder: The folder that `Analysis.save` has written, in that of its comparison.
        world: The world in which the runs played; the one that the manifest names by default.

    Raises:
        UserError: If it holds no decision, or cannot be written to.
    """
    folder = Path(folder)
    results = read_results(folder.parent)
    place = world or _world_of(results)
    found = _read(folder, results, place)

    def made(texts: Texts, drawing: Pen) -> tuple[list[Figure], Sequence[str]]:
        figures = list(figures_of(found, texts))
        write_text(folder / REPORTS[texts.language], report(found, texts, drawing, figures))
        return figures, foot.lines(found.results, texts)

    write_sheets(folder, place, made)


def holds_decision(folder: Path) -> bool:
    """Return whether a folder holds the tables of a decision."""
    return (folder / ABOUT).is_file()


def _world_of(results: Results) -> World | None:
    """Return the world that a comparison names, None if it cannot be read any more."""
    try:
        return load_world(results.manifest["world"]["source"])
    except (UserError, KeyError):
        return None


def _read(folder: Path, results: Results, world: World | None) -> Decision:
    """Return what the folder of a decision holds.

    Raises:
        UserError: If it cannot be read.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        tables = {file.stem: pd.read_csv(file, dtype={"group": str}, keep_default_na=True)
                  for file in folder.glob("*.csv")}  # fmt: skip
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise UserError(f"{folder}: no decision that can be read ({reason})") from None
    if not isinstance(about.get("in_words"), dict):
        raise UserError(f"{folder / ABOUT}: of another version; rarecare decide makes it again")
    known = world.parameter_table if world else None
    meanings = dict(zip(known["name"], known["meaning"], strict=True)) if known is not None else {}
    return Decision(about, tables, results, meanings)


def figures_of(found: Decision, texts: Texts) -> Iterator[Figure]:
    """Yield the figures of a decision under the headings of its report.

    Args:
        found: What its folder holds.
        texts: Texts of the language.
    """
    about, tables = found.about, found.tables
    called = partial(found.called, texts=texts)
    base, *others = found.policies
    amount = {
        "threshold": f"{about['threshold']:,.0f}",
        "currency": currency_in(about["currency"], Words(texts.language)),
    }
    who = texts(f"decision.who.{about['perspective']}")
    answer, worth, whom, budget = (
        texts(f"decision.{key}") for key in ("answer", "worth_money", "for_whom", "budget_part")
    )
    if _worth_something(found):
        yield _figure("data-worth", answer, charts.data_worth(tables["evppi"], texts))
    note = texts("decision.plane_note", who=who, **amount)
    yield _figure("plane", worth, charts.plane(tables["plane"], tables["cost_effectiveness"], texts,
                                               called, note))  # fmt: skip
    note = texts("decision.curve_note", **amount)
    yield _figure("acceptability", worth, charts.acceptability(
        tables["acceptability"], about["threshold"], texts, called, note))  # fmt: skip
    horizon = texts(f"decision.horizon.{about['horizon']}")
    for measure in ("health", "households"):
        yield _figure(f"winners-{measure}", whom, charts.winners(
            tables["winners"], measure, base, texts, called, horizon))  # fmt: skip
    if "equity_plane" in tables and "income_quintile" in about["bears"]:
        bears = found.words(texts)["bears"]["income_quintile"]
        yield _figure("equity", whom, charts.equity_plane(tables["equity_plane"], texts, called,
                                                          bears))  # fmt: skip
    for policy in others:
        yield _figure(f"budget-{slug(policy)}", budget, charts.budget(
            tables["budget_impact"], policy, base, texts, called))  # fmt: skip
        if "budget_scenarios" in tables:
            names = _moved(tables["budget_scenarios"], texts)
            yield _figure(f"scenarios-{slug(policy)}", budget, charts.scenarios(
                tables["budget_scenarios"], names, policy, base, texts, called))  # fmt: skip


def report(found: Decision, texts: Texts, drawing: Pen, figures: Sequence[Figure]) -> str:
    """Return a report that stands alone: the data to collect first, what they are worth, how sure.

    Args:
        found: What the folder holds.
        texts: Texts of the language.
        drawing: What draws the figures.
        figures: The figures.
    """
    told, pictures = found.words(texts), on_page(drawing, figures)
    data = len(told["sentences"]) - _others(found)
    first, rest = told["sentences"][:data], told["sentences"][data:]

    def shown(key: str) -> str:
        under = texts(f"decision.{key}")
        parts = [figure(pictures[one.name]) for one in figures if one.section == under]
        return f'<div class="charts">{"".join(parts)}</div>' if parts else ""

    worth, equity = rest[: len(found.policies) - 1], rest[len(found.policies) - 1 :]
    body = [
        _other(texts), f"<h1>{safe(told['title'])}</h1>",
        *(f'<p class="answer">{safe(one)}</p>' for one in first),
        f'<section class="assumed"><h3>{safe(texts("decision.how_sure"))}</h3>'
        f"{listed(_how_sure(found, texts))}</section>",
        f'<h2>{safe(texts("decision.answer"))}</h2>', shown("answer"),
        f'<h2>{safe(texts("decision.worth_money"))}</h2>', listed(worth), shown("worth_money"),
        f'<h2>{safe(texts("decision.for_whom"))}</h2>', listed(equity), shown("for_whom"),
        f'<h2>{safe(texts("decision.budget_part"))}</h2>', shown("budget_part"),
        f'<p class="foot">{"<br>".join(map(safe, foot.lines(found.results, texts)))}</p>',
        f'<h2>{safe(texts("decision.tables"))}</h2>', *_tables(found, texts),
        f'<h2>{safe(texts("decision.rests"))}</h2>', _rests(found, texts),
    ]  # fmt: skip
    return page(texts.language, str(told["title"]), "\n".join(filter(None, body)))


def _other(texts: Texts) -> str:
    """Return the link to the report in the other language."""
    other = next(language for language in REPORTS if language != texts.language)
    tag = {"zh": "zh-CN"}.get(other, other)
    name = safe(texts("report.other_language"))
    return (
        f'<p class="other"><a href="{REPORTS[other]}" lang="{tag}" hreflang="{tag}">{name}</a></p>'
    )


def _others(found: Decision) -> int:
    """Return how many sentences tell of money's worth and of equity."""
    others = len(found.policies) - 1
    return others * (2 if "income_quintile" in found.about["bears"] else 1)


def _how_sure(found: Decision, texts: Texts) -> Iterator[str]:
    """Yield how sure the worth of data is."""
    for why in found.about["left_out"].values():
        yield texts("decision.not_told", why=why)
    if "evpi" in found.tables:
        row = found.tables["evpi"].iloc[0]
        money = scale([row["high"], row["with_luck"]], texts("unit.yuan"), texts.language)
        low, high, luck = (
            f"{row[key] / money.divisor:.3g}" for key in ("low", "high", "with_luck")
        )
        yield texts("decision.how_sure_evpi", low=low, high=high, unit=money.unit, luck=luck,
                    runs=int(row["runs"]), repeats=int(row["repeats"]))  # fmt: skip
    if _worth_something(found):
        top = found.tables["evppi"].iloc[0]
        yield texts("decision.how_sure_top", parameter=top["parameters"],
                    chance=f"{top['chance']:.1%}")  # fmt: skip
    yield texts("decision.how_sure_not")


def _worth_something(found: Decision) -> bool:
    """Return whether any parameter would be worth finding out, as far as is told."""
    return "evppi" in found.tables and bool((found.tables["evppi"]["country"] > 0.0).any())


def _moved(scenarios: pd.DataFrame, texts: Texts) -> list[str]:
    """Return the name of each row's scenario, or of the factor that it moves."""
    words = Words(texts.language)
    return [words(f"scenario.{row['factor']}") if isinstance(row["factor"], str) and row["factor"]
            else scenario_name({**row, "factor": ""}, words)
            for row in scenarios.to_dict("records")]  # fmt: skip


def _tables(found: Decision, texts: Texts) -> Iterator[str]:
    """Yield the tables of the report."""
    words = Words(texts.language)
    yield _data_table(found, texts, words)
    yield _worth_table(found, texts, words)
    yield _groups_table(found, texts, words)
    yield _scenarios_table(found, texts, words)
    yield _budget_table(found, texts, words)


def _head(texts: Texts, *keys: str) -> list[str]:
    return [texts(f"decision.column.{key}") for key in keys]


def _data_table(found: Decision, texts: Texts, words: Words) -> str:
    if "evppi" not in found.tables:
        return ""
    known, rows = found.tables["evppi"], []
    for row in known[known["country"] > 0.0].head(MOST).to_dict("records"):
        worth = describe_value(row["country"], row["low"], row["high"], YUAN_AT_FULL_SCALE, words)
        luck = describe_value(row["by_luck"], float("nan"), float("nan"), YUAN_AT_FULL_SCALE, words)
        meaning = f'<span lang="en">{safe(found.meanings.get(row["parameters"], ""))}</span>'
        rows.append([safe(row["parameters"]), meaning, safe(worth), safe(luck),
                     f"{row['chance']:.3f}"])  # fmt: skip
    head = _head(texts, "parameter", "meaning", "worth", "by_luck", "chance")
    legend = words("decide.legend.data", chance=f"{FALSE:g}")
    none = int((known["country"] == 0.0).sum())
    if none:
        legend += " " + words("decide.legend.others", count=none)
    made = table(head, rows, texts("decision.table.data"), "text") if rows else ""
    return f'{made}<p class="note">{safe(legend)}</p>'


def _worth_table(found: Decision, texts: Texts, words: Words) -> str:
    rows = []
    for row in found.tables["cost_effectiveness"].iloc[1:].to_dict("records"):
        cells = []
        for key, unit in (("cost", YUAN_AT_FULL_SCALE), ("effect", QALYS_AT_FULL_SCALE),
                          ("nhb", QALYS_AT_FULL_SCALE)):  # fmt: skip
            middle, low, high = (row[f"{key}_difference{end}"] for end in ("", "_low", "_high"))
            cells.append(describe_difference(middle, low, high, unit, words))
        icer = f"{row['icer']:,.0f}" if row["icer_low"] == row["icer_low"] else "–"
        rows.append([safe(found.called(row["policy"], texts)), *map(safe, cells), icer,
                     f"{row['probability']:.0%}"])  # fmt: skip
    head = _head(texts, "policy", "cost", "effect", "nhb", "icer", "probability")
    base = found.called(found.policies[0], texts)
    made = table(head, rows, texts("decision.table.worth", baseline=base))
    return f'{made}<p class="note">{safe(words("decide.legend.worth"))}</p>'


def _groups_table(found: Decision, texts: Texts, words: Words) -> str:
    known = found.tables.get("groups", pd.DataFrame(columns=["by"]))
    rows = []
    for row in known[known["by"] == "income_quintile"].to_dict("records"):
        cells = [
            describe_difference(row[key], row[f"{key}_low"], row[f"{key}_high"],
                                QALYS_AT_FULL_SCALE, words)
            for key in ("gained", "borne", "net")
        ]  # fmt: skip
        group = texts(f"group.income_quintile.{row['group']}")
        rows.append([safe(found.called(row["policy"], texts)), safe(group), *map(safe, cells)])
    head = _head(texts, "policy", "group", "gained", "borne", "net")
    return table(head, rows, texts("decision.table.groups")) if rows else ""


def _scenarios_table(found: Decision, texts: Texts, words: Words) -> str:
    known = found.tables.get("budget_scenarios")
    if known is None:
        return ""
    rows = []
    for row in known.fillna({"factor": "", "end": ""}).to_dict("records"):
        treated = row["eligible"] * row["diagnosed"] * row["uptake"]
        money = [_amount(row[key], words) for key in ("unit_cost", "paid", "difference")]
        rows.append([safe(scenario_name(row, words)), safe(found.called(row["policy"], texts)),
                     f"{row['eligible']:,.0f}", f"{row['eligible'] * row['diagnosed']:,.0f}",
                     f"{treated:,.0f}", *map(safe, money)])  # fmt: skip
    head = _head(texts, "scenario", "policy", "eligible", "diagnosed", "treated", "unit_cost",
                 "paid", "difference")  # fmt: skip
    return table(head, rows, texts("decision.table.scenarios"))


def _budget_table(found: Decision, texts: Texts, words: Words) -> str:
    known = found.tables["budget_impact"]
    rows = []
    for row in known[known["payer"] == "all"].to_dict("records"):
        more = describe_difference(row["difference"], row["difference_low"],
                                   row["difference_high"], YUAN_AT_FULL_SCALE, words)  # fmt: skip
        rows.append([safe(found.called(row["policy"], texts)), str(row["year"]),
                     *(f"{row[key]:,.0f}" for key in ("eligible", "diagnosed", "treated")),
                     f"{row['uptake']:.1%}", safe(_amount(row["per_treated"], words)),
                     safe(_amount(row["paid"], words)),
                     safe(more) if row["policy"] != found.policies[0] else ""])  # fmt: skip
    head = _head(texts, "policy", "year", "eligible", "diagnosed", "treated", "uptake", "unit_cost",
                 "paid", "difference")  # fmt: skip
    return table(head, rows, texts("decision.table.budget"))


def _amount(value: float, words: Words) -> str:
    """Return an amount of money without an interval, empty for none."""
    nothing = float("nan")
    if value != value:
        return ""
    return describe_value(value, nothing, nothing, YUAN_AT_FULL_SCALE, words)


def _rests(found: Decision, texts: Texts) -> str:
    """Return what a decision rests on."""
    about, told = found.about, found.words(texts)
    bears = told["bears"].get("income_quintile") or next(iter(told["bears"].values()), "")
    shown = {
        "threshold": texts("decision.per_qaly", threshold=f"{about['threshold']:,.0f}",
                           currency=currency_in(about["currency"], Words(texts.language))),
        "perspective": texts(f"decision.who.{about['perspective']}"),
        "horizon_is": texts(f"decision.horizon.{about['horizon']}"),
        "pairs": about["pairs"], "bears": bears, "health_of": told["health"],
        "comparison": found.results.manifest["again"],
    }  # fmt: skip
    return pairs({texts(f"decision.{key}"): text for key, text in shown.items()})


def _figure(name: str, section: str, option: Option) -> Figure:
    return Figure(name, section, option, charts.height(option))
