"""The rows of a summary as contrasts, in the units and the language that people read."""

import numpy as np
import pandas as pd

from experiments.measures import Listed, described
from experiments.reporting import scope
from experiments.reporting.contrasts import Contrast
from experiments.reporting.formatting import Scale
from experiments.reporting.formatting import scale as scale_of
from experiments.reporting.texts import Words
from viz.comparison.results import Results
from viz.i18n.texts import Texts
from viz.worlds import Tile, tiles_in_rows, tiles_of


def rows_of(results: Results, policy: str, by: str) -> pd.DataFrame:
    """Return a policy's rows of the summary for a kind of groups."""
    table = results.summary
    return table[(table["policy"] == policy) & (table["by"] == by)]


def defined_rows(results: Results, policy: str, measure: str, by: str) -> pd.DataFrame:
    """Return a policy's differences in a measure for a kind of groups, where they are defined."""
    table = rows_of(results, policy, by)
    return table[(table["measure"] == measure) & np.isfinite(table["difference"])]


def contrast_of(row: pd.Series) -> Contrast:
    """Return the difference that a row of the summary holds."""
    mean, low, high = (float(row[f"difference{end}"]) for end in ("", "_low", "_high"))
    return Contrast(
        measure_of(row), str(row["group"]), np.nan, mean, low, high, row["claim"] or "not clear"
    )


def verdict_name(one: Contrast, texts: Texts) -> str:
    """Return what is claimed of a difference, in words."""
    return texts(f"difference.{one.verdict.replace(' ', '_')}")


def measure_of(row: pd.Series) -> Listed:
    """Return the measure of a row of the summary."""
    return described(str(row["measure"]), str(row["label"]), str(row["unit"]), row["better"])


def unit_of(table: pd.DataFrame, texts: Texts) -> tuple[Scale, float]:
    """Return how differences of a measure are written, and what they are multiplied by before."""
    unit = measure_of(table.iloc[0]).unit
    unit = unit.small or unit
    name = texts.pick(*(unit.difference or unit.text))
    return scale_of(table["difference"] * unit.factor, name, texts.language), unit.factor


def scope_note(results: Results, texts: Texts) -> str:
    """Return whose people a chart is of, which zones there are and what was set, for its note."""
    if not results.scope:
        return ""

    def named(policy: str) -> str:
        return results.title(policy, texts.language)

    lines = scope.described(results.scope, Words(texts.language), texts.place, named)
    return ". ".join(["", *lines])


def measure_name(results: Results, measure: str, texts: Texts) -> str:
    """Return the short name of a measure of the summary."""
    rows = results.summary[results.summary["measure"] == measure]
    return texts.pick(*measure_of(rows.iloc[0]).short) if len(rows) else measure


def group_label(by: str, group: str, texts: Texts) -> str:
    """Return the name of a group."""
    if by in ("province", "region"):
        return texts.place(group)
    key = f"group.{by}.{group}"
    return texts(key) if key in texts else group


def map_of_provinces(results: Results, texts: Texts) -> tuple[Tile, ...]:
    """Return a map of tiles: of the page's country, or rows of provinces if it is another's."""
    provinces = results.manifest.get("world", {}).get("provinces", ())
    if set(provinces) <= set(texts.world.provinces["province"]):
        return tiles_of(texts.world)
    return tiles_in_rows(provinces)
