"""An agent is a row.

The state of each kind of agent is one NumPy record array. A field is declared once, with its unit
and label, and everything else is made from the declaration: the layout in memory, attribute access
in the rules (compiled or not), the live Mesa agent that is a view of one row, the tables and the
documentation.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import count as counting
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, cast, overload
from weakref import WeakKeyDictionary

import mesa
import numpy as np
import pandas as pd

from agents.core.bitset import words

NEVER = 32000
"""Stands in a month's place for what has not happened."""
LONG_AGO = -NEVER
"""Stands in a month's place for what lies before everything else."""

T = TypeVar("T")


class Field(Generic[T]):
    """One field of a record: how it is stored, its unit and what it means.

    A type checker sees what the field holds: `PatientRow.severity` is a `Field[float]`,
    `patient.severity` a float, a field with a length an array.
    """

    def __init__(
        self, kind: str, unit: str, label: str, length: int = 0, codes: tuple[str, ...] = ()
    ):
        self.kind, self.unit, self.label, self.length = kind, unit, label, length
        self.name, self.codes = "", codes

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type | None = None) -> "Field[T]": ...

    @overload
    def __get__(self, row: "Record", owner: type | None = None) -> T: ...

    def __get__(self, row: "Record | None", owner: type | None = None) -> Any:
        if row is None:
            return self
        value = row[self.name]
        return value if self.length else value.item()

    def __set__(self, row: "Record", value: T) -> None:
        row[self.name] = value


class Kind(Generic[T]):
    """How a field is stored; calling it declares one, or with a length an array of them."""

    def __init__(self, kind: str):
        self.kind = kind

    @overload
    def __call__(self, unit: str, label: str) -> Field[T]: ...

    @overload
    def __call__(self, unit: str, label: str, length: int) -> Field[np.ndarray]: ...

    def __call__(self, unit: str, label: str, length: int = 0) -> Field[Any]:
        """Declare a field: its unit, what it means, and how many there are of it in a row."""
        return Field(self.kind, unit, label, length)


real = Kind[float]("f8")
"""A real number (8 bytes: a 4-byte one would differ between the two engines)."""
large = Kind[int]("i8")
"""A count that can pass two thousand million (8 bytes)."""
count = Kind[int]("i4")
"""An integer of 4 bytes: whole yuan, kilometres, row numbers."""
index = Kind[int]("i2")
"""A row number or count below 32,000; -1 stands for none."""
small = Kind[int]("u1")
"""A code or count from 0 to 255."""


def month(label: str) -> Field[int]:
    """Declare a month, counted from the first of the scenario; NEVER where it has not happened."""
    return Field("i2", "month", label)


class Named(Protocol):
    """What a field of codes needs to know of their enumeration."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return what the codes are called, in the order of their numbers."""


def code(kind: type[Named], label: str) -> Field[int]:
    """Declare a code of an enumeration, such as `agents.codes.Stage`; its unit are their names."""
    return Field("u1", " | ".join(kind.names()), label, codes=kind.names())


def mask(label: str, most: int) -> Field[np.ndarray]:
    """Declare a set of at most so many members, one bit each (`agents.core.bitset`)."""
    return Field("u4", "bits", label, words(most))


if TYPE_CHECKING:

    class _Row:
        """What a row can do, for type checkers: NumPy declares `void` as final to them."""

        dtype: np.dtype

        def __getitem__(self, name: str) -> Any: ...

        def __setitem__(self, name: str, value: Any) -> None: ...

else:
    _Row = np.void


R_co = TypeVar("R_co", covariant=True)

if TYPE_CHECKING:

    class Rows(np.ndarray, Generic[R_co]):
        """The rows of one kind, for type checkers: an array whose members are records."""

        @overload  # type: ignore[override]
        def __getitem__(self, key: int) -> R_co: ...

        @overload
        def __getitem__(self, key: Any) -> Any: ...

        def __getitem__(self, key: Any) -> Any: ...

