"""The tab "money": who pays, which funds hold, what drugs cost."""
