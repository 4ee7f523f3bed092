"""Looking at the model: the browser view, the report, the `rarecare` command.

From the bottom up: `i18n` has the texts; `view_state` is what a link restores; `twin_models` lives
two models in step; `reading` and the `data` of each tab read plain data off them; `charts` and the
`charts` of each tab turn those into ECharts options; `session` is one browser page; `tabs.registry`
lists the tabs; `components` and `app` put the page together. `comparison` and `report` draw
finished comparisons, with no model. `server`, `command` and `start` begin
it all.

Nothing else in the project imports from here. A new chart belongs into its tab, see
docs/extending.md; nobody outside calls anything but `viz.start.main` and `viz.report.illustrate`.
"""
