"""Looking at the model: the browser view, the report, the `rarecare` command."""
