"""The tab "equity": who gains and who loses, by group."""
