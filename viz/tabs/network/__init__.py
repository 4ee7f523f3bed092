"""The tab "network": hospitals on the map, and who is referred where."""
