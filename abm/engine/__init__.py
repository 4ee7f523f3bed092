"""The clock: the order of the month, its compiled phases, the years before the scenario.

`schedule` is the order, to be read first; `phases` are its steps, each a loop over rules of the
agents, that of `special_fund` the longest; `burn_in` lives the years before, `past` all of it once
more. A new step is a function in `phases`, called from its place in `schedule`; `abm.precompile`
compiles it on two cores.
"""
