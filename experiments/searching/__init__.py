"""Policies on the front between objectives, found by an optimiser that exists elsewhere.

`goal` reads what is asked for, `space` the levers that are chosen and `aims` what is wanted of
them; `problem` checks all of it. `exploring` asks the optimiser (`library`) for candidates, and
`simulating` lives them. `front` says which are not dominated, in how many runs, and what new runs
say of them; `search` does all of it and `written` keeps it.
"""
