"""The tabs of the page, a folder each, listed in `registry`.

Of a tab, `data` reads what it shows off the two models, `charts` turns that into ECharts options
and declares them as `ROWS`, `page` is its Solara component, `texts.csv` has its texts. No tab
imports another; what they share stands in `parts`, `labels`, `viz.reading` and `viz.charts`.
"""
