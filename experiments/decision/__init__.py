"""Decisions from a finished comparison: what it costs, who bears it, what to find out first.

>>> from experiments import compare, decision
>>> result = compare(["uniform-national", "special-zone"], runs=64)
>>> decision.cost_effectiveness(result, perspective="payers")
>>> decision.evppi(result)  # which basic data to collect first
>>> decision.distributional("runs/zone", by="income_quintile").groups

Each takes a comparison or the folder in which it was saved. docs/decision.md has the formulas.
"""

from experiments.decision.budget_impact import budget_impact
from experiments.decision.budget_scenarios import budget_scenarios
from experiments.decision.cost_effectiveness import acceptability, cost_effectiveness, plane
from experiments.decision.data_worth import evpi, evppi
from experiments.decision.distribution import Distribution, distributional
from experiments.decision.evidence import Evidence, evidence
from experiments.decision.winners import winners

__all__ = [
    "Distribution", "Evidence", "acceptability", "budget_impact", "budget_scenarios",
    "cost_effectiveness", "distributional", "evidence", "evpi", "evppi", "plane", "winners",
]  # fmt: skip
