"""A finished comparison: its folder read back (`results`), its contrasts, their charts.

Used by the experiments tab and by the report; needs no model and no page.
"""
