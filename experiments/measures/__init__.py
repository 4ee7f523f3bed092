"""What a comparison reports: each measure declared once in `registry`.

`indicators` computes one number for a group of people, `estimators` are the arithmetic that they
share, `run_view` gives the tables of a run.
"""

from experiments.measures.registry import PEOPLE, Better, Measure, measure, measures

__all__ = ["PEOPLE", "Better", "Measure", "measure", "measures"]
