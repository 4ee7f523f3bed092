"""The tab "journeys": time to diagnosis, and one patient under both policies."""
