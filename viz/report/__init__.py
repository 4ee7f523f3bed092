"""The report of a comparison: one page that opens without a network, and its figures.

`report.report.illustrate` writes both into a results folder; `svg` draws a chart without a browser.
"""
