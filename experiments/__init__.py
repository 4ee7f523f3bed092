"""Designs of paired runs, measures, comparisons, and the command line.

>>> from experiments import compare
>>> result = compare(["uniform-national", "special-zone"], runs=20, scale=0.1)
>>> result.summary
>>> result.save("runs/zone")
>>> from experiments import validate
>>> validate(runs=8).table
"""

from experiments.compare import Comparison, compare
from experiments.running.runner import run_batch
from experiments.validation.batch import Validation, validate

__all__ = ["Comparison", "Validation", "compare", "run_batch", "validate"]
