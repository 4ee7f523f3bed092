"""The tab "network": hospitals and paths between them."""
