"""What an analysis says in words: whether a policy is worth its money, then what to find out.

No more is said than the runs bear out: intervals stand beside every amount, and a parameter is
named only if luck alone would seldom make any of them seem worth as much.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.decision.data_worth import FALSE
from experiments.decision.distribution import Distribution
from experiments.decision.evidence import SOCIETY, Evidence
from experiments.decision.welfare import ATKINSON
from experiments.measures.units import QALYS_AT_FULL_SCALE, YUAN_AT_FULL_SCALE
from experiments.reporting.formatting import describe_difference, describe_value

NAMED = 3
"""Parameters that a sentence names at most."""
EQUITY = "income_quintile"
"""The groups between which equity is told of in words."""
STRONG = 11.0
"""Aversion at most for which equity is told in words: a survey in England had a median of 10.95."""


def sentences(
    found: Evidence, tables: Mapping[str, pd.DataFrame], left_out: Mapping[str, str],
    by_kind: Mapping[str, Distribution],
) -> list[str]:  # fmt: skip
    """Return what the tables say, the most important first.

    Args:
        found: The runs.
        tables: Tables by name.
        left_out: Why one is missing.
        by_kind: Who gains and bears, by kind of group.
    """
    rows = tables["cost_effectiveness"].to_dict("records")
    told = [_worth(row, found.currency) for row in rows[1:]]
    told += _data(tables, left_out)
    if EQUITY in by_kind:
        told += _equity(by_kind[EQUITY])
    return told


def _worth(row: Mapping[str, Any], currency: str) -> str:
    """Say what a policy costs and brings beside the baseline, and whether it is worth it."""
    cost = describe_difference(*_of(row, "cost"), YUAN_AT_FULL_SCALE)
    effect = describe_difference(*_of(row, "effect"), QALYS_AT_FULL_SCALE)
    net = describe_difference(*_of(row, "nhb"), QALYS_AT_FULL_SCALE)
    over = "over patients' lives" if row["horizon"] == "life" else "within the scenario"
    return (
        f"At {row['threshold']:,.0f} {currency} a QALY {row['policy']} {_verdict(row)}: beside "
        f"{row['baseline']} it changes what {_who(row)} {over} by {cost} and patients' health by "
        f"{effect}{_ratio(row, currency)}; net of the health that the money would bring elsewhere "
        f"{net}."
    )


def _of(row: Mapping[str, Any], name: str) -> tuple[float, float, float]:
    """Return a difference with its interval."""
    ends = (row[f"{name}_difference{end}"] for end in ("", "_low", "_high"))
    middle, low, high = (float(end) for end in ends)
    return middle, low, high


def _who(row: Mapping[str, Any]) -> str:
    """Return who bears the costs, with the verb."""
    return f"{row['perspective']} bear{'s' if row['perspective'] == SOCIETY else ''}"


def _verdict(row: Mapping[str, Any]) -> str:
    """Return whether a policy is worth its money, as far as the runs tell."""
    low, high = row["nmb_difference_low"], row["nmb_difference_high"]
    if np.isnan(low):
        return "may or may not be worth its money (too few runs to tell)"
    if low > 0.0:
        return "is worth its money"
    return "is not worth its money" if high < 0.0 else "may or may not be worth its money"


def _ratio(row: Mapping[str, Any], currency: str) -> str:
    """Return the price of a QALY in words, empty where a ratio would mislead."""
    if row["cost_difference"] * row["effect_difference"] <= 0.0 or np.isnan(row["icer_low"]):
        return ""
    middle, low, high = (f"{float(f'{row[name]:.3g}'):,.0f}"
                         for name in ("icer", "icer_low", "icer_high"))  # fmt: skip
    what = "a QALY gained" if row["effect_difference"] > 0.0 else "saved for each QALY lost"
    return f", {middle} {currency} {what} ({low} to {high})"


def _data(tables: Mapping[str, pd.DataFrame], left_out: Mapping[str, str]) -> Iterator[str]:
    """Say what data would be worth, and which to collect first."""
    if "evpi" in left_out:
        yield f"What better data would be worth is not told: {left_out['evpi']}."
        return
    row = tables["evpi"].iloc[0]
    whole = describe_value(row["country"], row["low"], row["high"], YUAN_AT_FULL_SCALE)
    luck = f" ({row['note']})" if row["note"] else ""
    if not row["high"] > 0.0 and row["country"] == 0.0:
        yield (f"Better data would not change the choice: {row['best']} is best with every one of "
               "the parameter sets, as far as luck lets that be seen.")  # fmt: skip
        return
    yield (f"Chosen as things are known, {row['best']} is best; knowing all parameters before "
           f"choosing would be worth {whole} for the country's patients{luck}.")  # fmt: skip
    if "evppi" in left_out:
        yield f"Which data to collect first is not told: {left_out['evppi']}."
        return
    table = tables["evppi"]
    data = table["told"] & ~table["convention"] & (table["country"] > 0.0)
    named = table[data].head(NAMED)
    if named.empty:
        chosen = ", ".join(table.loc[table["told"] & table["convention"], "parameters"])
        besides = f" but of {chosen}, which is chosen and not found out" if chosen else ""
        yield (
            f"Which data to collect first cannot be said: no parameter's worth{besides} stands out "
            f"from the luck of {row['runs']} runs; more --runs or a larger --scale tell more."
        )
        return
    words = [f"{one.parameters}, worth "
             f"{describe_value(one.country, one.low, one.high, YUAN_AT_FULL_SCALE)}"
             for one in named.itertuples()]  # fmt: skip
    yield (
        f"The data worth collecting first are those on {'; '.join(words)} (luck alone would name "
        f"any in at most {FALSE:.0%} of such analyses)."
    )


def _equity(found: Distribution) -> Iterator[str]:
    """Say what equity between the fifths of income adds, and where the ranking turns."""
    plane = found.plane[found.plane["index"] == ATKINSON]
    strong = plane[plane["aversion"] == plane.loc[plane["aversion"] <= STRONG, "aversion"].max()]
    base = plane["policy"].iloc[0]
    turning = found.turning[(found.turning["index"] == ATKINSON) & (found.turning["other"] == base)]
    turns = turning.set_index("policy").to_dict("index")
    for row in strong[strong["policy"] != base].to_dict("records"):
        health, equity = (
            describe_difference(row[axis], row[f"{axis}_low"], row[f"{axis}_high"],
                                QALYS_AT_FULL_SCALE)
            for axis in ("net_health", "equity_impact")
        )  # fmt: skip
        at = turns[row["policy"]]
        where = " and ".join(f"{point:.2g}" for point in at["aversions"])
        turn = (
            f"by the means over runs its ranking turns at an aversion of {where}"
            if where
            else f"its ranking turns at no aversion up to {at['most']:.0f}"
        )
        yield (
            f"Between fifths of income {row['policy']} changes health, net of what others lose "
            f"({found.bears}), by {health}; who gains and who loses adds {equity} of equity at an "
            f"aversion to inequality of {row['aversion']:.4g} (Atkinson), and {turn}."
        )
