"""Charts: pure functions from plain data to ECharts options, for the view and for reports."""
