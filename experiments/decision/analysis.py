"""All that a comparison says to whoever decides, worked out at once, and kept in its folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError
from experiments.decision.budget_impact import budget_impact
from experiments.decision.budget_scenarios import Scenarios, budget_scenarios, checked
from experiments.decision.cost_effectiveness import (
    STEPS,
    UP_TO,
    acceptability,
    cost_effectiveness,
    plane,
)
from experiments.decision.data_worth import Groups, evpi, evppi
from experiments.decision.distribution import Distribution, distributional
from experiments.decision.evidence import (
    EFFECTS,
    LIFE,
    PAYERS,
    Evidence,
    Result,
    check_threshold,
    evidence,
)
from experiments.decision.sentences import Teller
from experiments.decision.winners import winners
from experiments.reporting.formatting import ENGLISH
from experiments.reporting.texts import LANGUAGES, Words
from experiments.running.files import make_folder, remove_figures, write_csv, write_json
from experiments.running.manifest import FIGURES, REPORTS

FOLDER = "decision"
"""Where in a comparison's folder the tables go."""
ABOUT = "decision.json"
KINDS = ("income_quintile", "residence", "province")
"""By which kinds of groups gains and burdens are told."""


@dataclass(frozen=True)
class Analysis:
    """What a comparison says to whoever decides.

    Attributes:
        settings: Threshold, perspective, horizon and who bears the opportunity cost.
        tables: All tables by name, as they are written.
        left_out: Why a table is missing, by its name.
        by_kind: Who gains and bears, by kind of group.
        titles: What each policy is called, by language and name.
    """

    settings: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    left_out: dict[str, str]
    by_kind: dict[str, Distribution]
    titles: Mapping[str, Mapping[str, str]]

    @property
    def sentences(self) -> list[str]:
        """The answer in words, the data to collect first."""
        return self.said(ENGLISH)

    def said(self, words: Words, named: Callable[[str], str] = str) -> list[str]:
        """Return the answer in a language.

        Args:
            words: The texts of the language.
            named: Gives what a policy is called.
        """
        currency = self.settings["currency"]
        return Teller(self.tables, self.left_out, self.by_kind, currency, words, named).sentences()

    def in_words(self) -> dict[str, dict[str, Any]]:
        """Return what a report says, by language, with titles in place of names."""
        found = {}
        for language in LANGUAGES:
            words, titles = Words(language), dict(self.titles.get(language, {}))
            policies = list(self.tables["cost_effectiveness"]["policy"])
            called = {name: titles.get(name, name) for name in policies}
            first, *others = called.values()
            found[language] = {
                "titles": called,
                "title": words("decide.title", policies=words.listed(others), baseline=first),
                "sentences": self.said(words, called.__getitem__),
                "bears": {by: one.bears_in(words) for by, one in self.by_kind.items()},
                "health": words(f"decide.health.{next(iter(self.by_kind.values())).health_of}"),
            }
        return found

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, but for the long tables of points and curves."""
        short = {name: table for name, table in self.tables.items() if name not in LONG}
        return {
            **self.settings, "sentences": self.sentences, "left_out": self.left_out,
            "tables": {name: _records(table) for name, table in short.items()},
        }  # fmt: skip

    def save(self, folder: str | Path) -> Path:
        """Write each table into a folder of their own, each file whole or not at all.

        The report and the figures of an earlier decision are removed.

        Args:
            folder: That of the comparison.

        Raises:
            UserError: If it cannot be written.
        """
        there = make_folder(Path(folder) / FOLDER)
        for name in (*REPORTS.values(), *(f"{name}.csv" for name in self.left_out)):
            (there / name).unlink(missing_ok=True)
        remove_figures(there / FIGURES)
        for name, table in self.tables.items():
            write_csv(there / f"{name}.csv", table)
        write_json(there / ABOUT, {
            **self.settings, "sentences": self.sentences, "left_out": self.left_out,
            "in_words": self.in_words(),
        })  # fmt: skip
        return there


LONG = ("plane", "acceptability", "winners", "equity_plane")
"""Tables that are for charts or looking things up."""


def analyse(
    result: Result | Evidence,
    threshold: float | None = None,
    perspective: str = PAYERS,
    horizon: str = LIFE,
    bears: str | None = None,
    parameters: Groups | None = None,
    scenarios: Scenarios | None = None,
) -> Analysis:
    """Return all that a comparison says to whoever decides.

    Args:
        result: A comparison, or its folder.
        threshold: What a QALY is worth, yuan; the world's price by default.
        perspective: Whose costs count.
        horizon: "life" or "scenario".
        bears: Who bears the opportunity cost: "accounts" or "equal".
        parameters: Parameters, or groups of them, whose worth is told; all that differ by default.
        scenarios: Scenarios of the budget besides those that are told of any comparison.

    Raises:
        UserError: For anything the user can put right, before anything is written.
    """
    own = checked(scenarios or {})
    found = evidence(result)
    worth = check_threshold(threshold, found)
    tables = {
        "cost_effectiveness": cost_effectiveness(found, perspective, worth, horizon),
        "plane": plane(found, perspective, horizon),
        "acceptability": acceptability(found, _thresholds(found, worth), perspective, horizon),
    }
    left_out: dict[str, str] = {}
    try:
        tables["evpi"] = evpi(found, worth, perspective, horizon)
    except UserError as error:
        left_out["evpi"] = str(error)
    try:
        tables["evppi"] = evppi(found, worth, parameters, perspective, horizon)
    except UserError as error:
        if parameters is not None:
            raise
        left_out["evppi"] = str(error)
    by_kind = _distributions(found, worth, horizon, bears)
    tables |= _joined(by_kind)
    tables["budget_impact"] = budget_impact(found)
    try:
        tables["budget_scenarios"] = budget_scenarios(found, own)
    except UserError as error:
        if own:
            raise
        left_out["budget_scenarios"] = str(error)
    tables["winners"] = winners(found, horizon)
    settings = {"threshold": worth, "perspective": perspective, "horizon": horizon,
                "currency": found.currency, "pairs": len(found.seeds),
                "bears": {by: one.bears for by, one in by_kind.items()},
                "health": next(iter(by_kind.values())).health}  # fmt: skip
    return Analysis(settings, tables, left_out, by_kind, found.titles)


def _thresholds(found: Evidence, worth: float) -> list[float] | None:
    """Return the thresholds that the curve goes through, so that the one asked for is among them.

    None for those by default, if they reach as far.
    """
    if worth <= UP_TO * found.threshold:
        return None
    return [2.0 * worth * step / STEPS for step in range(STEPS + 1)]


def _distributions(
    found: Evidence, threshold: float, horizon: str, bears: str | None
) -> dict[str, Distribution]:
    """Return who gains and bears, by each kind of group that the runs tell."""
    told = [by for by in KINDS if by in found.kinds(EFFECTS[horizon])]
    return {
        by: distributional(found, by, threshold, bears=_possible(found, by, bears), horizon=horizon)
        for by in told
    }


def _possible(found: Evidence, by: str, bears: str | None) -> str | None:
    """Return who bears the cost, where the accounts do not tell whatever they tell."""
    return bears if by in found.kinds("displaced_qalys") else None


def _joined(by_kind: Mapping[str, Distribution]) -> dict[str, pd.DataFrame]:
    """Return the tables of several kinds of groups, one below the other."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for by, one in by_kind.items():
        named = {"groups": one.groups, "welfare": one.welfare, "equity_plane": one.plane,
                 "turning": _plain(one.turning)}  # fmt: skip
        for name, table in named.items():
            parts.setdefault(name, []).append(table.assign(by=by))
    return {name: _first(pd.concat(tables, ignore_index=True), "by")
            for name, tables in parts.items()}  # fmt: skip


def _plain(turning: pd.DataFrame) -> pd.DataFrame:
    """Return the table of turning points with their lists as text."""
    lists = [" ".join(f"{at:.4g}" for at in points) for points in turning["aversions"]]
    return turning.assign(aversions=lists)


def _first(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a table with a column moved to the front."""
    others: Sequence[str] = [name for name in table if name != column]
    return table[[column, *others]]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data; what is undefined is None."""
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]
