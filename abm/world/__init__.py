"""A world: a folder that holds a country, read, checked and frozen.

`load_world` reads one; `World` holds it. `about` reads `world.toml`, `schema` declares every column
of the tables, `reading` and `columns` check single fields, `checks` what must hold between tables.
"""

from abm.world.about import DEFAULT, WORLDS, policy_files, world_folder, world_names
from abm.world.loading import World, load_world

__all__ = [
    "DEFAULT",
    "WORLDS",
    "World",
    "load_world",
    "policy_files",
    "world_folder",
    "world_names",
]
