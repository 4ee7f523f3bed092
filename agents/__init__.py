"""Who acts, and by what rule.

Every kind of agent has a record (`records`: its state, declared once) and a few small rules in the
module of its name, each written for one agent and compiled for all. `state` holds the records of a
world, `codes` every enumeration, `events` writes down what happens, `core` is what all of them are
built from. Nothing here knows of files, experiments or pictures.
"""
