"""The tab "overview": maps and indicators over time."""
