"""The tab "journeys": one patient under both policies, and waits."""
