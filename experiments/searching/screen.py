"""What a search says on the screen: the sentences, the front as a table, and how to go on."""

import textwrap
from collections.abc import Sequence

from experiments.measures import measures
from experiments.reporting.formatting import describe_difference, describe_value
from experiments.searching.search import FRONT, TRIED, Search
from experiments.searching.tables import AGAIN, HIGH, LOW, MEETS, OFTEN, RUNS
from experiments.searching.written import POLICIES

WIDTH = 100
MOST = 10
"""Points that are told on the screen."""


def lines_of(found: Search, folder: str) -> list[str]:
    """Return the lines that a command prints, the answer first.

    Args:
        found: What the search has found.
        folder: Its folder, as seen from here.
    """
    about = found.manifest["search"]
    first, *others = found.sentences()
    lines = [first, "", *others, "", "By new runs:"]
    rows = _rows(found)
    lines += [*rows[:MOST]]
    if len(rows) > MOST:
        lines.append(f"  and {len(rows) - MOST} more in {FRONT}")
    lines += ["", f"The front: {FRONT}; all that was tried: {TRIED}; each point as a policy: "
              f"{POLICIES}/*.toml in {folder}."]  # fmt: skip
    if about["compare"]:
        lines.append(
            f"To see more of them: rarecare compare {folder}/{POLICIES}/*.toml {about['compare']}"
        )
    return [part for line in lines for part in textwrap.wrap(
        line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    ) or [""]]  # fmt: skip


def _rows(found: Search) -> Sequence[str]:
    """Return a line for each point of the front."""
    units = {one.name: one.unit for one in measures()}
    lines = []
    for row in found.front.to_dict("records"):
        parts = []
        for one in found.manifest["search"]["objectives"]:
            write = describe_difference if one["difference"] else describe_value
            mean, low, high = (float(row[one["column"] + AGAIN + x]) for x in ("", LOW, HIGH))
            amount = write(mean, low, high, units[one["measure"]])
            parts.append(f"{one['outcome']} {amount}")
        often = f"on the front in {row[OFTEN + AGAIN]} of {row[RUNS + AGAIN]}"
        parts.append(often if row[MEETS + AGAIN] else "does not meet the constraints")
        lines.append(f"  {row['policy']}: {'; '.join(parts)}")
    return lines
