"""The world that the agents live in, its clock, and what a run yields.

>>> from abm import RareCareModel, load_policy, load_world
>>> model = RareCareModel(policy="special-zone", scale=0.01, years=15, rng=7)
>>> model.run()
>>> tables = model.outcomes()
"""

import agents

try:
    import agents.core
except ModuleNotFoundError as error:
    if error.name != "agents.core":
        raise
    raise ImportError(
        f"{agents.__file__} is not rarecare's package 'agents' but another one of that name; "
        "give rarecare a virtual environment of its own (README.md, Names)"
    ) from None

from abm.errors import UserError
from abm.measures import inequity, survival
from abm.model import RareCareModel
from abm.policy import Policy, load_policy, policy_names
from abm.world import World, load_world

__all__ = [
    "Policy",
    "RareCareModel",
    "UserError",
    "World",
    "inequity",
    "load_policy",
    "load_world",
    "policy_names",
    "survival",
]
