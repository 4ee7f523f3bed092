"""The tab "experiments": paired batches and earlier results."""
