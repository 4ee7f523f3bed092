"""What every agent is built from: records, compilation, random numbers, sets, parameters.

`record` declares what is kept of an agent, `jit` compiles rules, `random_numbers` draws, `bitset`
keeps sets, `parameters` declares every assumption with unit and range, `limits` says how many of
each thing there can be. Nothing here knows of patients or money. A new parameter or draw is added
here; the rest is changed only with its tests.
"""
