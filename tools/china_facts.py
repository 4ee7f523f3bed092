"""Reading the published facts, splitting and writing numbers the same way everywhere."""

import csv
import math
from pathlib import Path

FACTS = Path(__file__).resolve().parent.parent / "abm" / "data" / "facts"


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a facts table; "as above" in a source is spelled out."""
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    full = ""
    for row in rows:
        source = row.get("source", "")
        if "as above" in source:
            kind, _, rest = source.rpartition("as above")
            row["source"] = full + rest if not kind or full.startswith(kind) else kind + full + rest
        else:
            full = source
    return rows


def number(value: float, digits: int) -> str:
    """Return a number in the shortest form with at most so many decimals."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def largest_remainder(total: int, weights: list[float]) -> list[int]:
    """Split a whole number in proportion to weights, exactly; ties go to the first."""
    if not weights:
        return []
    exact = [total * w / sum(weights) for w in weights]
    parts = [math.floor(x) for x in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
