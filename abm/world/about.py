"""What a world says of itself: its folder, its `world.toml`, its policies."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from abm.calendar import month_of
from abm.errors import UserError, shortened, unknown
from abm.text_files import path_of, text_of, toml_of

WORLDS = Path(__file__).parent.parent / "data" / "worlds"
"""Where the worlds that ship with the project are."""
DEFAULT = "china"
"""The shipped world that is meant where none is named."""
FILE = "world.toml"

_Text = Annotated[str, Field(pattern=r"\S")]


class About(BaseModel):
    """The content of `world.toml`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: _Text = Field(description="the country's name")
    name_zh: str = Field("", description="its Chinese name, or an empty text")
    first_month: Annotated[str, Field(pattern=r"^\d{4}-01$")] = Field(
        description='first month of a scenario, a January as "YYYY-01"'
    )
    currency: _Text = Field(
        description="what the tables' money is counted in; the manifest of results says it, all "
        'else writes "yuan"'
    )
    price_year: Annotated[int, Field(ge=1900, le=2200)] = Field(
        description="year of whose prices the tables' money is, and of their incomes, 1900 to 2200"
    )
    base: _Text = Field(description="policy of the years before the scenario")
    baseline: _Text = Field(description="policy that others are compared with by default")
    compared: Annotated[list[_Text], Field(min_length=1)] = Field(
        description="list of the policies that are compared with it by default"
    )
    parameters_from: str | None = Field(
        None, description="name of a shipped world, or path from here of a world's folder, whose "
        "parameters hold where parameters.csv does not set them",
    )  # fmt: skip
    sources: Annotated[list[_Text], Field(min_length=1)] = Field(
        description="list of where the tables are from"
    )

    @property
    def first_month_number(self) -> int:
        """The scenario's first month, counted from January 2019."""
        return month_of(self.first_month)


def world_names() -> list[str]:
    """Return the names of the worlds that ship with the project."""
    return sorted(folder.name for folder in WORLDS.iterdir() if folder.is_dir())


def world_folder(world: str | Path, start: Path = Path()) -> Path:
    """Return the folder of a world.

    Args:
        world: The name of a shipped world, or the path of a folder.
        start: Where a relative path begins.

    Raises:
        UserError: If there is neither.
    """
    if isinstance(world, str) and world in world_names():
        return WORLDS / world
    folder = start / path_of(world)
    if not os.path.isdir(folder):  # a name of any length is looked up
        error = unknown("world", str(world), world_names())
        raise UserError(f"{error} (or give a folder with {FILE} and the tables)")
    return folder.resolve()


def policy_files(folder: Path) -> dict[str, Path]:
    """Return the policy files of a world's folder by name."""
    return {path.stem: path for path in sorted((folder / "policies").glob("*.toml"))}


def read_about(folder: Path) -> About:
    """Read and check a world's `world.toml`.

    Raises:
        UserError: If it is missing, is not TOML, or has a wrong entry, or if it names a policy
            that is not in the folder's `policies`.
    """
    path = folder / FILE
    try:
        table = toml_of(text_of(path, FILE), FILE)
    except FileNotFoundError:
        raise UserError(f"{FILE}: not in {folder}, expected there") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    about = _checked(table)
    known = policy_files(folder)
    if not known:
        raise UserError(f"policies: no *.toml in {folder / 'policies'}, expected {about.base}.toml")
    for entry in ("base", "baseline", "compared"):
        value = getattr(about, entry)
        for name in [value] if isinstance(value, str) else value:
            _check_policy(entry, name, known)
    _check_each_once(about)
    return about


def _check_each_once(about: About) -> None:
    """Refuse a policy that is to be compared twice, or with itself."""
    for name in about.compared:
        if name == about.baseline:
            raise UserError(f"{FILE}, compared: {name!r} is the baseline, expected others")
        if about.compared.count(name) > 1:
            raise UserError(f"{FILE}, compared: {name!r} stands there twice, expected once")


def _checked(table: Mapping[str, Any]) -> About:
    try:
        return About.model_validate(table)
    except ValidationError as error:
        # A misspelt entry is unknown and missing at once: name the nearest.
        first = max(error.errors(), key=lambda found: found["type"] == "extra_forbidden")
    entry = str(first["loc"][0])
    if entry not in About.model_fields:
        raise UserError(f"{FILE}: {unknown('entry', entry, About.model_fields)}")
    found = shortened(table[entry]) if entry in table else "missing"
    expected = About.model_fields[entry].description
    raise UserError(f"{FILE}, {entry}: {found}, expected {expected}")


def _check_policy(entry: str, name: str, known: Mapping[str, Path]) -> None:
    """Refuse a policy, or several joined by "+", that is not among a world's files."""
    for part in re.split(r"\s*\+\s*", name):
        if part not in known:
            raise UserError(f"{FILE}, {entry}: {unknown('policy', part, known)}")
