"""A world: a folder of checked CSV tables in which the model plays."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from abm.calendar import label, year_of
from abm.errors import UserError, unknown
from abm.text_files import path_of
from abm.world.about import DEFAULT, WORLDS, About, policy_files, read_about, world_folder
from abm.world.checks import check_consistency
from abm.world.limits import SIZES, check_sizes
from abm.world.parameter_sets import parameter_sets, read_sets
from abm.world.parameters import check_values, parameter_table
from abm.world.reading import check_references, read_table
from abm.world.schema import COLUMNS, MAY_BE_EMPTY
from abm.world.view import read_view

KIND_OF_PLACE = re.compile("(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")
"""What may stand behind the Chinese name of a place."""
UNREAD = ("tag", "source")
"""Columns on which no run depends."""


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """The tables of a world, checked. Columns and units: `abm.world.schema.COLUMNS`.

    Months are counted from the first month of a scenario (0; before it negative); an empty month or
    number is NaN, an empty text is "".

    Attributes:
        name: Name of the folder.
        folder: Where it was read from.
        about: What its `world.toml` says.
        provinces: One row per province.
        cities: One row per prefecture-level unit, each province's capital first.
        hospitals: One row per hospital, county hospitals pooled by city.
        network: One row per list of network hospitals and province.
        diseases: One row per disease or pooled group.
        drugs: One row per drug and disease that it is for.
        charities: One row per foundation that gives grants.
        births: One row per calendar year given.
        surveys: One row per survey: who was asked, and when.
        targets: One row per published figure that the simulated one is compared with.
        parameters: Value by name.
        parameter_table: The parameters with range, tag and source, and with unit and meaning as
            declared.
        parameter_sets: One row per set of parameter values that fits the targets as well as the
            others, numbered from 1, one column per fitted parameter; without rows if never fitted.
        inhabited: Provinces whose people are simulated; the hospitals of all are there.
        set_number: The parameter set whose values hold, 0 for those of parameters.csv.
        sets_from: File of the sets if they are not the world's own.
        by_hand: Names of the parameters that were set by `with_parameters`.
    """

    name: str
    folder: Path
    about: About
    provinces: pd.DataFrame
    cities: pd.DataFrame
    hospitals: pd.DataFrame
    network: pd.DataFrame
    diseases: pd.DataFrame
    drugs: pd.DataFrame
    charities: pd.DataFrame
    births: pd.DataFrame
    surveys: pd.DataFrame
    targets: pd.DataFrame
    parameters: dict[str, float]
    parameter_table: pd.DataFrame
    parameter_sets: pd.DataFrame
    inhabited: tuple[str, ...]
    set_number: int = 0
    sets_from: str = ""
    by_hand: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_sizes({name: len(getattr(self, name)) for name in SIZES}, len(self.network_lists))
        check_values(self.parameters)

    def __repr__(self) -> str:
        """Say which world it is, and how large."""
        sizes = ((len(self.provinces), "provinces"), (len(self.hospitals), "hospitals"),
                 (len(self.diseases), "diseases"))  # fmt: skip
        return f"<World {self.name}: {', '.join(f'{n:,} {what}' for n, what in sizes)}>"

    @property
    def checksum(self) -> str:
        """SHA-256 over all of it that a run depends on as it is now, hexadecimal.

        A table that has been changed in Python counts as it is; tags and sources do not.
        """
        found = hashlib.sha256(f"{self.about.first_month}\n".encode())
        for name in sorted(COLUMNS):
            if name not in ("parameters", "surveys", "targets"):
                table = getattr(self, name)
                kept = table.drop(columns=[c for c in UNREAD if c in table])
                found.update(f"{name}\n{kept.to_csv(index=False)}".encode())
        found.update(repr(sorted(self.parameters.items())).encode())
        return found.hexdigest()

    def with_parameters(self, values: Mapping[str, float]) -> "World":
        """Return this world with some parameters at other values.

        Args:
            values: Value by name.

        Raises:
            UserError: If a parameter is unknown or cannot have its value.
        """
        for name in values:
            if name not in self.parameters:
                raise unknown("parameter", name, self.parameters)
        by_hand = self.by_hand | frozenset(values)
        return replace(self, parameters={**self.parameters, **values}, by_hand=by_hand)

    @property
    def sets(self) -> int:
        """Number of parameter sets that fit equally well; 0 if there are none."""
        return len(self.parameter_sets)

    def with_set(self, number: int) -> "World":
        """Return this world with the values of one of its parameter sets.

        What was set by `with_parameters` stays as it was set.

        Args:
            number: A set from 1 on; 0 for the values of parameters.csv, the best known.

        Raises:
            UserError: If there is no such set.
        """
        if not 0 <= number <= self.sets:
            known = f"0 to {self.sets}" if self.sets else "0, as the world has no parameter sets"
            raise UserError(f"parameter set {number}: unknown, expected {known}")
        values = {**self._values_of(number), **self.changed_parameters}
        return replace(self, parameters=values, set_number=number)

    def with_sets(self, path: str | Path) -> "World":
        """Return this world with the parameter sets of a file instead of its own.

        Args:
            path: Parquet or CSV, by its ending (`abm.world.parameter_sets.read_sets`).

        Raises:
            UserError: If the file is not as expected.
        """
        file = path_of(path)
        if not file.is_file():
            raise UserError(f"{path}: no such file; expected parameter sets, Parquet or CSV")
        return replace(self, parameter_sets=read_sets(file), sets_from=str(file.resolve()))

    def _values_of(self, number: int) -> dict[str, float]:
        """Return all parameters as a set has them, 0 being parameters.csv."""
        table = self.parameter_table
        values = dict(zip(table["name"], table["value"].tolist(), strict=True))
        return {**values, **self.parameter_sets.loc[number].to_dict()} if number else values

    @property
    def changed_parameters(self) -> dict[str, float]:
        """The parameters that were set, or have another value than in their set or folder, by name.

        A set's own values are not told: `set_number` says them in a word.
        """
        written = self._values_of(self.set_number)
        return {
            name: v
            for name, v in self.parameters.items()
            if v != written[name] or (name in self.by_hand and self.sets)
        }

    @property
    def is_changed(self) -> bool:
        """Whether a table differs from its folder's: changed in Python, or there since."""
        try:
            there = load_world(self.source)
            there = there.with_sets(self.sets_from) if self.sets_from else there
            if not there.parameter_sets.equals(self.parameter_sets):
                return True
            if self.sets_from and self.set_number:
                return True  # no command names one set of a file
            there = there.with_set(self.set_number)
            return there.with_parameters(self.changed_parameters).checksum != self.checksum
        except UserError:
            return True

    def only(self, provinces: Iterable[str]) -> "World":
        """Return this world with the people of some provinces only.

        The tables stay whole: patients may still travel to hospitals elsewhere.

        Args:
            provinces: Names of provinces, English or Chinese, the latter with or without 省, 市 or
                自治区; their order does not matter.

        Raises:
            UserError: If a province is unknown or none is given.
        """
        wanted = {provinces} if isinstance(provinces, str) else set(provinces)
        known = list(self.provinces["province"])
        wanted = {self.english_name(name, "province") or name for name in wanted}
        for name in sorted(wanted):
            if name not in known:
                raise unknown("province", KIND_OF_PLACE.sub("", str(name)), self._names_like(name))
        if not wanted:
            raise UserError(f"no province given; expected at least one of {', '.join(known)}")
        return replace(self, inhabited=tuple(p for p in known if p in wanted))

    def english_name(self, name: str, kind: str) -> str | None:
        """Return the English name of a place that is named in Chinese, None if there is none.

        Args:
            name: A Chinese name, with or without what kind of place it is (省, 市, 自治区).
            kind: "province" or "city".
        """
        table = {"province": self.provinces, "city": self.cities}[kind]
        english = dict(zip(table[f"{kind}_zh"], table[kind], strict=True))
        english.pop("", None)
        return english.get(name) or english.get(KIND_OF_PLACE.sub("", str(name)))

    def _names_like(self, name: str) -> list[str]:
        """Return the names of the provinces in the language of a name, if they have any in it."""
        chinese = list(filter(None, self.provinces["province_zh"]))
        return list(self.provinces["province"]) if str(name).isascii() or not chinese else chinese

    @property
    def first_month(self) -> int:
        """The first month of a scenario, counted from January 2019."""
        return self.about.first_month_number

    @property
    def first_year(self) -> int:
        """The calendar year in which a scenario begins."""
        return self.year_of(0)

    def date(self, month: int) -> int:
        """Return a month of the scenario as a date: counted from January 2019."""
        return self.first_month + month

    def year_of(self, month: int) -> int:
        """Return the calendar year of a month of the scenario."""
        return year_of(self.date(month))

    def label(self, month: int) -> str:
        """Return "YYYY-MM" of a month of the scenario."""
        return label(self.date(month))

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the parts of the country, in the order of the provinces."""
        return tuple(self.provinces["region"].unique())

    @property
    def network_lists(self) -> tuple[str, ...]:
        """Names of the lists of network hospitals, in order; each adds to those before it."""
        return tuple(self.network["list"].unique())

    def view_table(self, name: str) -> pd.DataFrame:
        """Return a table of the folder `view`, without rows where there is no such file.

        Args:
            name: One of `abm.world.schema.VIEW`.

        Raises:
            UserError: If the table is not as expected, or tells of what the world does not have.
        """
        known = {
            "tiles": list(self.provinces["province"]),
            "names": [*self.regions, *self.hospitals["hospital"], *self.network_lists],
            "policies": list(policy_files(self.folder)),
        }
        return read_view(self.folder, name, known)

    @property
    def source(self) -> str:
        """How to load it again: its name if it ships with the project, else its folder."""
        return self.name if self.folder == WORLDS / self.name else str(self.folder)

    @property
    def drug_responses(self) -> pd.Series:
        """Label of each drug's response class: its own, or that of its disease."""
        of_disease = self.diseases.set_index("disease")["response_class"]
        own = self.drugs["drug_response"]
        return own.where(own != "", self.drugs["disease"].map(of_disease))

    @property
    def lived_in(self) -> np.ndarray:
        """Whether the people of each city are simulated, one truth value per row of `cities`."""
        return self.cities["province"].isin(self.inhabited).to_numpy()


