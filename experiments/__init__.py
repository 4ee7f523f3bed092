"""Designs of paired runs, measures, comparisons, fits, and the command line.

>>> from experiments import compare, load
>>> result = compare(["uniform-national", "special-zone"], runs=20, scale=0.1)
>>> result.summary
>>> result.save("runs/zone")
>>> load("runs/zone").summary
>>> from experiments import calibrate, search, sensitivity, sweep, validate
>>> sweep(policies=["special-zone"], factors={"levers.network.slots": [1.0, 1.5, 2.0]}).table
>>> validate(runs=8).table
>>> sensitivity("special-zone").sentences()
>>> calibrate().sets
>>> search("examples/search.toml").front
>>> from experiments import decision
>>> decision.evppi("runs/zone")

What an analysis or a fit needs beside the model is loaded when it is called.
"""

from experiments import decision
from experiments.calibrate import Calibration, calibrate
from experiments.compare import Comparison, compare
from experiments.differences import differences
from experiments.load import load
from experiments.running.runner import run_batch
from experiments.searching.search import Search, search
from experiments.sensitivity.asking import sensitivity
from experiments.sweeping.sweep import Sweep, sweep
from experiments.validation.batch import Validation, validate

__all__ = ["Calibration", "Comparison", "Search", "Sweep", "Validation", "calibrate", "compare",
           "decision", "differences", "load", "run_batch", "search", "sensitivity", "sweep",
           "validate"]  # fmt: skip
