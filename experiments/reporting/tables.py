"""The tables beside `summary.csv`: what is a curve, a matrix or a distribution, not one number.

Differences are paired by seed and have the intervals of `experiments.reporting.statistics`, each by
itself: nothing is claimed in them.
"""

from collections.abc import Sequence

import pandas as pd

from experiments.measures import Measure
from experiments.measures.curves import TABLE as CURVES
from experiments.measures.declaration import BETWEEN, DISEASE, parted
from experiments.measures.network import FLOWS
from experiments.measures.quantiles import TABLE as QUANTILES
from experiments.measures.running_dry import TABLE as FUNDS
from experiments.reporting.claims import FALSE
from experiments.reporting.fund_risks import fund_risks
from experiments.reporting.statistics import interval, notes
from experiments.reporting.values import Values

DISEASES = "diseases"
NAMES = (CURVES, FLOWS, QUANTILES, FUNDS, DISEASES)
"""Names of the tables, as the files are called."""
ITEM = {CURVES: "month", QUANTILES: "quantile"}
"""What a table tells each group at, by the table: the last word of a group's name."""
VALUES = ["policy", "baseline", "mean", "low", "high", "difference", "difference_low",
          "difference_high", "p_value", "correlation", "runs", "pairs", "n", "note"]  # fmt: skip


def tables_of(
    values: Values,
    baseline: str,
    measures: Sequence[Measure],
    summary: pd.DataFrame,
    diseases: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison or of a run by name.

    Args:
        values: What runs measured of all that stands in tables.
        baseline: Name of the policy that others are compared with.
        measures: The measures.
        summary: The rows of `summary.csv`.
        diseases: The world's diseases, with their names.
    """
    names: dict[str, list[str]] = {}
    for one in measures:
        names.setdefault(one.table, []).append(one.name)
    values = values.counting_none(names[FLOWS])
    found = {}
    for table in (CURVES, QUANTILES, FLOWS):
        part = values.of_measures(names[table])
        frame = _described(part, measures, _places(part.keys, table))
        found[table] = _compared(frame, part, baseline)
    found[FUNDS] = fund_risks(values.of_measures(names[FUNDS]), baseline)
    found[DISEASES] = by_disease(summary, diseases)
    return found


def _described(values: Values, measures: Sequence[Measure], places: pd.DataFrame) -> pd.DataFrame:
    """Return what each row is of: measure, label and unit, and where."""
    facts = pd.DataFrame(
        [(one.name, one.label.en, one.unit.name) for one in measures],
        columns=["measure", "label", "unit"],
    )
    described = values.keys[["measure"]].merge(facts, on="measure", how="left", sort=False)
    return pd.concat([described, places], axis=1)


def _places(keys: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return of the groups of a table what they are of, in columns of their own."""
    if table == FLOWS:
        ends = [group.split(BETWEEN) for group in keys["group"]]
        return pd.DataFrame({"between": keys["by"], "from": [start for start, _ in ends],
                             "to": [end for _, end in ends]})  # fmt: skip
    groups = [group.rpartition(" ") for group in keys["group"]]
    return pd.DataFrame({
        "by": [parted(by)[0] for by in keys["by"]],
        "group": [people or "all" for people, _, _ in groups],
        ITEM[table]: [float(item) for _, _, item in groups],
    })  # fmt: skip


def _compared(frame: pd.DataFrame, values: Values, baseline: str) -> pd.DataFrame:
    """Return the rows of every policy: its own mean, and its difference from the baseline."""
    parts = []
    for number, policy in enumerate(values.policies):
        own = interval(values.of(policy), persons=values.persons[number])
        rows = frame.assign(
            policy=policy, baseline=baseline, mean=own.mean, low=own.low, high=own.high,
            runs=own.runs, n=values.persons[number], note=notes(own),
        )  # fmt: skip
        if policy != baseline:
            found = values.difference(policy, baseline)
            gap = found.interval
            rows = rows.assign(
                difference=gap.mean, difference_low=gap.low, difference_high=gap.high,
                p_value=gap.p_value, correlation=found.correlation, pairs=gap.runs, note=notes(gap),
            )  # fmt: skip
        parts.append(rows)
    columns = [name for name in frame if name not in VALUES] + VALUES
    table = pd.concat(parts, keys=range(len(parts)), names=["nth", "row"])
    table = table.sort_index(level=["row", "nth"], kind="stable").reset_index(drop=True)
    return table.reindex(columns=columns)


def by_disease(summary: pd.DataFrame, diseases: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by disease, with the diseases' names and how many would arise by chance.

    `differences` is the number of differences with an interval, of all policies: their p-values
    are adjusted for so many (`p_adjusted`, Holm 1979). `by_chance` is how many of them would leave
    out 0 by luck if nothing differed.

    Args:
        summary: The rows of `summary.csv`.
        diseases: The world's diseases: disease, name, name_zh.
    """
    rows = summary[summary["by"] == DISEASE].drop(columns=["by", "people", "zone", "set"])
    rows = rows.rename(columns={"group": DISEASE}).reset_index(drop=True)
    named = diseases.set_index(DISEASE)
    for column in ("name_zh", "name"):
        rows.insert(rows.columns.get_loc(DISEASE) + 1, column, rows[DISEASE].map(named[column]))
    count = int(rows["p_value"].notna().sum())
    return rows.assign(differences=count, by_chance=FALSE * count)
