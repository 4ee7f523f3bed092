"""Follow one patient through two policies: the same person, the same random numbers, other rules.

Among the patients of the zone it takes the one whose diagnosis differs most between the two.
"""

from abm import RareCareModel

# Everyone's events are kept (follow=1), so that a journey can be told in full.
uniform = RareCareModel(policy="uniform-national", scale=0.004, years=10, rng=3, follow=1.0)
zone = uniform.branch(policy="special-zone")  # from the same month, with the same people
uniform.run()
zone.run()

before = uniform.outcomes()["patients"].set_index("patient")
after = zone.outcomes()["patients"].set_index("patient")
both = before.index.intersection(after.index[after["in_zone"]])
months = 12 * 10  # whoever has no diagnosis at the end has waited until the end
sooner = before.loc[both, "diagnosed"].fillna(months) - after.loc[both, "diagnosed"].fillna(months)
patient = sooner.abs().idxmax()

print(f"Diagnosed {sooner[patient]:.0f} months sooner in the special zone (below 0: later)\n")
for name, model in (("Uniform national rules", uniform), ("Special zone", zone)):
    person = model.patients.select(lambda rows: rows["identity"] == patient)[0]
    print(name, person.journey(), sep="\n", end="\n\n")
