"""What measures mean, in sentences and both languages, from the table `definitions.csv`.

The only place for it: the (i) of the browser view and docs/measures.md both tell what stands there.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from experiments.measures.declaration import Text

TABLE = Path(__file__).parent / "definitions.csv"


class Definition(NamedTuple):
    """What an indicator means.

    Attributes:
        text: What it is.
        who: Who counts.
        source: By whom the way of working it out was described; empty where it is plain counting.
    """

    text: Text
    who: Text
    source: str


def defined(name: str) -> Definition | None:
    """Return what a measure means; None of one that is not shipped, whose label has to say it."""
    return definitions().get(name)


@cache
def definitions() -> dict[str, Definition]:
    """Return what indicators mean, by name."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Definition(Text(row["definition"], row["definition_zh"]),
                                    Text(row["who"], row["who_zh"]), row["source"])
            for row in csv.DictReader(file)
        }  # fmt: skip
