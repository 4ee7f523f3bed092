"""How a lever is declared: once, with what it takes, what it means and where it lands in the state.

A group of levers is a class; each lever is a field of it:

    remote: float = share(0.0, "gap to the mentor's skill closed by remote consultation",
                          to="levers.remote", zone=True, acts_if=PUPILS)

Everything else follows from that: the schema of policy files, the editor, docs/levers.md, what a
zone can set for itself, the warning where a lever cannot act, and the arrays that rules look at
(`abm.setup.apply_policy`).
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import CoreSchema, core_schema

from abm.calendar import month_of
from abm.errors import unknown
from abm.policy.conditions import ALWAYS, Condition
from agents.codes import Code
from agents.core.record import Record
from agents.state import State

COPIED_TO = ("levers.", "layers.")
"""The arrays that hold levers as they are; in the others they are worked into something else."""


@dataclass(frozen=True)
class Lever:
    """What a lever is besides its type, default and limits.

    Attributes:
        unit: Unit of the value.
        to: Where it lands, as "<array of the state>.<field>", or just an array of whose rows it
            decides which there are.
        at: Its place, where the field has one for each code of an enumeration.
        copied: Whether its value is the field's; else `abm.setup.apply_policy` works that out.
        zone: Whether a zone can set it for itself.
        acts_if: What the rest of the policy must hold for any value to matter.
        default: Value that holds unless a policy sets another.
    """

    unit: str
    to: tuple[str, ...]
    at: Code | None
    copied: bool
    zone: bool
    acts_if: Condition
    default: Any

    def __call__(self, schema: dict[str, Any]) -> None:
        """Add to the lever's JSON Schema what pydantic does not know."""
        schema["unit"] = self.unit
        if self.default == math.inf:  # which JSON cannot say
            schema["default"] = "inf"


def lever(
    default: Any,
    text: str,
    unit: str,
    *,
    to: str | tuple[str, ...],
    at: Code | None = None,
    copied: bool = True,
    zone: bool = False,
    acts_if: Condition = ALWAYS,
    **limits: Any,
) -> Any:
    """Return a pydantic field that says what a lever means and where it lands.

    Args:
        default: Value that holds unless a policy sets another; `...` where one must be given.
        text: What the lever means, without its unit.
        unit: Unit of the value ("share 0-1", "yuan/year", "choice").
        to: Where it lands: "levers.<field of LeversRow>" to be read in rules as `levers.<field>`.
        at: Its place in that field, if the field has one for each code of an enumeration.
        copied: False if the value is not copied there but worked out in `abm.setup.apply_policy`.
            A choice is copied as its number, a list of choices as a set.
        zone: Whether a zone can set it for itself.
        acts_if: What the rest of the policy must hold for any value to matter.
        **limits: pydantic limits (ge, gt, le, min_length).
    """
    places = (to,) if isinstance(to, str) else to
    copied = copied and len(places) == 1 and places[0].startswith(COPIED_TO)
    extra = Lever(unit, places, at, copied, zone, acts_if, default)
    return Field(default, description=f"{text} ({unit})", json_schema_extra=extra, **limits)


def share(default: Any, text: str, per: str = "", **declared: Any) -> Any:
    """Return a lever between 0 and 1, a share of something (per year where `per` says so)."""
    return lever(default, text, f"share 0-1{per}", ge=0, le=1, **declared)


class Group(BaseModel):
    """Base of all groups of levers: strict types, no unknown names, not to be changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Check the levers of a group as soon as they are declared.

        Raises:
            TypeError: Naming the lever that lands nowhere, or whose default it cannot have.
        """
        levers = levers_of(cls)
        for name, one in levers.items():
            _check_target(f"{cls.__name__}.{name}", one)
        defaults = {name: one.default for name, one in levers.items() if one.default is not ...}
        try:
            cls.model_validate(defaults)
        except ValidationError as error:
            for wrong in error.errors():
                if (name := str(wrong["loc"][0])) in defaults:
                    raise TypeError(
                        f"{cls.__name__}.{name}: default {defaults[name]!r}: {wrong['msg']}"
                    ) from None


G = TypeVar("G", bound=Group)


ROWS: dict[str, type[Record]] = {
    array: get_args(kind)[0] for array, kind in State.__annotations__.items() if get_args(kind)
}
"""The kind of row of each array of the state that has rows."""


