"""Designs of levers and parameters: every point under every policy, into one tidy dataset.

`asked` reads a design, `factors` and `points` lay its points, `plan` makes the runs of each,
`dataset` writes what they measured, `sweep` does all of it and gives the result.
"""
