"""The record of a fit as text: ``python -m experiments.calibration.tables PART [WORLD]``.

PART is `fit`, `targets`, `learned`, `parameters`, `trade-offs` or `coverage`; WORLD a world's name
or folder, or the folder of a fit. The documents print these (docs/calibration.md).
"""

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError
from abm.world import DEFAULT, world_folder
from experiments.calibration.record import read_record

PARTS = ("fit", "targets", "learned", "parameters", "trade-offs", "coverage")
WIDTH = 100


def told(record: dict[str, Any], part: str) -> str:
    """Return a part of a record as text.

    Args:
        record: What `experiments.calibration.record.record_of` returns.
        part: One of `PARTS`.
    """
    if part == "fit":
        return f"{_about(record)}\n\n{_table(record['waves'])}"
    if part == "learned":
        return "\n".join(textwrap.fill(line, WIDTH) for line in record["told"])
    if part == "coverage" and "coverage" not in record:
        return "No proof has been run: rarecare calibrate --coverage"
    kept = {"targets": "targets", "parameters": "posterior", "trade-offs": "trade_offs",
            "coverage": "coverage"}  # fmt: skip
    return _table(record[kept[part]])


def _about(record: dict[str, Any]) -> str:
    plan = record["plan"]
    return textwrap.fill(
        f"{record['command']}: world {record['world']['name']}, scale {record['scale']:g}, seed "
        f"{plan['seed']}; {plan['waves']} waves of "
        f"{plan['points']}; of {record['tried']} draws simulated, {record['sets']} parameter sets "
        f"are not implausible (largest implausibility {record['largest']:g}, second largest "
        f"{record['second']:g}).",
        WIDTH,
    )


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "none"
    return pd.DataFrame(rows).to_string(index=False, float_format=lambda v: f"{v:.3g}")


def main() -> int:
    """Print a part of the record of a world's fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("world", nargs="?", default=DEFAULT)
    asked = parser.parse_args()
    folder = Path(asked.world)
    try:
        record = read_record(folder if folder.is_dir() else world_folder(asked.world))
    except UserError:
        print("This world has not been fitted yet: rarecare calibrate --coverage --install")
        return 0
    print(told(record, asked.part))
    return 0


if __name__ == "__main__":
    sys.exit(main())
