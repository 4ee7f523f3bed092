"""The tab "experiments": paired batches (`batch`), earlier results (`results_page`), no model."""