def _check_target(where: str, lever: Lever) -> None:
    """Refuse a lever that lands in no field of the state, or in one that a zone has not.

    Raises:
        TypeError: With the lever, and the nearest name that there is.
    """
    for place in lever.to:
        array, _, field = place.partition(".")
        if array not in ROWS:
            raise TypeError(f"{where}, to={place!r}: {unknown('array of the state', array, ROWS)}")
        fields = ROWS[array].fields
        if field and field not in fields:
            kind = f"field of {ROWS[array].__name__}"
            raise TypeError(f"{where}, to={place!r}: {unknown(kind, field, fields)}")
        if lever.zone and array != "levers":
            raise TypeError(f"{where}, to={place!r}: expected 'levers.<field>', as a zone sets it")


def levers_of(group: type[Group]) -> dict[str, Lever]:
    """Return the levers of a group by name, without those of groups within it."""
    extras = {name: info.json_schema_extra for name, info in group.model_fields.items()}
    return {name: extra for name, extra in extras.items() if isinstance(extra, Lever)}


def groups_of(group: type[Group]) -> Iterator[tuple[str, type[Group]]]:
    """Yield the groups within a group by name; "benefits.<layer>" stands for every layer."""
    for name, info in group.model_fields.items():
        if get_origin(info.annotation) is dict:
            yield f"{name}.<layer>", get_args(info.annotation)[1]
        elif isinstance(info.annotation, type) and issubclass(info.annotation, Group):
            yield name, info.annotation


@cache
def declared(group: type[Group], above: str = "") -> dict[str, Lever]:
    """Return all levers of a group and the groups within it, by dotted path."""
    found = {f"{above}{name}": lever for name, lever in levers_of(group).items()}
    for name, inner in groups_of(group):
        found |= declared(inner, f"{above}{name}.")
    return found


def codes_of(group: type[Group], path: str) -> type[Code] | None:
    """Return the enumeration that a lever chooses from, one label or a list of them, or None."""
    *within, name = path.split(".")
    for one in within:
        group = dict(groups_of(group))[one]
    info = group.model_fields[name]
    inner = [
        extra for one in get_args(info.annotation) for extra in getattr(one, "__metadata__", ())
    ]
    return next((one.codes for one in (*info.metadata, *inner) if isinstance(one, OneOf)), None)


def zone_part(group: type[Group]) -> type[Group]:
    """Return the part of a group, and of the groups within it, that a zone can set for itself.

    It is made of the levers so marked. A group of which a zone can set everything is its own part.
    """
    within, marked = dict(groups_of(group)), levers_of(group)
    fields: Any = {}
    for name, info in group.model_fields.items():
        if name in within:
            part = zone_part(within[name])
            if part.model_fields:
                text = f"{name.replace('_', ' ')} inside the zone"
                fields[name] = part, Field(part(), description=text)
        elif name in marked and marked[name].zone:
            fields[name] = info.annotation, info
    if fields.keys() == group.model_fields.keys() and not within:
        return group
    text = "Levers that hold inside the zone; those left out are as outside."
    return create_model(f"Inside{group.__name__}", __base__=Group, __doc__=text, **fields)


def with_values(group: G, values: Mapping[str, Any]) -> G:
    """Return a group with some levers set, nested as it is; itself where nothing is set."""
    changed = {}
    for name, value in values.items():
        old = getattr(group, name)
        new = with_values(old, value) if isinstance(old, Group) else value
        if new is not old:
            changed[name] = new
    return group.model_copy(update=changed) if changed else group


# What levers take


class OneOf:
    """Limits a text to the labels of an enumeration.

    Args:
        codes: The enumeration.
        but: Codes that cannot be chosen.
    """

    def __init__(self, codes: type[Code], but: Iterable[Code] = ()):
        self.codes = codes
        self.words = [code.label for code in sorted(codes) if code not in set(but)]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        """Return how pydantic checks it."""
        return core_schema.literal_schema(self.words)


def _infinite(value: Any) -> Any:
    return math.inf if value == "inf" else value


def _not_nan(value: float) -> float:
    if math.isnan(value):
        raise ValueError("a number is needed")
    return value


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} stands there twice")
    return names


def _no_month(value: Any) -> Any:
    return None if value == "none" else value


def _month(value: str | None) -> str | None:
    if value is not None:
        month_of(value)
    return value


Limit = Annotated[
    float,
    Field(ge=0),
    AfterValidator(_not_nan),
    BeforeValidator(_infinite),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"const": "inf"}]}),
]
"""Yuan a year, at least 0; "inf" or infinity means no limit."""

Yuan = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""An amount of money, at least 0."""

Month = Annotated[
    str | None,
    AfterValidator(_month),
    BeforeValidator(_no_month),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\d{4}-\d{2}$"}, {"const": "none"}]}),
]
"""A month "YYYY-MM", or "none"."""

EachOnce = AfterValidator(_each_once)
"""Limits a list to what stands in it once."""
Names = Annotated[tuple[str, ...], Strict(False), EachOnce]
"""A list of names."""
