"""The tab "overview": maps of the provinces, and numbers of people and money over time."""
