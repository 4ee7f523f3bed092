"""The countries that pages can show, each read once, and what they are called and drawn like.

Pages show the worlds that ship with the project, and one more if `rarecare view --world` names it.
"""

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from abm.errors import unknown
from abm.world import DEFAULT, World, load_world, world_names
from abm.world.schema import VIEW

_served: dict[str, World] = {}
"""The world that this process serves, if it was told to serve one."""


class Tile(NamedTuple):
    """A province's place on a map of tiles.

    Attributes:
        province: Its name; of a part of the map that is not simulated, that one's.
        province_zh: Its Chinese name, or an empty text.
        code: A few letters.
        row: From the top.
        column: From the left.
    """

    province: str
    province_zh: str
    code: str
    row: int
    column: int


def serve_world(world: str | Path) -> World:
    """Show a world on pages whose link names none.

    Args:
        world: The name of a shipped world, or the path of a folder.

    Raises:
        UserError: If there is no such world, or it or a table of its folder `view` is not as
            expected.
    """
    found = _shipped(world) if isinstance(world, str) and world in world_names() else None
    served = found or load_world(world)
    for table in VIEW:
        served.view_table(table)
    _served.clear()
    _served[served.name] = served
    return served


def served_world() -> World:
    """Return the world of pages whose link names none."""
    return next(iter(_served.values()), None) or _shipped(DEFAULT)


def world_named(name: str) -> World:
    """Return a world that pages can show. A link must not open folders, so only names are known.

    Raises:
        UserError: If there is none of that name.
    """
    if name in _served:
        return _served[name]
    if name not in world_names():
        raise unknown("world", name[:60], {*world_names(), *_served})
    return _shipped(name)


@cache
def _shipped(name: str) -> World:
    return load_world(name)


@cache
def chinese_names(world: World) -> dict[str, str]:
    """Return the Chinese names of a world's places, diseases, regions and hospitals, by name."""
    own = world.view_table("names")
    found = dict(zip(own["name"], own["name_zh"], strict=True))
    for table, key, zh in (
        (world.cities, "city", "city_zh"),
        (world.provinces, "province", "province_zh"),
        (world.diseases, "disease", "name_zh"),
    ):
        found.update(zip(table[key], table[zh].astype(str), strict=True))
    return found


@cache
def chinese_policies(world: World) -> dict[str, tuple[str, str]]:
    """Return the Chinese titles and summaries of a world's policies, by name."""
    table = world.view_table("policies")
    texts = zip(table["title_zh"], table["summary_zh"], strict=True)
    return dict(zip(table["policy"], texts, strict=True))


@cache
def tiles_of(world: World) -> tuple[Tile, ...]:
    """Return a world's map of tiles; provinces that have no place on it follow in rows below."""
    table = world.view_table("tiles")
    placed = [Tile(*row) for row in table.itertuples(index=False)]
    known = {tile.province for tile in placed}
    zh = chinese_names(world)
    others = [name for name in world.provinces["province"] if name not in known]
    below = 1 + max((tile.row for tile in placed), default=-1)
    return (*placed, *(tile._replace(province_zh=zh.get(tile.province, ""), row=tile.row + below)
                       for tile in tiles_in_rows(others)))  # fmt: skip


def tiles_in_rows(provinces: Iterable[str]) -> tuple[Tile, ...]:
    """Return a map of provinces of which nobody has said where they are."""
    names = list(provinces)
    wide = max(1, math.ceil(math.sqrt(len(names))))
    return tuple(Tile(name, "", name[:3], i // wide, i % wide) for i, name in enumerate(names))
