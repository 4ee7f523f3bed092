"""What indicators mean, in sentences and both languages, from the table `definitions.csv`."""

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
    """

    text: Text
    who: Text


def defined(name: str) -> Definition | None:
    """Return what an indicator means, None where its label has to say it."""
    return definitions().get(name)


@cache
def definitions() -> dict[str, Definition]:
    """Return what indicators mean, by name."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Definition(Text(row["definition"], row["definition_zh"]),
                                    Text(row["who"], row["who_zh"]))
            for row in csv.DictReader(file)
        }  # fmt: skip
