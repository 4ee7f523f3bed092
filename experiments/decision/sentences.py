"""What an analysis says in words: what to find out first, then whether a policy is worth its money.

No more is said than the runs bear out: intervals stand beside every amount, and a parameter is
named only if luck alone would seldom make any of them seem worth as much.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.decision.data_worth import FALSE
from experiments.decision.distribution import Distribution
from experiments.decision.welfare import ATKINSON
from experiments.measures import Unit
from experiments.measures.units import QALYS_AT_FULL_SCALE, YUAN_AT_FULL_SCALE
from experiments.reporting.formatting import (
    ENGLISH,
    currency_in,
    describe_difference,
    describe_value,
)
from experiments.reporting.texts import Words

NAMED = 3
"""Parameters that a sentence names at most."""
EQUITY = "income_quintile"
"""The groups between which equity is told of in words."""
STRONG = 11.0
"""Aversion at most for which equity is told in words: a survey in England had a median of 10.95."""


@dataclass(frozen=True)
class Teller:
    """Says what tables hold.

    Attributes:
        tables: Tables by name.
        left_out: Why one is missing.
        by_kind: Who gains and bears, by kind of group.
        currency: Of all money.
        words: The texts of the language.
        named: Gives what a policy is called.
    """

    tables: Mapping[str, pd.DataFrame]
    left_out: Mapping[str, str]
    by_kind: Mapping[str, Distribution]
    currency: str
    words: Words = ENGLISH
    named: Callable[[str], str] = str

    def sentences(self) -> list[str]:
        """Return what the tables say: the data to collect first, the money's worth, equity."""
        rows = self.tables["cost_effectiveness"].to_dict("records")
        told = [*self.data(), *(self.worth(row) for row in rows[1:])]
        if EQUITY in self.by_kind:
            told += self.equity(self.by_kind[EQUITY])
        return told

    def worth(self, row: Mapping[str, Any]) -> str:
        """Say what a policy costs and brings beside the baseline, and whether it is worth it."""
        return self.words(
            "decide.worth", threshold=f"{row['threshold']:,.0f}",
            currency=currency_in(self.currency, self.words),
            policy=self.named(row["policy"]), baseline=self.named(row["baseline"]),
            verdict=self.words(_verdict(row)), who=self.words(f"decide.who.{row['perspective']}"),
            over=self.words(f"decide.over.{row['horizon']}"), ratio=self._ratio(row),
            cost=self._gap(row, "cost", YUAN_AT_FULL_SCALE),
            effect=self._gap(row, "effect", QALYS_AT_FULL_SCALE),
            net=self._gap(row, "nhb", QALYS_AT_FULL_SCALE),
        )  # fmt: skip

    def data(self) -> Iterator[str]:
        """Say what data would be worth, and which to collect first."""
        if "evpi" in self.left_out:
            yield self.words("decide.no_evpi", why=self.left_out["evpi"])
            return
        row = self.tables["evpi"].iloc[0]
        best = self.named(row["best"])
        if not row["high"] > 0.0 and row["country"] == 0.0:
            yield self.words("decide.no_change", best=best)
            yield from self._alike(row)
            return
        if "evppi" in self.left_out:
            yield self.words("decide.no_evppi", why=self.left_out["evppi"])
        else:
            yield self._first(self.tables["evppi"], int(row["runs"]))
        luck = " " + self.words("decide.note", note=row["note"]) if row["note"] else ""
        yield self.words("decide.evpi", best=best, luck=luck,
                         told=self._value(row, YUAN_AT_FULL_SCALE))  # fmt: skip
        if (named_in(self.tables.get("evppi"))["country"] > row["country"]).any():
            yield self.words("decide.more_than_all", runs=int(row["runs"]))
        yield from self._alike(row)

    def _alike(self, row: Mapping[str, Any]) -> Iterator[str]:
        """Say how many parameter sets differ, if some all but repeat others."""
        if row["distinct"] < row["runs"]:
            yield self.words("decide.alike", runs=int(row["runs"]), distinct=int(row["distinct"]))

    def _first(self, table: pd.DataFrame, runs: int) -> str:
        """Say which data to collect first, as far as their worth stands out from luck."""
        named = named_in(table)
        if named.empty:
            chosen = self.words.listed(table.loc[table["told"] & table["convention"], "parameters"])
            besides = self.words("decide.besides", chosen=chosen) if chosen else ""
            return self.words("decide.cannot_be_said", besides=besides, runs=runs)
        told = [
            self.words("decide.data_one", parameters=one["parameters"],
                       told=self._value(one, YUAN_AT_FULL_SCALE))
            for one in named.to_dict("records")
        ]  # fmt: skip
        return self.words("decide.first", told=self.words("then").join(told), chance=f"{FALSE:.0%}")

    def equity(self, found: Distribution) -> Iterator[str]:
        """Say what equity between the fifths of income adds, and where the ranking turns."""
        plane = found.plane[found.plane["index"] == ATKINSON]
        strong = plane["aversion"] == plane.loc[plane["aversion"] <= STRONG, "aversion"].max()
        base = plane["policy"].iloc[0]
        turning = found.turning[
            (found.turning["index"] == ATKINSON) & (found.turning["other"] == base)
        ]
        turns = turning.set_index("policy").to_dict("index")
        for row in plane[strong & (plane["policy"] != base)].to_dict("records"):
            health, equity = (
                describe_difference(row[axis], row[f"{axis}_low"], row[f"{axis}_high"],
                                    QALYS_AT_FULL_SCALE, self.words)
                for axis in ("net_health", "equity_impact")
            )  # fmt: skip
            yield self.words(
                "decide.equity", policy=self.named(row["policy"]), health=health, equity=equity,
                bears=found.bears_in(self.words), aversion=f"{row['aversion']:.4g}",
                turn=self._turn(turns[row["policy"]]),
            )  # fmt: skip

    def _turn(self, turns: Mapping[str, Any]) -> str:
        """Say at which aversion a ranking turns."""
        points = [f"{point:.2g}" for point in turns["aversions"]]
        if points:
            return self.words("decide.turns", where=self.words("decide.and").join(points))
        return self.words("decide.never_turns", most=f"{turns['most']:.0f}")

    def _gap(self, row: Mapping[str, Any], name: str, unit: Unit) -> str:
        """Return a difference with its interval."""
        middle, low, high = (float(row[f"{name}_difference{end}"]) for end in ("", "_low", "_high"))
        return describe_difference(middle, low, high, unit, self.words)

    def _value(self, row: Mapping[str, Any], unit: Unit) -> str:
        """Return what data are worth to the country, with the interval."""
        return describe_value(row["country"], row["low"], row["high"], unit, self.words)

    def _ratio(self, row: Mapping[str, Any]) -> str:
        """Return the price of a QALY in words, empty where a ratio would mislead."""
        if row["cost_difference"] * row["effect_difference"] <= 0.0 or np.isnan(row["icer_low"]):
            return ""
        middle, low, high = (f"{float(f'{row[name]:.3g}'):,.0f}"
                             for name in ("icer", "icer_low", "icer_high"))  # fmt: skip
        key = "decide.gained" if row["effect_difference"] > 0.0 else "decide.saved"
        return self.words(
            key, middle=middle, low=low, high=high, currency=currency_in(self.currency, self.words)
        )


def named_in(table: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of the parameters that are named: told, worth something, no convention."""
    if table is None:
        return pd.DataFrame({"country": []})
    data = table["told"] & ~table["convention"] & (table["country"] > 0.0)
    return table[data].head(NAMED)


def _verdict(row: Mapping[str, Any]) -> str:
    """Return the words for whether a policy is worth its money, as far as the runs tell."""
    low, high = row["nmb_difference_low"], row["nmb_difference_high"]
    if np.isnan(low):
        return "decide.few_to_tell"
    if low > 0.0:
        return "decide.is_worth"
    return "decide.is_not_worth" if high < 0.0 else "decide.may_be_worth"
