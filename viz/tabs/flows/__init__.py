"""The tab "flows": who moves where, referred or not, between provinces and hospitals."""
