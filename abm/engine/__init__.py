"""The clock: the order of the month, its compiled phases, the years before the scenario."""