def load_world(world: str | Path = DEFAULT) -> World:
    """Read and check a world.

    Args:
        world: The name of a shipped world, or the path of a folder with the same files.

    Raises:
        UserError: If there is no such world or folder, or a table is not as expected; the message
            names file, row, column and what was expected.
    """
    folder = world_folder(world)
    about = read_about(folder)
    tables = {
        name: read_table(folder / f"{name}.csv", columns, name in MAY_BE_EMPTY)
        for name, columns in COLUMNS.items()
        if name != "parameters"
    }
    table = parameter_table(folder, about)
    check_references(tables, COLUMNS)
    check_consistency(tables, year_of(about.first_month_number))
    frames = {name: rows.frame for name, rows in tables.items()}
    _count_from(about.first_month_number, frames)
    return World(
        name=folder.name,
        folder=folder,
        about=about,
        parameters=dict(zip(table["name"], table["value"].tolist(), strict=True)),
        parameter_table=table,
        parameter_sets=parameter_sets(folder),
        inhabited=tuple(frames["provinces"]["province"]),
        **frames,
    )


def _count_from(first_month: int, frames: dict[str, pd.DataFrame]) -> None:
    """Count the tables' months from a scenario's first one."""
    for name, frame in frames.items():
        for column in COLUMNS[name]:
            if column.kind == "month":
                frame[column.name] -= first_month
