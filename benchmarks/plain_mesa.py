"""The same world with plain Mesa objects: no records, nothing compiled.

Every patient, hospital, fund, charity and drug is a registered `mesa.Agent` and every other row a
plain object; their attributes are Python integers, floats and lists. The rules are called on these
objects. They find them in lists, distances in a dictionary: whatever plain Python does fastest.
"""

import contextlib
import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from unittest import mock

import mesa
import numpy as np

from abm.engine import schedule as month_module
from abm.engine.schedule import Schedule
from agents.records.bill import BillRow
from agents.state import State

AT_A_TIME = 1000
"""Rows made into objects at a time, so that the making takes little memory."""


class Thing:
    """A row as a plain object."""

    def __init__(self, names: Iterable[str], values: Iterable):
        for name, value in zip(names, values, strict=True):
            setattr(self, name, value)


class PlainAgent(mesa.Agent):
    """An agent as Mesa's users write it: registered, with plain attributes."""

    def __init__(self, model: mesa.Model, names: Iterable[str], values: Iterable):
        super().__init__(model)
        for name, value in zip(names, values, strict=True):
            setattr(self, name, value)


class PlainPatient(PlainAgent):
    """A patient."""


class PlainHospital(PlainAgent):
    """A hospital."""


class PlainInsurer(PlainAgent):
    """A fund."""


class PlainCharity(PlainAgent):
    """A foundation."""


class PlainManufacturer(PlainAgent):
    """A drug's manufacturer."""


AGENTS = {
    "patients": PlainPatient,
    "hospitals": PlainHospital,
    "funds": PlainInsurer,
    "charities": PlainCharity,
    "drugs": PlainManufacturer,
}


class Column:
    """One attribute of many objects, fetched for those who are asked for."""

    def __init__(self, objects: list, name: str):
        self.objects, self.name = objects, name

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return np.array([getattr(self.objects[i], self.name) for i in rows.tolist()], np.int64)


class Rows:
    """Objects in place of a record array, for the plain Python around the rules.

    Args:
        rows: The record array.
        make: Makes an object of field names and values.
    """

    def __init__(self, rows: np.ndarray, make: Callable):
        self.dtype, self.make = rows.dtype, make
        self.objects: list = []
        self.extend(rows)

    def having(self, objects: list) -> "Rows":
        """Return the same with other objects."""
        other = copy.copy(self)
        other.objects = objects
        return other

    def copy(self) -> "Rows":
        """Return the same with plain copies of the objects."""
        names = list(self.dtype.names)
        return self.having([
            Thing(names, (copy.deepcopy(getattr(thing, name)) for name in names))
            for thing in self.objects
        ])  # fmt: skip

    def extend(self, rows: np.ndarray) -> None:
        """Add an object for each row of a record array."""
        names = list(self.dtype.names)
        for start in range(0, len(rows), AT_A_TIME):
            columns = [rows[name][start : start + AT_A_TIME].tolist() for name in names]
            self.objects += [self.make(names, values) for values in zip(*columns, strict=True)]

    def __len__(self) -> int:
        return len(self.objects)

    def __getitem__(self, key):
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, np.ndarray):
            return self.having([self.objects[i] for i in key.tolist()])
        return self.objects[key]

    def __setitem__(self, name: str, values: np.ndarray):
        for thing, value in zip(self.objects, values.tolist(), strict=True):
            setattr(thing, name, value)

    def column(self, name: str):
        """Return an attribute of all."""
        return np.array([getattr(thing, name) for thing in self.objects])


class Patients(Rows):
    """The patients: nobody fetches an attribute of all of them to look at a few."""

    def column(self, name: str) -> Column:
        """Return an attribute, to be fetched for a few."""
        return Column(self.objects, name)


class Grid(dict):
    """A matrix, or one of more dimensions, that is looked up by places; the rest is zero."""

    def __init__(self, matrix: np.ndarray):
        where = np.nonzero(matrix)
        pairs = zip(*(axis.tolist() for axis in where), strict=True)
        super().__init__(zip(pairs, matrix[where].tolist(), strict=True))
        self.zero = matrix.dtype.type(0).item()

    def __missing__(self, twins):
        self[twins] = self.zero
        return self.zero


class PlainBills:
    """Stands in for the record of bills."""

    @staticmethod
    def array(n: int) -> Rows:
        """Return n empty bills."""
        bill = Rows(BillRow.array(1), Thing)
        names, values = zip(*vars(bill.objects[0]).items(), strict=True)
        made = (tuple(v.copy() if isinstance(v, list) else v for v in values) for _ in range(n))
        return bill.having([Thing(names, each) for each in made])


def _longer(rows: Rows, n: int) -> Rows:
    """Make room for n rows."""
    rows.extend(np.zeros(n - len(rows), rows.dtype))
    return rows


@contextlib.contextmanager
def plain_month() -> Iterator[None]:
    """Let the month make plain bills, and room for plain accounts."""
    with (
        mock.patch.object(month_module, "BillRow", PlainBills),
        mock.patch.object(month_module, "longer", _longer),
    ):
        yield


def objects_of(name: str, array: np.ndarray, model: mesa.Model) -> Rows | Grid | list:
    """Return the plain counterpart of one array of the state.

    Args:
        name: Its name in the state.
        array: The array.
        model: Where agents are registered.
    """
    if array.dtype.names:
        kind = AGENTS.get(name)
        make = Thing if kind is None else lambda names, values: kind(model, names, values)
        return (Patients if name == "patients" else Rows)(array, make)
    return Grid(array) if array.ndim > 1 else array.tolist()


def plain_clock(schedule: Schedule, model: mesa.Model) -> Schedule:
    """Return a clock whose state is made of plain objects."""
    state = State(*(objects_of(n, a, model) for n, a in schedule.state._asdict().items()))
    return replace(
        schedule, state=state, queue=schedule.queue.copy(), unfunded=schedule.unfunded.copy()
    )


def hand_over(arguments: tuple) -> tuple[tuple, Callable]:
    """Turn what the month hands to a rule into lists; arrays are filled from them afterwards.

    A matrix is only looked up, by pairs.
    """
    arrays = [a for a in arguments if isinstance(a, np.ndarray)]
    filled = [(a, a.tolist()) for a in arrays if a.ndim == 1]
    lists = {id(array): plain for array, plain in filled}
    lists |= {id(a): Grid(a) for a in arrays if a.ndim == 2}

    def bare(argument):
        if isinstance(argument, State):
            return State(*(bare(part) if isinstance(part, Rows) else part for part in argument))
        if isinstance(argument, Rows):
            return argument.objects
        return lists.get(id(argument), argument)

    def done() -> None:
        for array, plain in filled:
            array[:] = plain

    return tuple(bare(a) for a in arguments), done


def differences(plain: State, records: State) -> list[str]:
    """Return every field in which the objects differ from the records, by any amount."""
    found = []
    for name, rows in records._asdict().items():
        objects = getattr(plain, name)
        if isinstance(objects, Grid):
            params = {twins: value for twins, value in objects.items() if value}
            same = params == dict(Grid(rows))
            found += [] if same else [name]
        elif isinstance(objects, list):
            found += [] if objects == rows.tolist() else [name]
        elif len(objects) != len(rows):
            found.append(f"{name}: {len(objects)} against {len(rows)}")
        elif len(rows):
            for field in rows.dtype.names:
                values = [getattr(thing, field) for thing in objects.objects]
                if not np.array_equal(np.array(values), rows[field], equal_nan=True):
                    found.append(f"{name}.{field}")
    return found
