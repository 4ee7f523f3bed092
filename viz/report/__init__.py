"""The report of a comparison: one page that opens without a network, and its figures."""
