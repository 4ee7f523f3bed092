"""The tab "about": what is assumed and from where; no charts."""
