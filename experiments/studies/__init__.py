"""One short script per policy question: `python -m experiments.studies.who_pays`.

Each compares a few policies and prints the rows that answer its question. The defaults give a
first answer in about a minute; a larger scale and more runs a surer one.
"""
