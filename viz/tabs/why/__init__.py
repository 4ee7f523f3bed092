"""The tab "why": at which gate people stop on their way to treatment, and who pays instead."""
