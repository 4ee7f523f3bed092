"""Who acts, and by what rule.

Every kind of agent has a record (its state, declared once) and a few small rules, each written
for one agent and compiled for all. Nothing here knows of files, experiments or pictures.
"""
