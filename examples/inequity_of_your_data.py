"""Measure inequity in your own data: plain functions on arrays, no model needed.

A made-up survey of 2,000 households with sampling weights; put your columns in its place.
"""

import numpy as np

from abm import inequity, survival

random = np.random.default_rng(1)
income = random.lognormal(10.5, 0.8, 2000)  # yuan a year
weights = random.uniform(0.5, 2.0, 2000)  # households that each row stands for
spending = random.exponential(0.05 * income)  # out of pocket, yuan a year
treated = random.random(2000) < 0.2 + 0.5 * (income > np.median(income))
delay = random.exponential(40, 2000)  # months from the first symptom to the diagnosis ...
seen = delay < 60  # ... known for those who were diagnosed within the survey's five years

index = inequity.concentration_index(
    treated, rank_by=income, weights=weights, correction="wagstaff"
)
burden = inequity.catastrophic(spending, income, threshold=0.1, weights=weights)
wait = survival.restricted_mean(np.minimum(delay, 60), seen, horizon=60, weights=weights)

print(f"Treatment, concentration index by income (Wagstaff): {index:+.2f}; above 0: the richer")
print(f"Income, Gini coefficient: {inequity.gini(income, weights):.2f}")
print(f"Households that spend more than a tenth of their income: {burden.headcount:.1%}")
print(f"Without a diagnosis in the first five years: {wait:.1f} months on average")
