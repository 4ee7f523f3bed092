"""Who acts, and by what rule.

Every kind of agent has a record (`records`: its state, declared once) and a few small rules in the
module of its name, each written for one agent and compiled for all. `state` holds the records of a
world, `codes` every enumeration, `events` writes down what happens, `core` is what all of them are
built from. Nothing here knows of files, experiments or pictures.

What rules are given is called the same everywhere: `state`, the records of the world; a record by
its kind (`patient`, `hospital`, `disease`, `drug`, `city`, `fund`, `layer`, `account`, `bill`,
`charity`, `levers`, `params`); `i`, the row of the patient; `month`, counted from the scenario's
first, negative before; `seed`, the key of all draws. A rule that is given more says in its
docstring what else it takes, with the unit.
"""
