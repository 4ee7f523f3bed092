"""Decisions from a finished comparison: what it costs, who bears it, what to find out first."""