else:
    Rows = np.ndarray


class Record(_Row):
    """The rows of a record array: attributes read and write the array itself."""

    fields: dict[str, Field[Any]] = {}  # noqa: RUF012
    layout: np.dtype

    def __init_subclass__(cls) -> None:
        cls.fields = {k: v for k, v in vars(cls).items() if isinstance(v, Field)}
        shapes = [
            (k, v.kind, (v.length,)) if v.length else (k, v.kind) for k, v in cls.fields.items()
        ]
        cls.layout = np.dtype((cls, np.dtype(shapes, align=True)))

    @classmethod
    def array(cls, n: int) -> Rows[Self]:
        """Return n rows of zeros."""
        return cast("Rows[Self]", np.zeros(n, cls.layout))

    @classmethod
    def describe(cls) -> pd.DataFrame:
        """Return one row per field: name, unit, label, type."""
        rows = [(f.name, f.unit, f.label, f.kind) for f in cls.fields.values()]
        return pd.DataFrame(rows, columns=["field", "unit", "label", "type"])


def longer(rows: np.ndarray, n: int) -> Any:
    """Return a copy of some rows with room for n."""
    grown = np.zeros(n, rows.dtype)
    grown[: len(rows)] = rows
    return grown


class _Live:
    """A field seen through an agent."""

    def __init__(self, field: Field[Any]):
        self.name, self.__doc__ = field.name, f"{field.label} ({field.unit})"

    def __get__(self, agent: "RecordAgent | None", owner: type | None = None) -> Any:
        return self if agent is None else getattr(agent.row, self.name)

    def __set__(self, agent: "RecordAgent", value: Any) -> None:
        setattr(agent.row, self.name, value)


class _NextNumbers(WeakKeyDictionary):
    """The next number of an agent, by model; a model that nobody else holds is let go."""

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        if model not in self:
            self[model] = counting(1)
        return super().__getitem__(model)


if isinstance(getattr(mesa.Agent, "_ids", None), defaultdict):
    # Mesa 3.3 keeps every model for ever in a table of its agents' numbers (mesa#3179).
    mesa.Agent._ids = _NextNumbers()

OF_MESA = frozenset({"model", "unique_id", "pos", "index"})
"""What Mesa and a live view set on an agent themselves."""


class RecordAgent(mesa.Agent):
    """A Mesa agent that is a live view of one row: reading and writing it is the model's state.

    Subclasses name their record, and the fields that a policy sets, with the lever:
    ``class Hospital(RecordAgent, record=HospitalRow, by_policy={"slots": "network.slots"})``.
    What is set must be a field, and no policy's: it would be overwritten when the policy changes.
    """

    by_policy: Mapping[str, str] = {}

    def __init_subclass__(
        cls,
        record: type[Record] | None = None,
        by_policy: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.by_policy = by_policy or cls.by_policy
        if record is not None:
            cls.record = record
            for name, field in record.fields.items():
                setattr(cls, name, _Live(field))

    def __init__(self, model: mesa.Model, rows: np.ndarray, index: int):
        super().__init__(model)
        self._rows, self.index = rows, index

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field of the row, or what Mesa sets.

        Raises:
            AttributeError: If it is no field, or one that a policy sets.
        """
        kind = type(self)
        if name in kind.by_policy:
            raise AttributeError(
                f"{kind.__name__}.{name} is set by the policy whenever that changes; set the lever "
                f"{kind.by_policy[name]} instead"
            )
        if not (name in OF_MESA or name.startswith("_") or hasattr(kind, name)):
            near = get_close_matches(name, kind.record.fields, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(kind.settable())}"
            raise AttributeError(f"{kind.__name__} has no field {name!r}; {hint}")
        super().__setattr__(name, value)

    @classmethod
    def settable(cls) -> list[str]:
        """Return the fields that may be set."""
        return [name for name in cls.record.fields if name not in cls.by_policy]

    def remove(self) -> None:
        """Refuse: an agent is a row of the state.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"{type(self).__name__} is a row of the state and cannot be removed")

    def __repr__(self) -> str:
        """Say who it is."""
        name = getattr(self, "name", "")
        return f"<{type(self).__name__} {self.index}{f': {name}' if name else ''}>"

    @property
    def row(self) -> Record:
        """The record itself."""
        return self._rows[self.index]


