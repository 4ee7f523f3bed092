"""The tab "answer": a finished comparison in words, with two patients and what it costs whom."""
