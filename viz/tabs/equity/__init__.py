"""The tab "equity": who gains and who loses, gaps between groups, curves and indices."""
