"""A world: a folder of checked CSV tables in which the model plays."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.world.checks import check_consistency
from abm.world.limits import SIZES, check_sizes
from abm.world.reading import check_references, read_table
from abm.world.schema import COLUMNS
from agents.core.parameters import DECLARED

WORLDS = Path(__file__).parent.parent / "data" / "worlds"


@dataclass(frozen=True, eq=False)
class World:
    """The tables of a world, checked. Columns and units: `abm.world.schema.COLUMNS`.

    Months are counted from January 2019; an empty month or number is NaN, an empty text is "".

    Attributes:
        name: Name of the folder.
        folder: Where it was read from.
        checksum: SHA-256 over the files, hexadecimal.
        provinces: One row per province.
        cities: One row per prefecture-level unit, each province's capital first.
        hospitals: One row per hospital, county hospitals pooled by city.
        diseases: One row per disease or pooled group.
        drugs: One row per disease that has a drug.
        births: One row per calendar year.
        parameters: Value by name.
        parameter_table: The parameters with range, tag and source, and with unit and meaning as
            declared.
        inhabited: Provinces whose people are simulated; the hospitals of all are there.
    """

    name: str
    folder: Path
    checksum: str
    provinces: pd.DataFrame
    cities: pd.DataFrame
    hospitals: pd.DataFrame
    diseases: pd.DataFrame
    drugs: pd.DataFrame
    births: pd.DataFrame
    parameters: dict[str, float]
    parameter_table: pd.DataFrame
    inhabited: tuple[str, ...]

    def __post_init__(self) -> None:
        check_sizes({name: len(getattr(self, name)) for name in SIZES}, self.parameters)

    def only(self, provinces: Iterable[str]) -> "World":
        """Return this world with the people of some provinces only.

        The tables stay whole: patients may still travel to hospitals elsewhere.

        Args:
            provinces: Names of provinces; their order does not matter.

        Raises:
            UserError: If a province is unknown or none is given.
        """
        wanted = {provinces} if isinstance(provinces, str) else set(provinces)
        known = list(self.provinces["province"])
        for name in sorted(wanted):
            if name not in known:
                raise unknown("province", name, known)
        if not wanted:
            raise UserError(f"no province given; expected at least one of {', '.join(known)}")
        return replace(self, inhabited=tuple(p for p in known if p in wanted))

    @property
    def lived_in(self) -> np.ndarray:
        """Whether the people of each city are simulated, one truth value per row of `cities`."""
        return self.cities["province"].isin(self.inhabited).to_numpy()


def world_names() -> list[str]:
    """Return the names of the worlds that ship with the project."""
    return sorted(folder.name for folder in WORLDS.iterdir() if folder.is_dir())


def load_world(world: str | Path = "china") -> World:
    """Read and check a world.

    Args:
        world: The name of a shipped world, or the path of a folder with the same tables.

    Raises:
        UserError: If there is no such world or folder, or a table is not as expected; the message
            names file, row, column and what was expected.
    """
    folder = _folder(world)
    tables = {name: read_table(folder / f"{name}.csv", cols) for name, cols in COLUMNS.items()}
    check_references(tables, COLUMNS)
    check_consistency(tables)
    frames = {name: rows.frame for name, rows in tables.items()}
    table = frames.pop("parameters")
    table["unit"] = [DECLARED[name].unit for name in table["name"]]
    table["meaning"] = [DECLARED[name].label for name in table["name"]]
    return World(
        name=folder.name,
        folder=folder,
        checksum=_checksum(folder),
        parameters=dict(zip(table["name"], table["value"].tolist(), strict=True)),
        parameter_table=table,
        inhabited=tuple(frames["provinces"]["province"]),
        **frames,
    )


def _folder(world: str | Path) -> Path:
    if isinstance(world, str) and world in world_names():
        return WORLDS / world
    folder = Path(world)
    if not folder.is_dir():
        error = unknown("world", str(world), world_names())
        raise UserError(f"{error} (or give a folder with {', '.join(COLUMNS)}.csv)")
    return folder.resolve()


def _checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in sorted(COLUMNS):
        digest.update(f"{name}\n".encode() + (folder / f"{name}.csv").read_bytes())
    return digest.hexdigest()