A = TypeVar("A", bound=RecordAgent)


class RecordSet(Generic[A]):
    """All rows of one kind with the verbs of Mesa's AgentSet; members are made on demand.

    A million patients are a million rows, not a million objects: ``patients[42]`` makes the one
    view that is asked for.
    """

    def __init__(
        self,
        kind: Callable[[int], A],
        rows: np.ndarray,
        members: np.ndarray | None = None,
    ):
        self._kind, self._rows = kind, rows
        self._whole = members is None
        self._members = np.arange(len(rows)) if members is None else members

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[A]:
        return (self._kind(int(i)) for i in self._members)

    def __repr__(self) -> str:
        """Say how many there are."""
        return f"<{type(self).__name__}: {len(self):,} of {len(self._rows):,} rows>"

    @overload
    def __getitem__(self, i: int) -> A: ...

    @overload
    def __getitem__(self, i: slice) -> "RecordSet[A]": ...

    def __getitem__(self, i: int | slice) -> "A | RecordSet[A]":
        if isinstance(i, slice):
            return RecordSet(self._kind, self._rows, self._members[i])
        if not -len(self) <= i < len(self):
            raise IndexError(f"{i}: expected a position from 0 to {len(self) - 1}")
        return self._kind(int(self._members[i]))

    def numbered(self, number: int) -> A:
        """Return the member whom tables and stories call by a number.

        Raises:
            KeyError: If there is none.
        """
        found = self._members[self.rows["identity"] == number]
        if not len(found):
            raise KeyError(
                f"no patient {number}; the numbers are in the column patient of the tables"
            )
        return self._kind(int(found[0]))

    def select(
        self, condition: Callable[[np.ndarray], np.ndarray] | np.ndarray, at_most: int | None = None
    ) -> "RecordSet[A]":
        """Return the rows where a condition holds.

        Args:
            condition: A boolean array as long as this set, or a function that makes one from the
                rows: ``patients.select(lambda rows: rows["severity"] > 0.5)``.
            at_most: Keep no more than the first so many.
        """
        keep = condition(self.rows) if callable(condition) else np.asarray(condition, bool)
        return RecordSet(self._kind, self._rows, self._members[keep][:at_most])

    @property
    def rows(self) -> np.ndarray:
        """The rows of this set: the state itself for the whole set, a copy for a selection."""
        return self._rows if self._whole else self._rows[self._members]

    def get(self, name: str) -> np.ndarray:
        """Return a field of every member."""
        return self.rows[name].copy()

    def set(self, name: str, value: Any) -> "RecordSet[A]":
        """Set a field of every member."""
        self._rows[name][self._members] = value
        return self

    def agg(self, name: str, function: Callable[[np.ndarray], float]) -> float:
        """Return a function of a field over all members."""
        return function(self.get(name))

    def groupby(self, name: str) -> "dict[Any, RecordSet[A]]":
        """Return a set for each value of a field."""
        values = self.get(name)
        return {
            v.item(): RecordSet(self._kind, self._rows, self._members[values == v])
            for v in np.unique(values)
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the raw state as a table, one row per member; a code is a category by name.

        Places, hospitals, diseases and the like are rows of the world's tables.
        """
        rows = self.rows
        fields: dict[str, Field[Any]] = rows.dtype.type.fields
        return pd.DataFrame({
            name: pd.Categorical.from_codes(rows[name], field.codes) if field.codes else rows[name]
            for name, field in fields.items() if not field.length
        })  # fmt: skip
