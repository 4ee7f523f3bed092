"""The figures and the report of a decision, drawn from what `rarecare decide` has written.

`report.illustrate` writes them into the folder of its tables; `charts` are functions of those.
"""
