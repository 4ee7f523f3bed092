"""The tab "columns": up to four policies beside each other, each compared with the first."""
