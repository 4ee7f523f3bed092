"""What all charts share: `option` and axes (`style`), colours, sankeys.

Pure functions from plain data to ECharts options, which are plain JSON; no page, no model. The
charts themselves stand in the tabs and in `comparison`; `layout` says how a tab declares them.
"""
