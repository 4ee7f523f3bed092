"""What a run is judged by: each measure declared once in `registry`.

`declaration` says what a measure, a unit and a place are; `indicators` computes one number for a
person or a group, `estimators` are the arithmetic that they share, `run_view` gives the tables of
a run, `measuring` works all measures out.
"""

from experiments.measures.declaration import (
    PEOPLE,
    TOLD,
    At,
    Better,
    Listed,
    Measure,
    Place,
    Text,
    Unit,
)
from experiments.measures.definitions import defined
from experiments.measures.measuring import measure_run
from experiments.measures.registry import described, listed, measure_named, measures

__all__ = [
    "PEOPLE", "TOLD", "At", "Better", "Listed", "Measure", "Place", "Text", "Unit", "defined",
    "described", "listed", "measure_named", "measure_run", "measures",
]  # fmt: skip
