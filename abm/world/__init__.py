"""A world: a folder of tables, read, checked and frozen.

`load_world` reads one; `World` holds it. `schema` declares every column, `reading` and `columns`
check single fields, `checks` what must hold between tables.
"""

from abm.world.loading import WORLDS, World, load_world, world_names

__all__ = ["WORLDS", "World", "load_world", "world_names"]
